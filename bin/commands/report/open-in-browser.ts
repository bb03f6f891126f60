/** Opens a file in the user's browser. A failure is ignored, because the file was written either way. */

import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';

type Environment = Readonly<Record<string, string | undefined>>;

/** Without a display, as over ssh, the opener could start a browser in the terminal. */
export const hasDisplay = (platform: NodeJS.Platform, env: Environment): boolean =>
  platform === 'darwin' || platform === 'win32' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);

/** Does not wait; a machine without an opener is no error. */
export function openInBrowser(path: string, platform: NodeJS.Platform): void {
  const [command, ...args] = OPENERS[platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, pathToFileURL(path).href], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};
