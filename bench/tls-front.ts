/**
 * Puts TLS before loopback servers, in a process of its own, so that what functions pay for it is measured and what the
 * other end pays is not theirs. Started by `openTlsFront`; started directly it is that process.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { fileURLToPath } from 'node:url';

export interface TlsFront {
  /** For NODE_EXTRA_CA_CERTS. */
  readonly certificate: string;
  /** `https://127.0.0.1:…` before an address of this machine. */
  before(url: string): string;
  close(): void;
}

const OPENSSL = 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1';

/** Needs openssl. */
export async function openTlsFront(urls: readonly string[]): Promise<TlsFront> {
  const folder = mkdtempSync(join(tmpdir(), 'flatline-tls-'));
  const [certificate, key] = [join(folder, 'crt'), join(folder, 'key')];
  execFileSync('openssl', [...OPENSSL.split(' '), '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  const ports = urls.map(url => new URL(url).port);
  const child: ChildProcess = spawn(process.execPath, [fileURLToPath(import.meta.url), certificate, key, ...ports], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const close = (): void => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', close);
  const [opened] = (await once(child, 'message')) as [readonly number[]];
  return {
    certificate,
    before: url => `https://127.0.0.1:${opened[urls.indexOf(url)]}`,
    close,
  };
}

async function serve(certificate: string, key: string, ports: readonly string[]): Promise<void> {
  const secure = { cert: readFileSync(certificate), key: readFileSync(key), noDelay: true };
  const servers = ports.map(port =>
    createServer(secure, socket => {
      const behind = connect(Number(port), '127.0.0.1').setNoDelay();
      socket.pipe(behind).pipe(socket);
      for (const end of [socket, behind]) end.on('error', () => void [socket.destroy(), behind.destroy()]);
    }).listen(0, '127.0.0.1'),
  );
  await Promise.all(servers.map(server => once(server, 'listening')));
  process.send?.(servers.map(server => (server.address() as AddressInfo).port));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [certificate = '', key = '', ...ports] = process.argv.slice(2);
  await serve(certificate, key, ports);
}
