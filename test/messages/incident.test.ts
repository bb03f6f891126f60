/**
 * Whole incidents through the deployed bundles: the functions' logs, the stack's filter, the notifier in a process of
 * its own, the topic, the chat. What somebody finds on the phone in the morning, and nothing else.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ageRows } from '../../bin/commands/drill/age-rows.ts';
import { startClock } from '../../lambda/adapters/clock.ts';
import { createBotStore } from '../../lambda/adapters/dynamo/bot-store.ts';
import { systemRandom } from '../../lambda/adapters/random.ts';
import { ENV, TICK } from '../../lambda/contract.ts';
import { toJson } from '../../lambda/core/config/read-settings.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import { FUNCTION_NAMES, type LocalCloud, startLocalCloud } from '../../simulator/cloud/local-cloud.ts';
import type { Mail } from '../../simulator/cloud/mail-box.ts';
import { TABLE_NAMES } from '../../simulator/cloud/tables.ts';
import { createExchange, type SimulatedExchange } from '../../simulator/exchange.ts';
import { type ExchangeServer, startExchangeServer } from '../../simulator/wire/server.ts';
import { beat } from '../support/bot-actions.ts';
import { type ChatEndpoint, startChatEndpoint } from '../support/chat-endpoint.ts';

const clock = startClock();
const keyOf = () => ({ apiKey: systemRandom.hex(64), apiSecret: systemRandom.hex(64) });
const KEYS = { alpha: keyOf(), beta: keyOf() };
const POSITIONS = { BTCUSDT: '0.5', SOLUSDT: '-10' } as const;
const CHAT_KEY = systemRandom.hex(24);
/** Time passes by setting the table back; what a tick really waits for is its proof, a heartbeat and 2 s. */
const TIMES = { heartbeatMs: 1_000, lateAfterMs: 60_000, deadAfterMs: 600_000 };

let cloud: LocalCloud;
let chat: ChatEndpoint;
let exchange: SimulatedExchange;
let server: ExchangeServer;
const log: string[] = [];

beforeAll(async () => {
  [cloud, chat] = await Promise.all([
    startLocalCloud({ clock, functions: ['liquidator', 'watchdog', 'notifier'] }),
    startChatEndpoint(CHAT_KEY),
  ]);
  exchange = createExchange({ clock });
  for (const [name, key] of Object.entries(KEYS)) {
    cloud.secrets.put(`flatline/${name}`, JSON.stringify(key));
    const account = exchange.addAccount({ ...key, name });
    for (const [symbol, amount] of Object.entries(POSITIONS)) account.open(symbol, amount);
  }
  cloud.secrets.put('flatline/chat', chat.url);
  server = await startExchangeServer(exchange);
  const configText = toJson({
    ...SAFE_DEFAULTS,
    liquidation: { ...SAFE_DEFAULTS.liquidation, timeoutMs: 30_000, maxRetries: 0 },
    exchange: { ...SAFE_DEFAULTS.exchange, baseUrl: server.url },
    bots: [{ ...defaultBot('alpha'), ...TIMES }, defaultBot('beta')],
  });
  const onLog = (line: string): void => void log.push(line);
  const env = { [ENV.chatSecret]: 'flatline/chat', [ENV.namespace]: 'flatline-production' };
  cloud.deploy('notifier', { configText, env, onLog });
  cloud.deploy('liquidator', { configText, onLog });
  cloud.deploy('watchdog', { configText, onLog });
  await Promise.all([aBotIsLate(), theExchangeRefuses()]);
  // What happens together is one message.
  await cloud.idle();
  await itIsDead();
  await cloud.idle();
  // On a slow machine Lambda may not have accepted a hand-over in time: then the watchdog starts the next attempt.
  const areFlat = () => ['alpha', 'beta'].every(botId => mailsAbout(botId).some(isFlat));
  for (let ticks = 0; ticks < MOST_TICKS && !areFlat(); ticks += 1) {
    await cloud.lambda.invoke(FUNCTION_NAMES.watchdog, TICK);
    await cloud.idle();
  }
});
afterAll(async () => {
  await cloud?.close();
  await Promise.all([server?.close(), chat?.close()]);
});

