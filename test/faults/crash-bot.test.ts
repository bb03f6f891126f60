/**
 * A bot with the TypeScript client dies at every call of its life and its end: while it arms, sends heartbeats, liquidates
 * on a signal, reports a failure, stops cleanly. Once it has armed, its account ends flat: by its own last call, or because
 * the watchdog notices. A bot that was never armed, or stopped cleanly, is never liquidated.
 */

import { describe, expect, test } from 'vitest';
import { createEvents } from '../../client/typescript/events.ts';
import { createHeartbeatSender } from '../../client/typescript/heartbeat-sender.ts';
import { liquidateBy } from '../../client/typescript/liquidation.ts';
import type { LiquidatorClient } from '../../client/typescript/liquidator.ts';
import { createRun, type Run } from '../../client/typescript/run.ts';
import type { Trigger } from '../../lambda/contract.ts';
import type { RunChanges } from '../support/liquidation-rig.ts';
import { memoryBotRow } from '../support/memory-bot-row.ts';
import { type WatchedAccount, watchedAccount } from '../support/watched-account.ts';
import { sampled } from './extent.ts';
import { type KillPoint, killable } from './killable-ports.ts';

const MINUTE_MS = 60_000;
const BOT = 'default';
const TIMES = { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 120_000 };
const CHANGES: RunChanges = { liquidation: { lockoutMs: 0 } };
const BEATS_UNTIL_MS = 25_000;

/** The bot's row and the liquidator function, as its client reaches them. */
function worldOf(account: WatchedAccount) {
  const { bots, clock } = account;
  const never = async (): Promise<never> => {
    throw new Error('not asked for');
  };
  const liquidator: LiquidatorClient = {
    liquidate: async event => ({ kind: 'answered', answer: await account.run(event, CHANGES) }),
    preflight: never,
    liquidateLater: never,
  };
  const now = (): number => clock.nowMs();
  return {
    row: memoryBotRow(bots, BOT),
    liquidator,
    clock: { nowMs: now, monotonicMs: now, wallMs: now, sleep: clock.sleep, wait: clock.sleep },
  };
}

type BotWorld = ReturnType<typeof worldOf>;

/** As createFlatline puts the parts together. */
async function bot({ row, liquidator, clock }: BotWorld, end: 'SIGTERM' | 'fail' | 'stop'): Promise<void> {
  const names = { botsTable: 'bots', liquidator: 'liquidator' };
  const settings = { ...names, botId: BOT, times: TIMES, provenWithinMs: undefined, exclusive: false };
  const newRun = (): Run => createRun({ row, clock, settings, by: 'bot' });
  const sender = createHeartbeatSender({ newRun, clock, events: createEvents(), settings });
  await sender.start();
  await clock.sleep(BEATS_UNTIL_MS, new AbortController().signal);
  if (end === 'stop') {
    await sender.rest('stop');
    await sender.run()?.disarm('a clean stop');
    return;
  }
  const event = eventOf(end === 'fail' ? 'error' : end);
  const options = { liquidator, clock, mark: sender.mark, answerWithinMs: 10_000, untilFlatMs: 0 };
  if (end === 'fail') {
    // Its failure mark stays: the watchdog trips the bot too, which locks it out.
    const marking = sender.mark('it fell', event.correlation_id);
    await Promise.all([liquidateBy(event, { ...options, withdraw: undefined }), marking]);
    return;
  }
  const { flat } = await liquidateBy(event, { ...options, withdraw: sender.run()?.withdraw });
  await sender.rest('stop');
  if (flat) await sender.run()?.disarm('its account is flat');
}

const OWN_ID = 'liq_20240229_120032_abc123';
const eventOf = (trigger: Trigger) => ({ action: 'liquidate', trigger, bot_id: BOT, correlation_id: OWN_ID }) as const;

/** The bot's life until its death, its end or the end of the watch; a watchdog run each minute; Lambda runs what is accepted. */
async function live(
  account: WatchedAccount,
  end: Parameters<typeof bot>[1],
  death?: KillPoint,
): Promise<readonly string[]> {
  const startMs = account.clock.nowMs();
  const until = (ms: number): Promise<void> => account.clock.sleep(Math.max(0, startMs + ms - account.clock.nowMs()));
  const { world, calls, died, kill } = killable(worldOf(account), death);
  const ticks = [0, 1, 2, 3, 4, 5].map(async minute => {
    await until(minute * MINUTE_MS + 500);
    await account.tick(CHANGES);
  });
  const lambda = (async (): Promise<void> => {
    for (let second = 0; second < 6 * 60; second += 1) {
      await until(second * 1_000);
      await account.runAccepted(CHANGES);
    }
  })();
  await Promise.all([Promise.race([bot(world, end), died]), lambda, ...ticks]);
  kill();
  return calls;
}

function stage(): WatchedAccount {
  const account = watchedAccount();
  account.account.open('BTCUSDT', '0.500');
  account.account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.010', price: '50000' });
  account.account.watch();
  return account;
}

const closesOf = ({ exchange }: WatchedAccount) =>
  exchange.journal.filter(entry => entry.method === 'POST' && entry.path === '/fapi/v1/order');

/**
 * The bot's own call runs at once. Of the other invocations: the runs that began there (one of the watchdog at
 * most, which finds nothing to close), and the runs that only continue (each flat result is read once more).
 */
function runsLater({ invoked }: WatchedAccount) {
  const idsOf = (events: typeof invoked) => events.map(event => event.correlation_id);
  const begun = invoked.filter(event => event.resume === undefined);
  return { begun: new Set(idsOf(begun)), scheduled: idsOf(invoked.filter(event => event.resume !== undefined)) };
}

describe.each(['SIGTERM', 'fail', 'stop'] as const)('a bot whose life ends with %s', end => {
  test('undisturbed', async () => {
    const account = stage();
    await live(account, end);
    expect(account.account.truth().positions).toHaveLength(end === 'stop' ? 1 : 0);
    expect(account.bots.rows().get(BOT)?.watch_state).toBe(end === 'fail' ? 'tripped' : 'disarmed');
  });

  test('dies at every call: armed means flat in the end, and nothing is closed twice', async () => {
    const life = await live(stage(), end);
    expect(life.length).toBeGreaterThan(5);
    for (const [index, name] of sampled([...life.entries()], 3)) {
      for (const when of ['before its effect', 'before its answer'] as const) {
        const account = stage();
        await live(account, end, { atCall: index + 1, when });
        const row = account.bots.rows().get(BOT);
        const at = [index + 1, name, when];
        expect([...at, account.account.violations]).toEqual([...at, []]);
        if (row === undefined || (end === 'stop' && row.watch_state === 'disarmed')) {
          expect([...at, account.exchange.journal]).toEqual([...at, []]);
          continue;
        }
        expect([...at, account.account.truth().positions]).toEqual([...at, []]);
        expect([...at, closesOf(account).filter(entry => entry.executed).length]).toEqual([...at, 1]);
        const { begun, scheduled } = runsLater(account);
        expect([...at, begun.size <= 1]).toEqual([...at, true]);
        expect([...at, scheduled.filter(id => id !== OWN_ID && !begun.has(id))]).toEqual([...at, []]);
        expect([...at, scheduled.length]).toEqual([...at, new Set(scheduled).size]);
      }
    }
  });
});
