/**
 * Python bots as processes against one local cloud: a bot, an account at the simulated exchange and a secret for each
 * test, so that all of them run side by side.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { inject } from 'vitest';
import { startClock } from '../../lambda/adapters/clock.ts';
import { fromItem } from '../../lambda/adapters/dynamo/attributes.ts';
import { systemRandom } from '../../lambda/adapters/random.ts';
import { toJson } from '../../lambda/core/config/read-settings.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import type { BotFields } from '../../lambda/core/heartbeat/row-change.ts';
import type { FunctionHost } from '../../simulator/cloud/function-host.ts';
import { FUNCTION_NAMES, startLocalCloud } from '../../simulator/cloud/local-cloud.ts';
import { TABLE_NAMES } from '../../simulator/cloud/tables.ts';
import { type Account, createExchange } from '../../simulator/exchange.ts';
import { startExchangeServer } from '../../simulator/wire/server.ts';

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
export const CLIENT = folder('../../client/python');
export const EXAMPLES = folder('../../examples/python');
const BOTS = folder('bots');

const python = inject('python');
export const PYTHON = 'command' in python ? python.command : 'python3';

/** Why no Python bot can run here; undefined when one can. */
export const missing: string | undefined = 'missing' in python ? python.missing : undefined;

/** A port where nobody listens. */
export const NOWHERE = 'http://127.0.0.1:9';

export interface Run {
  readonly child: ChildProcess;
  /** What the bot has said so far: one JSON document a line. */
  readonly said: readonly Readonly<Record<string, unknown>>[];
  /** Resolves with the first line that has this key, however late the question. Rejects when the bot ends without. */
  says(key: string): Promise<unknown>;
  /** Resolves when its stderr matches. Rejects when it ends without. */
  logs(pattern: RegExp): Promise<void>;
  /** A bot that waits for a line goes on. */
  goOn(): void;
  readonly ended: Promise<Ended>;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  readonly said: readonly Readonly<Record<string, unknown>>[];
}

/** Every variable a bot has: nothing of the shell that runs the tests but where Python is. */
function environmentOf(botId: string, urls: { readonly tables: string; readonly lambda: string }) {
  return {
    PATH: process.env.PATH ?? '',
    PYTHONPATH: `${CLIENT}:${EXAMPLES}:${BOTS}`,
    PYTHONDONTWRITEBYTECODE: '1',
    HOME: '/nonexistent',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local-secret-of-the-bot',
    AWS_REGION: 'eu-central-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_DYNAMODB: urls.tables,
    AWS_ENDPOINT_URL_LAMBDA: urls.lambda,
    FLATLINE_BOT_ID: botId,
    FLATLINE_BOTS_TABLE: TABLE_NAMES.bots,
    FLATLINE_LIQUIDATOR: FUNCTION_NAMES.liquidator,
  };
}

/** The liquidator is there when `liquidates` is true; without it the rig starts a second earlier. */
export async function startRig(botIds: readonly string[], { liquidates }: { readonly liquidates: boolean }) {
  const clock = startClock();
  await using opening = new AsyncDisposableStack();
  const cloud = await startLocalCloud({ clock, functions: liquidates ? ['liquidator'] : [] });
  opening.defer(() => cloud.close());
  const exchange = createExchange({ clock });
  const server = await startExchangeServer(exchange);
  opening.defer(() => server.close());
  // Each from an address of its own (RFC 5737), so that none uses up another's weight.
  const accounts = new Map<string, Account>();
  for (const [index, botId] of botIds.entries()) {
    const key = { apiKey: systemRandom.hex(64), apiSecret: systemRandom.hex(64) };
    accounts.set(botId, exchange.addAccount({ ...key, name: botId, ip: `198.51.100.${index + 1}` }));
    cloud.secrets.put(`flatline/${botId}`, JSON.stringify(key));
  }
  const settings = {
    ...SAFE_DEFAULTS,
    liquidation: { ...SAFE_DEFAULTS.liquidation, timeoutMs: 30_000 },
    exchange: { ...SAFE_DEFAULTS.exchange, baseUrl: server.url },
    bots: botIds.map(defaultBot),
  };
  const configText = toJson(settings);
  // The last one answers to the name.
  const hosts = liquidates
    ? [1, 2].map(mostEnvironments => cloud.deploy('liquidator', { configText, mostEnvironments }))
    : [];
  const running = opening.move();
  const urls = { tables: cloud.tables.url, lambda: cloud.lambda.url };

  return {
    clock,
    cloud,
    /** The liquidator, to put it behind another name. */
    get host(): FunctionHost {
      return mustBe(hosts[1]);
    },
    /** Another one, with one environment, for the test that must not wait in line behind other bots. */
    get quietHost(): FunctionHost {
      return mustBe(hosts[0]);
    },
    urls,
    account: (botId: string): Account => {
      const account = accounts.get(botId);
      if (account === undefined) throw new Error(`no account for the bot ${botId}`);
      return account;
    },
    /** The bot's row; instants and counts are numbers. */
    row: async (botId: string): Promise<BotFields> => {
      const command = new GetItemCommand({
        TableName: TABLE_NAMES.bots,
        Key: { bot_id: { S: botId } },
        ConsistentRead: true,
      });
      const { Item = {} } = await cloud.tables.client.send(command);
      return fromItem(Item);
    },
    /**
     * The events with which others called the liquidator for this bot, without the preflight of each start; it calls itself
     * for the read after FLAT.
     */
    calls: (botId: string) =>
      cloud.lambda.invocations
        .map(({ event, kind }) => ({ kind, ...(event as Readonly<Record<string, unknown>>) }))
        .filter(event => 'bot_id' in event && event.bot_id === botId && !('resume' in event))
        .filter(event => !('action' in event && event.action === 'preflight')),
    /** `script` may have arguments behind it; `more` are arguments as they are. */
    run: (
      script: string,
      botId: string,
      env: Readonly<Record<string, string>> = {},
      more: readonly string[] = [],
    ): Run => {
      const [name = '', ...args] = script.split(' ');
      return runPython([`${BOTS}/${name}.py`, ...args, ...more], { ...environmentOf(botId, urls), ...env });
    },
    close: () => running.disposeAsync(),
  };
}

export type Rig = Awaited<ReturnType<typeof startRig>>;

function mustBe(host: FunctionHost | undefined): FunctionHost {
  if (host === undefined) throw new Error('this rig has no liquidator');
  return host;
}

function runPython(args: readonly string[], env: Readonly<Record<string, string>>): Run {
  const child = spawn(PYTHON, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const said: Readonly<Record<string, unknown>>[] = [];
  const waiting = new Set<() => void>();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text;
    for (const look of waiting) look();
  });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', line => {
    said.push(line.startsWith('{') ? JSON.parse(line) : { text: line });
    for (const look of waiting) look();
  });
  const ended = Promise.all([once(child, 'close'), once(lines, 'close')]).then(
    ([[code, signal]]): Ended => ({ code, signal, stderr, said }),
  );
  /** Resolves with what `find` finds; rejects when the bot ends before. */
  const until = <T>(find: () => T | undefined, what: string): Promise<T> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
      void ended.then(({ code }) => {
        look();
        reject(new Error(`the bot ended (${code}) without ${what}; it said: ${JSON.stringify(said)} ${stderr}`));
      });
    });
  return {
    child,
    said,
    ended,
    goOn: () => child.stdin.write('\n'),
    says: async key => (await until(() => said.find(line => key in line), `saying ${key}`))[key],
    logs: async pattern => void (await until(() => (pattern.test(stderr) ? true : undefined), `logging ${pattern}`)),
  };
}
