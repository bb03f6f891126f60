/**
 * MiniStack on a free loopback port: with TLS, because the policies ask for it; with signatures and IAM enforced; with
 * the functions in processes of Node 24, each under its own role. Empty at first, and gone with all its processes and
 * files when it is closed or when this process ends.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { mustRun } from '../support/run-command.ts';
import { openBotoSession } from './boto-session.ts';
import type { ReadyTools } from './install-tools.ts';

/** Types of resources that MiniStack's CloudFormation does not know; docs/reliability.md lists them. */
export const PLACEHOLDER_TYPES = [
  'AWS::Logs::QueryDefinition',
  'AWS::EventSchemas::Registry',
  'AWS::EventSchemas::Schema',
];

export const REGION = 'ap-northeast-1';
export const ACCOUNT = '111122223333';

export const arnOf = (service: string, rest: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;

/** The account's own key, which may do everything. */
const OWNER = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'a-key-that-is-not-a-secret' };

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LAUNCHER = fileURLToPath(new URL('tools/serve_ministack.py', import.meta.url));
const NODE_BIN = join(ROOT, 'node_modules/.bin');

export type Emulator = Awaited<ReturnType<typeof startEmulator>>;

/** Rejects when it does not start; nothing is left behind then. */
export async function startEmulator({ pythonBin, functions }: ReadyTools) {
  const folder = mkdtempSync(join(tmpdir(), 'flatline-aws-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  let server: ChildProcess | undefined;
  const stop = (): void => {
    killGroup(server);
    remove();
  };
  process.once('exit', stop);
  await using opening = new AsyncDisposableStack();
  opening.defer(() => {
    stop();
    process.off('exit', stop);
  });

  const home = join(folder, 'home');
  mkdirSync(home);
  const tls = await makeCertificate(folder);
  const port = await freePort();
  const common = {
    PATH: [NODE_BIN, pythonBin, process.env.PATH].join(delimiter),
    HOME: home,
    TMPDIR: folder,
    PYTHONDONTWRITEBYTECODE: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    NODE_EXTRA_CA_CERTS: tls.certificate,
    ...OWNER,
  };
  server = spawn(join(pythonBin, 'python'), [LAUNCHER], {
    cwd: folder,
    env: {
      ...common,
      AUTH: 'true',
      USE_SSL: '1',
      MINISTACK_SSL_CERT: tls.certificate,
      MINISTACK_SSL_KEY: tls.key,
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      MINISTACK_REGION: REGION,
      MINISTACK_ACCOUNT_ID: ACCOUNT,
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      PLACEHOLDER_TYPES: PLACEHOLDER_TYPES.join(','),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const log = await untilListening(server);
  const url = `https://127.0.0.1:${port}`;
  /** What the README asks for, and what leads to this machine instead of to AWS. */
  const env: Readonly<Record<string, string>> = {
    ...common,
    AWS_REGION: REGION,
    // Version 1 of the AWS CLI, the one on PyPI, knows only this name.
    AWS_DEFAULT_REGION: REGION,
    AWS_ENDPOINT_URL: url,
    AWS_CA_BUNDLE: tls.certificate,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    // The CDK's own rules for templates take two thirds of a synth; test/lib/security-checks.test.ts applies them.
    CDK_VALIDATION: 'false',
    // There is nobody to be asked.
    CDK_REQUIRE_APPROVAL: 'never',
    CI: 'true',
  };
  const session = openBotoSession(join(pythonBin, 'python'), env);
  opening.defer(() => session.close());
  const running = opening.move();
  return {
    url,
    env,
    folder,
    functions,
    /** What it said so far, for a test that failed. */
    log,
    /** As the README's `npx cdk bootstrap` does it, without reading the stacks first, which takes most of its time. */
    bootstrap: () => mustRun('cdk', ['bootstrap', `aws://${ACCOUNT}/${REGION}`], { cwd: folder, env }),
    /** Calls AWS by boto3, with the account's own key by default. Rejects with an AwsError. */
    call: session.call,
    close: () => running.disposeAsync(),
  };
}

async function makeCertificate(folder: string) {
  const [certificate, key] = [join(folder, 'server.crt'), join(folder, 'server.key')];
  const config = join(folder, 'server.cnf');
  writeFileSync(config, '[req]\ndistinguished_name = name\n[name]\n');
  const what = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-config', config];
  const whose = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  const env = { PATH: process.env.PATH ?? '' };
  await mustRun('openssl', [...what, ...whose, '-keyout', key, '-out', certificate], { env });
  return { certificate, key };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Gives the lines said so far, and from then on. Rejects when the process ends first. */
function untilListening(server: ChildProcess): Promise<readonly string[]> {
  const log: string[] = [];
  return new Promise((resolve, reject) => {
    for (const stream of [server.stdout, server.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', line => {
        log.push(line);
        if (/Running on https:/.test(line)) resolve(log);
      });
    }
    server.once('error', reject);
    server.once('close', code => reject(new Error(`MiniStack ended with ${code}:\n${log.join('\n')}`)));
  });
}

/** With the functions that it started. */
function killGroup(server: ChildProcess | undefined): void {
  if (server?.pid === undefined || server.exitCode !== null) return;
  try {
    process.kill(-server.pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