/** alpha beats once, and never again. */
async function aBotIsLate(): Promise<void> {
  const bots = createBotStore({ client: cloud.tables.client, tableName: TABLE_NAMES.bots });
  const sign = { botId: 'alpha', atMs: clock.nowMs(), count: 1, by: 'bot', times: TIMES, arms: true };
  await beat(bots, sign, 2_000);
  await age(TIMES.lateAfterMs);
  await cloud.lambda.invoke(FUNCTION_NAMES.watchdog, TICK);
}

async function itIsDead(): Promise<void> {
  await age(TIMES.deadAfterMs - TIMES.lateAfterMs);
  await cloud.lambda.invoke(FUNCTION_NAMES.watchdog, TICK);
}

const age = (ms: number): Promise<void> =>
  ageRows({ client: cloud.tables.client, tableName: TABLE_NAMES.bots }, { ms, ticksWentOn: true });

/** beta’s shutdown meets an exchange that refuses every close, in two attempts. */
async function theExchangeRefuses(): Promise<void> {
  const refuse = { kind: 'refuse', code: -2010, msg: 'NEW_ORDER_REJECTED' } as const;
  const on = { method: 'POST', path: '/fapi/v1/order', account: 'beta' };
  exchange.faults.add({ on, times: 4, fault: refuse });
  cloud.lambda.invokeLater(FUNCTION_NAMES.liquidator, { trigger: 'SIGTERM', bot_id: 'beta' });
}

const MOST_TICKS = 20;
const isFlat = ({ subject }: Mail): boolean => subject.startsWith('FLAT ');

const mailsAbout = (botId: string): readonly Mail[] =>
  cloud.topic.mails.filter(({ subject }) => subject.includes(` ${botId} `));

describe('the mails', () => {
  test('of a bot that dies: late; then silent and flat, of two functions whose logs may overtake each other', () => {
    const [late, ...after] = mailsAbout('alpha').map(({ subject }) => subject);
    expect(late).toMatch(/^LATE - alpha \(production\) - liquidated at \d\d:\d\d:\d\d UTC unless it reports$/);
    expect(after.toSorted()).toEqual([
      'FLAT - alpha (production) - watchdog, 2 closed',
      expect.stringMatching(/^SILENT: LIQUIDATING - alpha \(production\) - last heartbeat \d\d:\d\d:\d\d UTC$/),
    ]);
  });

  test('of an exchange that refuses for a while: not flat, flat, and none for the tries between', () => {
    const mails = mailsAbout('beta');
    expect(mails.map(({ subject }) => subject)).toEqual([
      expect.stringMatching(
        /^NOT FLAT, RETRYING UNTIL \d\d:\d\d:\d\d UTC - beta \(production\) - SIGTERM, 2 still open$/,
      ),
      'FLAT - beta (production) - SIGTERM, 2 closed',
    ]);
    expect(mails[1]?.text).toMatch(/2 of 2 positions closed.* in \d+ s, after 3 attempts\./);
  });

  test('are all that there are', () => {
    expect(cloud.topic.mails.map(({ subject }) => subject)).toHaveLength(5);
  });
});

test('the chat has every mail', () => {
  expect(chat.posts.map(({ body }) => body.subject).toSorted()).toEqual(
    cloud.topic.mails.map(({ subject }) => subject).toSorted(),
  );
});

test('an alarm of CloudWatch reaches the chat as text', async () => {
  const alarm = {
    AlarmName: 'flatline-production-bot-dead',
    AlarmDescription: 'What to do: …',
    NewStateValue: 'ALARM',
  };
  cloud.topic.publish('ALARM: "flatline-production-bot-dead" in EU (Frankfurt)', JSON.stringify(alarm));
  await cloud.idle();
  expect(chat.posts.at(-1)?.body).toMatchObject({ subject: 'ALARM - flatline-production-bot-dead' });
});

test('T3: neither key of an account nor of the chat is in any message or log', () => {
  const output = [...log, JSON.stringify([cloud.topic.mails, chat.posts])].join('\n');
  const secrets = [CHAT_KEY, ...Object.values(KEYS).flatMap(({ apiKey, apiSecret }) => [apiKey, apiSecret])];
  expect(log.length).toBeGreaterThan(20);
  for (const secret of secrets) expect(output).not.toContain(secret);
});
