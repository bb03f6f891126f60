/** Runs a command to its end. */

import { spawn } from 'node:child_process';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What it reads from stdin; default: nothing. */
  readonly input?: string;
}

/** Rejects only when it cannot be started. */
export function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env, input = '' }: RunOptions,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', text => {
      output.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      output.stderr += text;
    });
    child.once('error', reject);
    child.once('close', code => resolve({ code, ...output }));
    // It may end before it has read all of it.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** Gives what it wrote to stdout. Throws, with all of its output, unless it ends with 0. */
export async function mustRun(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await runCommand(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`);
  return stdout;
}
