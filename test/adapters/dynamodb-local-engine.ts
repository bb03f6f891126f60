/**
 * AWS's own DynamoDB Local in the place of the embedded one: what `dynalite()` gives, over a Java process that ends with
 * it. Fresh for each server, in memory. test/adapters/dynamodb-local.config.ts puts it there and says where to get it.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse, request as send } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import { join } from 'node:path';

/** As `dynalite(options)`; the options are its own and mean nothing here. Listens once Java answers. */
export default function dynamoDbLocal(): Server {
  const folder = process.env.FLATLINE_DYNAMODB_LOCAL ?? '';
  if (!existsSync(join(folder, 'DynamoDBLocal.jar'))) {
    const where = folder === '' ? 'FLATLINE_DYNAMODB_LOCAL is not set' : `There is no DynamoDBLocal.jar in "${folder}"`;
    throw new Error(`${where}: test/adapters/dynamodb-local.config.ts says where to get it.`);
  }
  const server = createServer();
  const started = start(folder);
  // A failure is thrown by `listen`, in the place where somebody waits for it.
  started.catch(() => undefined);
  server.on('request', (request, response) => {
    void started.then(({ port }) => passOn(port, request, response));
  });
  const listen = server.listen.bind(server);
  server.listen = ((...address: Parameters<typeof listen>) => {
    started.then(
      () => listen(...address),
      error => server.emit('error', error),
    );
    return server;
  }) as typeof server.listen;
  server.on('close', () => void started.then(({ java }) => java.kill('SIGKILL')));
  return server;
}

interface Engine {
  readonly java: ChildProcess;
  readonly port: number;
}

async function start(folder: string): Promise<Engine> {
  const port = await freePort();
  const java = spawn(
    'java',
    [
      '-Xmx256m',
      '-Djava.library.path=./DynamoDBLocal_lib',
      '-jar',
      'DynamoDBLocal.jar',
      '-inMemory',
      '-port',
      `${port}`,
    ],
    { cwd: folder, stdio: 'ignore' },
  );
  process.once('exit', () => java.kill('SIGKILL'));
  const failed = new Promise<never>((_, reject) => {
    java.once('error', error => reject(new Error('java could not be started', { cause: error })));
    java.once('exit', code => reject(new Error(`DynamoDB Local ended with ${code}.`)));
  });
  await Promise.race([failed, answers(port)]);
  failed.catch(() => undefined);
  return { java, port };
}

async function answers(port: number): Promise<void> {
  for (;;) {
    const reached = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (reached) return;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

async function freePort(): Promise<number> {
  const probe = createSocketServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  await new Promise(resolve => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port is free on 127.0.0.1.');
  return address.port;
}

/** The whole answer at once and by `end`, because a lost answer is one whose `end` hangs up. */
function passOn(port: number, from: IncomingMessage, to: ServerResponse): void {
  const { host: _, ...headers } = from.headers;
  const passed = send({ host: '127.0.0.1', port, method: from.method, path: from.url, headers }, async answer => {
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    to.writeHead(answer.statusCode ?? 500, answer.headers);
    to.end(Buffer.concat(chunks));
  });
  passed.on('error', error => to.destroy(error));
  from.pipe(passed);
}
