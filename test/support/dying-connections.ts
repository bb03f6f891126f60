/**
 * A TCP proxy whose connections die as they do while Lambda has a function frozen: those that are open when `freeze` is
 * called are dead, and the client notices when it writes. New ones work.
 */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** Either the peer answers with RST, or everything sent is lost. */
export type Death = 'reset' | 'silence';

export interface DyingConnections {
  readonly port: number;
  freeze(death: Death): void;
  /** Connections that were opened so far. */
  opened(): number;
  /** Writes of the client that met a dead connection. */
  lost(): number;
  /** Resolves when a client's connection was closed by the client. */
  nextClose(): Promise<void>;
  close(): void;
}

export async function dyingConnections(targetPort: number): Promise<DyingConnections> {
  const living = new Set<{ die(death: Death): void; end(): void }>();
  const closes = new EventTarget();
  let opened = 0;
  let lost = 0;

  const server = createServer(client => {
    opened += 1;
    let death: Death | undefined;
    const upstream = connect(targetPort, '127.0.0.1');
    const connection = {
      die: (how: Death) => {
        death = how;
        upstream.destroy();
      },
      end: () => {
        client.destroy();
        upstream.destroy();
      },
    };
    living.add(connection);
    client.on('data', data => {
      if (death === undefined) return void upstream.write(data);
      lost += 1;
      if (death === 'reset') client.resetAndDestroy();
    });
    upstream.on('data', data => client.write(data));
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    upstream.on('close', () => {
      if (death === undefined) client.destroy();
    });
    client.on('close', () => {
      living.delete(connection);
      upstream.destroy();
      closes.dispatchEvent(new Event('close'));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    freeze: death => {
      for (const connection of living) connection.die(death);
    },
    opened: () => opened,
    lost: () => lost,
    nextClose: async () => void (await once(closes, 'close')),
    close: () => {
      server.close();
      for (const connection of living) connection.end();
    },
  };
}
