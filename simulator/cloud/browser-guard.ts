/**
 * Servers on loopback are reached by every page that a browser has open: a page of somebody else may post to
 * 127.0.0.1, and a name of theirs may resolve to it. No client of ours sends what a browser always sends, nor asks for
 * another host. (W3C, "Fetch Metadata Request Headers"; DNS rebinding.)
 */

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Why a request of a server's own clients must be refused, or undefined. For services that no page may ever call. */
export function notOurClient({ host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders): string | undefined {
  if (!isLoopbackHost(host)) return `the host ${JSON.stringify(host ?? '')} is not this machine`;
  if (origin !== undefined || site !== undefined) return 'pages in a browser may not call this service';
  return undefined;
}

/** The same for a server of pages: its own pages may call it, and an address that somebody types may open it. */
export function notOurPage({ host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders): string | undefined {
  if (!isLoopbackHost(host)) return `the host ${JSON.stringify(host ?? '')} is not this machine`;
  if (origin !== undefined && origin !== `http://${host}`)
    return `a page of ${JSON.stringify(origin)} may not call this server`;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'another page may not call this server';
  return undefined;
}

const isLoopbackHost = (host: string | undefined): boolean => LOOPBACK_HOSTS.has((host ?? '').replace(/:\d{1,5}$/, ''));

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
