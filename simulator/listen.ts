/** A server on a port of 127.0.0.1, and its end. */

import { Server as HttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';

export interface Listening {
  readonly url: string;
  readonly port: number;
  /** An HTTP server drops its open connections, hanging ones too; another server's owner destroys them (`drop`). */
  close(): Promise<void>;
}

/** Rejects when the port is taken. Port 0: a free one. */
export async function listenOnLoopback(server: Server, port = 0, drop?: () => void): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        if (server instanceof HttpServer) server.closeAllConnections();
        drop?.();
      }),
  };
}
