/**
 * Brown-outs that are not simply refusals: slow tables, answers that are lost, reads and writes that fail by turns, outages
 * at the interval of the heartbeats or of the watchdog's proofs. In virtual time, with the real ticks and the real writes.
 */

import { describe, expect, it } from 'vitest';
import { startOrBeat } from '../../lambda/app/ping/run-commands.ts';
import { defaultBot } from '../../lambda/core/config/settings.ts';
import { createRandom } from '../../simulator/engine/seeded-random.ts';
import { every, START_MS, TIMES, type WatchRig, watchRig } from './watch-rig.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const FROM_MS = 3 * MINUTE;
const TO_MS = FROM_MS + 5 * MINUTE;
const END_MS = TO_MS + 4 * MINUTE;

/** As the protocol has it: what was not stored is tried again; two tries begin half a second apart at first, and a heartbeat at most. */
async function live(rig: WatchRig, botId: string, fromMs: number, toMs: number): Promise<void> {
  let isStart = true;
  let failures = 0;
  for (let at = fromMs, count = 1; at <= toMs; count += 1) {
    await rig.until(at);
    const beganMs = rig.nowMs();
    const beat = { botId, runId: `run-of-${botId}`, atMs: rig.clock.nowMs(), count, by: 'bot', times: TIMES };
    try {
      await startOrBeat(rig.bots, { ...beat, isStart }, 5_000);
      isStart = false;
      failures = 0;
      at += TIMES.heartbeatMs;
    } catch {
      failures += 1;
      at = Math.max(rig.nowMs(), beganMs + Math.min(TIMES.heartbeatMs, 500 * 2 ** (failures - 1)));
    }
  }
}

type Fault = 'refuse' | 'hang' | 'lose-answer' | undefined;
interface Call {
  readonly operation: string;
  readonly target: string;
  /** Since the outage began. */
  readonly atMs: number;
}

describe('a bot that lives is not tripped, and one that dies is, once, by the end of', () => {
  it.each<[string, (call: Call, random: () => number) => Fault]>([
    ['writes whose answers are lost', ({ operation }) => (operation === 'change' ? 'lose-answer' : undefined)],
    [
      'writes to the bots’ rows whose answers are lost',
      ({ operation, target }) => (operation === 'change' && target.startsWith('bot-') ? 'lose-answer' : undefined),
    ],
    [
      'every other second without writes',
      ({ operation, atMs }) => (operation === 'change' && Math.floor(atMs / SECOND) % 2 === 0 ? 'refuse' : undefined),
    ],
    [
      'nine of ten seconds without writes',
      ({ operation, atMs }) => (operation === 'change' && atMs % (10 * SECOND) < 9 * SECOND ? 'hang' : undefined),
    ],
    [
      '29 of 30 s without writes',
      ({ operation, atMs }) => (operation === 'change' && atMs % (30 * SECOND) < 29 * SECOND ? 'refuse' : undefined),
    ],
    ['half of all calls that fail', (_call, random) => (random() < 0.5 ? 'refuse' : undefined)],
    ['half of all calls that hang', (_call, random) => (random() < 0.5 ? 'hang' : undefined)],
    [
      'reads and writes that fail by turns, a minute each',
      ({ operation, atMs }) =>
        (operation === 'change') === (Math.floor(atMs / MINUTE) % 2 === 0) ? 'refuse' : undefined,
    ],
    [
      'reads that hang, and writes of which most are refused',
      ({ operation }, random) => (operation === 'change' ? (random() < 0.9 ? 'refuse' : undefined) : 'hang'),
    ],
    ['an index that does not answer', ({ operation }) => (operation === 'due' ? 'hang' : undefined)],
    [
      'a row of the watchdog that takes no writes',
      ({ operation, target }) => (operation === 'change' && target.startsWith('#') ? 'refuse' : undefined),
    ],
  ])('five minutes of %s', async (_what, fault) => {
    const random = createRandom(7);
    const rig = watchRig();
    rig.bots.injectFaults(({ operation, target, atMs }) => {
      const at = atMs - START_MS;
      return at >= FROM_MS && at < TO_MS ? fault({ operation, target, atMs: at - FROM_MS }, random) : undefined;
    });
    const ids = Array.from({ length: 12 }, (_, index) => `bot-${index}`);
    await Promise.all([
      ...ids.map((botId, index) => live(rig, botId, index * 811, END_MS)),
      live(rig, 'bot-dead', 500, FROM_MS + 20 * SECOND),
      rig.ticks(every(MINUTE, 1_000, END_MS - MINUTE), { bots: [...ids, 'bot-dead'].map(defaultBot) }),
    ]);
    const tripped = rig.invoked.filter(call => call.trigger === 'watchdog');
    expect([...new Set(tripped.map(({ botId }) => botId))]).toEqual(['bot-dead']);
    expect(new Set(tripped.map(({ correlationId }) => correlationId)).size).toBe(1);
  });

  it.each([
    ['a tenth of a second', 100],
    ['nine tenths', 900],
    ['a second and a half', 1_500],
    ['three seconds', 3_000],
  ])('five minutes of a table that takes %s for each call', async (_what, latencyMs) => {
    const random = createRandom(11);
    const rig = watchRig();
    rig.bots.takeMs(() => {
      const at = rig.nowMs();
      return at >= FROM_MS && at < TO_MS ? latencyMs * (0.5 + random()) : 5;
    });
    const ids = Array.from({ length: 12 }, (_, index) => `bot-${index}`);
    await Promise.all([
      ...ids.map((botId, index) => live(rig, botId, index * 811, END_MS)),
      live(rig, 'bot-dead', 500, FROM_MS + 20 * SECOND),
      rig.ticks(every(MINUTE, 1_000, END_MS - MINUTE), { bots: [...ids, 'bot-dead'].map(defaultBot) }),
    ]);
    expect([...new Set(rig.invoked.filter(call => call.trigger === 'watchdog').map(({ botId }) => botId))]).toEqual([
      'bot-dead',
    ]);
  });
});
