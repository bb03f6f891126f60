/**
 * A chat's webhook on loopback: accepts what is posted, and gives the scripted answer. Its path is a key, as
 * those of real ones are.
 */

import { createServer } from 'node:http';

export interface ChatEndpoint {
  /** With the key in it. */
  readonly url: string;
  readonly posts: readonly ChatPost[];
  /** The next `times` posts are answered so; 0 hangs up instead of answering. */
  refuse(
    status: number,
    options?: { readonly times?: number; readonly headers?: Readonly<Record<string, string>> },
  ): void;
  close(): Promise<void>;
}

interface ChatPost {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export async function startChatEndpoint(key: string): Promise<ChatEndpoint> {
  const posts: ChatPost[] = [];
  const refusals: { readonly status: number; readonly headers: Readonly<Record<string, string>> }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      const { status, headers } = refusals.shift() ?? {
        status: request.url === `/services/${key}` ? 200 : 404,
        headers: {},
      };
      posts.push({ status, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) });
      if (status === 0) response.destroy();
      else response.writeHead(status, headers).end(status === 200 ? 'ok' : `no: ${request.url}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The chat has no port.');
  return {
    url: `http://127.0.0.1:${address.port}/services/${key}`,
    posts,
    refuse: (status, { times = 1, headers = {} } = {}) => {
      for (let count = 0; count < times; count += 1) refusals.push({ status, headers });
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
