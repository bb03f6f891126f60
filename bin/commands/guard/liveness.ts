/**
 * How a bot of any language proves that it works: it touches a file, or connects to a port on loopback, after each
 * trading cycle. A change counts, not what the file's date says, so no clock and no leftover file can lie.
 */

import { statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { CliError, EXIT } from '../cli/exit.ts';
import type { Liveness } from './plan.ts';

export interface LivenessWatch {
  /** What the bot finds in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** For people. */
  readonly says: string;
  close(): void;
}

/** Calls `onProof` for each proof of work. Throws CliError (3) when the port is taken. */
export async function watchLiveness(liveness: Liveness, onProof: () => void): Promise<LivenessWatch> {
  switch (liveness.kind) {
    case 'none':
      return {
        env: {},
        says: 'Beats while the process lives. That proves less than --alive-file or --alive-port: a bot that hangs still beats.',
        close: () => undefined,
      };
    case 'file':
      return watchFile(liveness.path, liveness.withinMs, onProof);
    case 'port':
      return listenOn(liveness.port, liveness.withinMs, onProof);
  }
}

const MOST_LOOKS_MS = 50;
const LEAST_LOOKS_MS = 1_000;

function watchFile(path: string, withinMs: number, onProof: () => void): LivenessWatch {
  let seen = markOf(path);
  const everyMs = Math.min(LEAST_LOOKS_MS, Math.max(MOST_LOOKS_MS, withinMs / 5));
  const timer = setInterval(() => {
    const mark = markOf(path);
    if (mark !== undefined && mark !== seen) onProof();
    seen = mark;
  }, everyMs);
  return {
    env: { FLATLINE_ALIVE_FILE: path },
    says: `Beats while the bot touches ${path} at least every ${withinMs / 1_000} s (FLATLINE_ALIVE_FILE).`,
    close: () => clearInterval(timer),
  };
}

/** Undefined as well for what cannot be looked at (a folder closed to us, a file server that is gone): that is no proof. */
function markOf(path: string): string | undefined {
  try {
    const { ino, mtimeNs, size } = statSync(path, { bigint: true });
    return `${ino} ${mtimeNs} ${size}`;
  } catch {
    return undefined;
  }
}

/** An HTTP client is answered, any other may just hang up. */
const NO_CONTENT = 'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n';
const LONGEST_VISIT_MS = 2_000;

async function listenOn(port: number, withinMs: number, onProof: () => void): Promise<LivenessWatch> {
  const server = createServer(socket => {
    onProof();
    socket.on('error', () => undefined);
    socket.setTimeout(LONGEST_VISIT_MS, () => socket.destroy());
    socket.once('data', () => socket.end(NO_CONTENT));
  });
  const url = `http://127.0.0.1:${await listening(server, port)}/`;
  return {
    env: { FLATLINE_ALIVE_URL: url },
    says: `Beats while the bot calls ${url} at least every ${withinMs / 1_000} s (FLATLINE_ALIVE_URL).`,
    close: () => void server.close(),
  };
}

async function listening(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    // Also one that comes later, of a connection that could not be taken (EMFILE): it must not end the guard.
    server.on('error', () => {
      reject(new CliError(EXIT.usage, `Port ${port} of 127.0.0.1 cannot be used; choose another, or 0 for any.`));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return address === null || typeof address === 'string' ? port : address.port;
}
