/** A way to a simulated AWS service that refuses the calls it is given to refuse. */

import { createServer, type IncomingHttpHeaders } from 'node:http';
import { sendJson } from '../../simulator/cloud/loopback-service.ts';

export interface Asked {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Refusal {
  readonly status: number;
  /** The error's name. */
  readonly type: string;
}

export async function startProxy(to: string, refusalOf: (asked: Asked) => Refusal | undefined) {
  let refused = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const refusal = refusalOf({ headers: request.headers, body: body.toString() });
    if (refusal !== undefined) {
      refused += 1;
      sendJson(response, refusal.status, { __type: refusal.type, message: 'refused by the test' });
      return;
    }
    const { host: _host, connection: _connection, ...headers } = request.headers;
    const answer = await fetch(to, { method: 'POST', headers: headers as Record<string, string>, body });
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    refused: () => refused,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
