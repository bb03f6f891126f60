/** A connection to a server on loopback that can be cut and restored, like a network that fails and returns. */

import { connect, createServer, type Socket } from 'node:net';

export interface CuttableConnection {
  readonly url: string;
  /** Every connection ends, and new ones end at once. */
  cut(): void;
  restore(): void;
  close(): Promise<void>;
}

export async function openCuttableConnection(to: string): Promise<CuttableConnection> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer(near => {
    if (isCut) {
      near.on('error', () => undefined).destroy();
      return;
    }
    const far = connect(Number(new URL(to).port), '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one
        .on('error', () => other.destroy())
        .on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
      one.pipe(other);
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The way has no port.');
  const cut = (): void => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut,
    restore: () => {
      isCut = false;
    },
    close: async () => {
      cut();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
