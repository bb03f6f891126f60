/**
 * Sign of work by a call on loopback. The address has a random path that only the bot knows, so that neither a port scan
 * nor a web page in a browser on this machine can send one.
 */

import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Random } from '../../../lambda/ports.ts';
import { CliError } from '../../terminal/exit.ts';
import { GUARD_EXIT } from './exit-codes.ts';

export type AlivePort = Readonly<Awaited<ReturnType<typeof listenOnAlivePort>>>;

const TOKEN_CHARS = 32;
const VISIT_MAX_MS = 2_000;

/** Calls `onProof` for each call of the address. Throws CliError when the port is taken. */
export async function listenOnAlivePort(port: number, random: Random, onProof: () => void) {
  const path = `/${random.hex(TOKEN_CHARS)}`;
  const server = createServer({ requestTimeout: VISIT_MAX_MS, headersTimeout: VISIT_MAX_MS }, (request, response) => {
    const status = statusOf(request, path);
    if (status === 204) onProof();
    response.writeHead(status, { Connection: 'close' }).end();
    // A body is not read: the connection ends with the answer.
    request.on('error', () => undefined);
  });
  server.setTimeout(VISIT_MAX_MS, socket => socket.destroy());
  const base = `http://127.0.0.1:${await listening(server, port)}`;
  return {
    /** For the bot only: any process that knows it can send a sign of work. */
    url: `${base}${path}`,
    /** The same address without its secret, for people. */
    shownUrl: `${base}/…`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * Browsers send Origin with requests of a page's script, and Sec-Fetch-Site with every other request of a page
 * (Fetch standard, "Origin header"; Fetch Metadata Request Headers). A bot sends neither.
 */
function statusOf({ url = '', headers }: IncomingMessage, path: string): 204 | 403 | 404 {
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) return 403;
  const [given, own] = [Buffer.from(url), Buffer.from(path)];
  return given.length === own.length && timingSafeEqual(given, own) ? 204 : 404;
}

async function listening(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    // Also for later errors, such as a connection that could not be accepted (EMFILE): they must not end the guard.
    server.on('error', () => {
      reject(
        new CliError(GUARD_EXIT.failed, `Port ${port} of 127.0.0.1 cannot be used; choose another, or 0 for any.`),
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return address === null || typeof address === 'string' ? port : address.port;
}
