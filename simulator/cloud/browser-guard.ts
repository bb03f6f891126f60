/**
 * Servers on loopback are reached by every page that a browser has open: a page of somebody else may post to
 * 127.0.0.1, and a name of theirs may resolve to it. No client of ours sends what a browser always sends, nor asks for
 * another host. (W3C, "Fetch Metadata Request Headers"; DNS rebinding.)
 */

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Why a request must be refused by a service that no page may ever call, or undefined. */
export function notOurClient({ host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders): string | undefined {
  if (!isLoopbackHost(host)) return `the host ${JSON.stringify(host ?? '')} is not this machine`;
  if (origin !== undefined || site !== undefined) return 'pages in a browser may not call this service';
  return undefined;
}

export const isLoopbackHost = (host: string | undefined): boolean =>
  LOOPBACK_HOSTS.has((host ?? '').replace(/:\d{1,5}$/, ''));

class BodyTooLong extends Error {
  override readonly name = 'BodyTooLong';
}

/** The body as UTF-8. Throws BodyTooLong, and reads no further, beyond `bytesMax`. */
export async function boundedBody(request: IncomingMessage, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > bytesMax) throw new BodyTooLong(`The body is longer than ${bytesMax} bytes.`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
