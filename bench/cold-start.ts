/**
 * From the start of a process to the first signed request at the exchange, cold: the liquidator as it is deployed,
 * beside the same function bundled without thinking, and an empty function with the two clients of AWS it needs.
 *
 *   node bench/cold-start.ts [--runs 15]
 *
 * Secrets Manager, DynamoDB and the exchange answer at once, on loopback, so what is left is our own: loading,
 * evaluating, signing. Processor time is printed next to the wall clock, because other processes do not change it.
 *
 *   naive    CommonJS, `main` before `module`, not minified, and the whole `binance` SDK loaded with it
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BuildOptions, build } from 'esbuild';
import { ESBUILD_OPTIONS, FUNCTION_ENTRIES } from '../lambda/bundling.ts';
import { ENV } from '../lambda/contract.ts';
import { toJson } from '../lambda/core/config/read-settings.ts';
import { defaultBot, SAFE_DEFAULTS } from '../lambda/core/config/settings.ts';
import { ROOT } from '../package/root.ts';
import { usedMs } from '../simulator/cloud/cpu-share.ts';
import { listenOnLoopback } from '../simulator/listen.ts';
import { machine, spread } from './machine.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '15' } } });
const folder = mkdtempSync(join(tmpdir(), 'flatline-cold-'));
const { banner, mainFields, ...options } = ESBUILD_OPTIONS;
const OURS: BuildOptions = { ...options, banner: { ...banner }, mainFields: [...mainFields] };
const NAIVE: BuildOptions = { bundle: true, platform: 'node', target: 'node24', format: 'cjs' };

/** What a function does that only opens its clients, reads its secret, takes its lock and asks the exchange. */
const EMPTY = `
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { get } from 'node:http';
const dynamo = new DynamoDBClient({}), secrets = new SecretsManagerClient({});
export async function handler() {
  const Key = { correlation_id: { S: 'cold' } };
  await Promise.all([
    dynamo.send(new UpdateItemCommand({ TableName: 'liquidations', Key })),
    secrets.send(new GetSecretValueCommand({ SecretId: 'flatline/default' })),
  ]);
  get(process.env.EXCHANGE_URL + '/fapi/v3/positionRisk?signature=none');
}`;

let onSigned: (() => void) | undefined;
const world = createServer((request, response) => {
  request.resume().on('end', () => {
    if (request.url?.includes('signature=')) onSigned?.();
    answer(response, String(request.headers['x-amz-target'] ?? ''));
  });
});
world.keepAliveTimeout = 60_000;
const { url, close } = await listenOnLoopback(world);
const settings = {
  ...SAFE_DEFAULTS,
  exchange: { ...SAFE_DEFAULTS.exchange, baseUrl: url },
  bots: [defaultBot('default')],
};
const env = {
  AWS_REGION: 'ap-northeast-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_LAMBDA_FUNCTION_NAME: 'flatline-liquidator',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_ENDPOINT_URL: url,
  EXCHANGE_URL: url,
  HOME: folder,
  [ENV.config]: toJson(settings),
  [ENV.liquidationsTable]: 'liquidations',
  [ENV.auditTable]: 'audit',
};

try {
  await compare();
} finally {
  await close();
  rmSync(folder, { recursive: true, force: true });
}

async function compare(): Promise<void> {
  const entry = join(ROOT, FUNCTION_ENTRIES.liquidator);
  const naive = written('naive.ts', `import 'binance';\nexport { handler } from ${JSON.stringify(entry)};\n`);
  const child = await bundled('child.mjs', join(ROOT, 'bench/cold-start-child.ts'), { ...NAIVE, format: 'esm' });
  const alternatives = [
    ['flatline', await bundled('flatline.mjs', entry, OURS)],
    ['naive', await bundled('naive.cjs', naive, NAIVE)],
    ['naive, without the SDK', await bundled('plain.cjs', entry, NAIVE)],
    ['two clients of AWS, nothing else', await bundled('empty.mjs', written('empty.ts', EMPTY), OURS)],
  ] as const;
  const runs = new Map(alternatives.map(([name]) => [name, [] as Start[]]));
  // In turn, so that whatever else the machine does befalls all alike. The first round warms the disk.
  for (let n = 0; n <= Number(values.runs); n += 1) {
    for (const [name, path] of alternatives) {
      const start = await startOnce(child, path);
      if (n > 0) runs.get(name)?.push(start);
    }
  }
  console.log(`${machine()}; median of ${values.runs} runs (min–max)\n`);
  console.log('| function | bundle kB | first signed request after ms | processor ms | of naive |');
  console.log('|---|---:|---:|---:|---:|');
  const naiveMs = spread((runs.get('naive') ?? []).map(run => run.cpuMs)).median;
  for (const [name, path] of alternatives) {
    const own = runs.get(name) ?? [];
    const cpu = spread(own.map(run => run.cpuMs));
    const kB = Math.round(statSync(path).size / 1_000);
    console.log(
      `| ${name} | ${kB} | ${spread(own.map(run => run.wallMs)).text} | ${cpu.text} | ${(cpu.median / naiveMs).toFixed(2)} |`,
    );
  }
}

interface Start {
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function startOnce(child: string, bundle: string): Promise<Start> {
  const startedAtMs = performance.now();
  const started = spawn(process.execPath, [child, bundle], { env, stdio: 'ignore' });
  const ended = once(started, 'exit').then((): never => {
    throw new Error(`${bundle} ended before it asked the exchange`);
  });
  const signed = new Promise<Start>(resolve => {
    onSigned = () => {
      onSigned = undefined;
      resolve({ wallMs: performance.now() - startedAtMs, cpuMs: usedMs(started.pid ?? 0) ?? Number.NaN });
    };
  });
  try {
    return await Promise.race([signed, ended]);
  } finally {
    started.kill('SIGKILL');
    await ended.catch(() => undefined);
  }
}

function answer(response: ServerResponse, target: string): void {
  const secret = JSON.stringify({ apiKey: 'k'.repeat(64), apiSecret: 's'.repeat(64) });
  response.setHeader('content-type', target === '' ? 'application/json' : 'application/x-amz-json-1.1');
  if (target.endsWith('GetSecretValue')) response.end(JSON.stringify({ Name: 'cold', SecretString: secret }));
  else response.end(target === '' ? '[]' : '{}');
}

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function bundled(name: string, entry: string, how: BuildOptions): Promise<string> {
  const outfile = join(folder, name);
  const nodePaths = [join(ROOT, 'node_modules')];
  await build({ ...how, entryPoints: [entry], outfile, absWorkingDir: ROOT, nodePaths, logLevel: 'error' });
  return outfile;
}
