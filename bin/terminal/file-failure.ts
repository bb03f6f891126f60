/** What the system says of files and folders (errno(3)), as a sentence. */

/** Undefined for any other error. */
export function fileFailure(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (syscall === 'uv_cwd')
    return 'The folder in which this command was started no longer exists. Change to another one.';
  if (code === undefined || syscall === undefined || path === undefined) return undefined;
  return `Could not ${DOING[syscall] ?? 'use'} ${path}: ${WHY[code] ?? code}.`;
}

/** Of the system, such as ENOENT. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

const DOING: Readonly<Record<string, string>> = {
  mkdir: 'create the folder',
  mkdtemp: 'create a folder like',
  open: 'open',
  scandir: 'read the folder',
};

const WHY: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'a file of that name exists',
  EISDIR: 'it is a folder',
  EMFILE: 'too many files are open',
  ENOENT: 'a part of that path does not exist, or takes no files',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of that path is a file',
  EPERM: 'the system does not permit it',
  EROFS: 'the disk is read-only',
};
