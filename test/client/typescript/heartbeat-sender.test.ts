/** The rhythm of the beats and what is reported of it, in virtual time. */

import { describe, expect, test } from 'vitest';
import type { BeatResult } from '../../../client/typescript/beat-result.ts';
import { createEvents, type FlatlineEvent } from '../../../client/typescript/events.ts';
import { createHeartbeatSender } from '../../../client/typescript/heartbeat-sender.ts';
import type { Run, RunBeatResult, StartResult } from '../../../client/typescript/run.ts';

const TAKEN = { kind: 'taken', prior: undefined, atMs: 0 } as const;
const UNREACHED = { kind: 'failed', problem: { code: 'UNREACHED', sentence: 'no network' } } as const;
const FORBIDDEN = { kind: 'failed', problem: { code: 'FORBIDDEN', sentence: 'not allowed' } } as const;
const TRIPPED = { kind: 'tripped', correlationId: 'liq_20240229_120000_abc123', by: 'watchdog' } as const;
const SEEN = { runId: { S: 'theirs' }, beats: { N: '7' }, lastBeatAtMs: { N: '1000' }, heartbeatMs: 5_000 };

type AnyResult = StartResult | RunBeatResult;

interface Sent {
  readonly run: number;
  /** Of a beat: whether it proves work. */
  readonly as: 'start' | 'beat' | 'beat, no proof' | 'take over';
  readonly count: number;
  readonly atMs: number;
}

/** Sleeping moves the time on; at `endMs` it sleeps for good. `at` runs things on the way. */
function rig(endMs: number, options: { provenWithinMs?: number; answers?: readonly AnyResult[] } = {}) {
  let nowMs = 0;
  let wallAheadMs = 0;
  const plans: { readonly atMs: number; readonly run: () => void }[] = [];
  const sent: Sent[] = [];
  const told: FlatlineEvent[] = [];
  const answers = [...(options.answers ?? [])];
  const marks: string[] = [];
  let runs = 0;
  const answer = <T>(): T => (answers.shift() ?? TAKEN) as T;
  const newRun = (): Run => {
    runs += 1;
    const run = runs;
    const note = (as: Sent['as'], { count, atMs }: { count: number; atMs: number }): void => {
      sent.push({ run, as, count, atMs });
    };
    return {
      start: async beat => {
        note('start', beat);
        return answer();
      },
      takeOverSilent: async beat => {
        note('take over', beat);
        return answer();
      },
      beat: async (beat, hasProof) => {
        note(hasProof ? 'beat' : 'beat, no proof', beat);
        return answer();
      },
      disarm: async () => ({ kind: 'done' }),
      fail: async (_reason, callId) => {
        marks.push(`${run} ${callId}`);
        return { kind: 'done' };
      },
      withdraw: async () => ({ kind: 'done' }),
    };
  };
  const events = createEvents();
  events.listen(event => told.push(event));
  const times = { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 120_000 };
  const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    const untilMs = nowMs + ms;
    for (const plan of plans.filter(({ atMs }) => atMs > nowMs && atMs <= untilMs)) {
      nowMs = plan.atMs;
      plan.run();
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    }
    if (signal.aborted) return;
    if (untilMs > endMs) return new Promise(resolve => signal.addEventListener('abort', () => resolve()));
    nowMs = Math.max(nowMs, untilMs);
  };
  const liquidator = 'flatline-testnet-liquidator:alpha';
  const sender = createHeartbeatSender({
    ...{ newRun, events, settings: { botId: 'alpha', liquidator, times, provenWithinMs: options.provenWithinMs } },
    clock: {
      nowMs: () => nowMs,
      monotonicMs: () => nowMs,
      wallMs: () => nowMs + wallAheadMs,
      sleep,
      wait: sleep,
    },
  });
  return {
    sender,
    times,
    sent,
    marks,
    at: (atMs: number, run: () => void) => plans.push({ atMs, run }),
    setWall: (aheadMs: number) => {
      wallAheadMs = aheadMs;
    },
    kinds: () => told.map(({ kind }) => kind),
    told,
    gate: () => {
      const gate = sender.gate();
      return gate.open ? 'open' : gate.reason;
    },
    /** The time goes on to its end. */
    turn: async () => {
      for (let turn = 0; turn < 1_000; turn += 1) await Promise.resolve();
    },
    play: async () => {
      const first = await sender.start();
      for (let turn = 0; turn < 1_000; turn += 1) await Promise.resolve();
      await sender.rest('goodbye');
      return first;
    },
  };
}

const timesOf = (sent: readonly Sent[]): readonly number[] => sent.map(({ atMs }) => atMs);
const shape = (sent: readonly Sent[]): readonly string[] => sent.map(({ run, as, atMs }) => `${run} ${as} ${atMs}`);

test('the first write starts the run, then one heartbeat each interval, none after the rest', async () => {
  const { sender, sent, kinds, play } = rig(30_000);
  expect(await play()).toBe(TAKEN);
  expect(sent).toEqual([
    { run: 1, as: 'start', atMs: 0, count: 1 },
    { run: 1, as: 'beat', atMs: 10_000, count: 2 },
    { run: 1, as: 'beat', atMs: 20_000, count: 3 },
    { run: 1, as: 'beat', atMs: 30_000, count: 4 },
  ]);
  expect(kinds()).toEqual(['armed']);
  expect([sender.state(), sender.beats()]).toEqual(['idle', 4]);
});

test('a heartbeat that is not stored is tried again, sooner; reported once, and once that it is over', async () => {
  const { sent, kinds, play } = rig(27_500, { answers: [TAKEN, UNREACHED, UNREACHED, UNREACHED, TAKEN] });
  await play();
  expect(timesOf(sent)).toEqual([0, 10_000, 10_500, 11_500, 13_500, 23_500]);
  expect(kinds()).toEqual(['armed', 'unreached', 'reached']);
});

test('a start whose outcome is unknown is repeated as the same run', async () => {
  const { sent, kinds, play } = rig(11_000, { answers: [UNREACHED] });
  expect(await play()).toBe(UNREACHED);
  expect(shape(sent)).toEqual(['1 start 0', '1 start 500', '1 beat 10500']);
  expect(kinds()).toEqual(['unreached', 'reached', 'armed']);
});

test('a refusal is reported as such, once per kind of refusal', async () => {
  const { kinds, play } = rig(3_000, { answers: [FORBIDDEN, FORBIDDEN, UNREACHED] });
  await play();
  expect(kinds()).toEqual(['refused', 'unreached']);
});

test('a tripped bot is notified once, its heartbeats stay refused, and it is notified of a re-arm', async () => {
  const { sender, told, kinds, sent, play } = rig(50_000, {
    answers: [TAKEN, TRIPPED, TRIPPED, TRIPPED, TAKEN, TAKEN],
  });
  await play();
  expect(sent).toHaveLength(6);
  expect(kinds()).toEqual(['armed', 'tripped', 'armed']);
  expect(told[1]).toEqual({
    kind: 'tripped',
    sentence:
      'alpha is tripped: its account was liquidated (liq_20240229_120000_abc123) and it must not trade. ' +
      'Check the account, then flatline rearm --bot alpha --env testnet.',
    correlationId: 'liq_20240229_120000_abc123',
  });
  expect(sender.state()).toBe('idle');
});

test('disarmed by hand: reported once, and no heartbeat starts a new run', async () => {
  const { kinds, sent, play } = rig(30_000, { answers: [TAKEN, { kind: 'disarmed' }, { kind: 'disarmed' }, TAKEN] });
  await play();
  expect(kinds()).toEqual(['armed', 'disarmed', 'armed']);
  expect(shape(sent)).toEqual(['1 start 0', '1 beat 10000', '1 beat 20000', '1 beat 30000']);
});

test('an explicit start after a disarming is a new run', async () => {
  const { sender, sent } = rig(0, { answers: [TAKEN, { kind: 'disarmed' }] });
  await sender.start();
  await sender.beat();
  expect(await sender.start()).toBe(TAKEN);
  expect(shape(sent)).toEqual(['1 start 0', '1 beat 0', '2 start 0']);
});

test('a second start of a running run is a heartbeat, and no proof of work', async () => {
  const { sender, sent } = rig(0, { provenWithinMs: 15_000 });
  await sender.start();
  await sender.start();
  expect(shape(sent)).toEqual(['1 start 0', '1 beat, no proof 0']);
});

test('a row that was deleted is started again by the same run', async () => {
  const { sent, play } = rig(10_000, { answers: [TAKEN, { kind: 'start' }, TAKEN] });
  await play();
  expect(shape(sent)).toEqual(['1 start 0', '1 beat 10000', '1 start 10000']);
});

describe('proof of work', () => {
  test('a bot that can prove it proves nothing by its start, and all by the first alive()', async () => {
    const { sender, sent, at, play } = rig(40_000, { provenWithinMs: 60_000 });
    at(25_000, sender.alive);
    await play();
    expect(shape(sent)).toEqual([
      '1 start 0',
      '1 beat, no proof 10000',
      '1 beat, no proof 20000',
      '1 beat 30000',
      '1 beat 40000',
    ]);
  });

  test('a heartbeat by hand is a proof', async () => {
    const { sender, sent } = rig(0, { provenWithinMs: 60_000 });
    await sender.start();
    await sender.beat();
    expect(shape(sent)).toEqual(['1 start 0', '1 beat 0']);
  });

  test('where the process alone is the proof, a start that is stored late proves nothing for a heartbeat', async () => {
    const { sent, play } = rig(10_500, { answers: [UNREACHED, TAKEN] });
    await play();
    expect(shape(sent)).toEqual(['1 start 0', '1 start 500', '1 beat 10500']);
  });

  test('sends heartbeats only while the last proof is fresh; the next proof sends one at once', async () => {
    const { sender, sent, kinds, at, play } = rig(60_000, { provenWithinMs: 15_000 });
    at(12_000, sender.alive);
    at(44_000, sender.alive);
    await play();
    // Proven at 0 and 12 s: fresh up to 27 s, so nothing from then to 44 s.
    expect(timesOf(sent)).toEqual([0, 10_000, 20_000, 44_000, 50_000]);
    expect(kinds()).toEqual(['armed', 'hung', 'working', 'hung']);
  });
});

test('an interval that a deployment shortens counts from the last heartbeat on', async () => {
  const { sender, times, sent, at, turn } = rig(20_000);
  at(3_000, () => {
    times.heartbeatMs = 5_000;
    sender.wake();
  });
  at(12_000, () => {
    times.heartbeatMs = 1_000;
    sender.wake();
  });
  await sender.start();
  await turn();
  expect(timesOf(sent).slice(0, 5)).toEqual([0, 5_000, 10_000, 12_000, 13_000]);
});

describe('no path sends a heartbeat', () => {
  const paths = ['alive', 'beat', 'ask'] as const;

  test.each(paths)('before a start: %s()', async path => {
    const { sender, sent } = rig(60_000);
    await sender[path]();
    expect(sent).toEqual([]);
    expect([await sender.ask(), sender.gate()]).toMatchObject([{ kind: 'not-started' }, { reason: 'not-started' }]);
  });

  test.each(paths)('after a liquidation that is not known to be flat, until a start: %s()', async path => {
    const { sender, sent, turn } = rig(60_000);
    await sender.start();
    await sender.rest('flat-unknown');
    const before = sent.length;
    await sender[path]();
    await turn();
    expect(sent).toHaveLength(before);
    expect([await sender.ask(), sender.gate()]).toMatchObject([{ kind: 'resting' }, { reason: 'resting' }]);
    expect(await sender.start()).toBe(TAKEN);
    expect(sent[before]).toMatchObject({ run: 2, as: 'start' });
  });

  test('after such a liquidation, not even one of a bot that was hung and works again', async () => {
    const { sender, sent, at, turn } = rig(60_000, { provenWithinMs: 15_000 });
    await sender.start();
    at(20_000, () => void sender.rest('flat-unknown'));
    at(40_000, sender.alive);
    await turn();
    expect(timesOf(sent)).toEqual([0, 10_000]);
  });

  test.each(paths)('once a newer run has taken over: %s()', async path => {
    const { sender, sent, kinds, told, turn } = rig(60_000, { answers: [TAKEN, { kind: 'replaced' }] });
    await sender.start();
    await turn();
    await sender[path]();
    expect(timesOf(sent)).toEqual([0, 10_000]);
    expect(kinds()).toEqual(['armed', 'replaced']);
    expect(told[1]?.sentence).toContain('must not trade');
    expect(sender.gate()).toMatchObject({ open: false, reason: 'replaced' });
  });
});

describe('a bot of which only one run may send heartbeats', () => {
  const occupied: StartResult = { kind: 'occupied', seen: SEEN };

  test('waits for one interval of the other and three seconds, and takes over from one that is silent', async () => {
    const { sender, sent, kinds } = rig(60_000, { answers: [occupied, TAKEN] });
    expect(await sender.start()).toBe(TAKEN);
    expect(shape(sent).slice(0, 2)).toEqual(['1 start 0', '1 take over 8000']);
    expect(kinds()).toEqual(['looking', 'armed']);
  });

  test('is refused while the other sends heartbeats, and does not start by itself afterwards', async () => {
    const { sender, sent, kinds, turn } = rig(60_000, { answers: [occupied, { kind: 'occupied', seen: undefined }] });
    expect(await sender.start()).toEqual({ kind: 'occupied' });
    await turn();
    expect(sent).toHaveLength(2);
    expect(kinds()).toEqual(['looking', 'occupied']);
    expect(sender.gate()).toMatchObject({ open: false, reason: 'occupied' });
  });

  test('a goodbye during the wait ends it, and nothing is taken over', async () => {
    const { sender, sent, at } = rig(60_000, { answers: [occupied] });
    at(4_000, () => void sender.rest('goodbye'));
    expect(await sender.start()).toEqual({ kind: 'not-started' });
    expect(shape(sent)).toEqual(['1 start 0']);
  });
});

describe('the trade gate', () => {
  test('is open from the first stored heartbeat, closes dead_after after the last, and opens with the next', async () => {
    const cut = Array.from({ length: 20 }, () => UNREACHED);
    const { sender, at, gate, turn } = rig(180_000, { answers: [TAKEN, ...cut] });
    const seen: string[] = [gate()];
    for (const ms of [1_000, 119_999, 120_000, 150_001]) at(ms, () => seen.push(`${ms} ${gate()}`));
    await sender.start();
    await turn();
    // Tries at 10, 10.5, 11.5, 13.5, 17.5 s and then each heartbeat: the 21st, at 167.5 s, is stored.
    expect(seen).toEqual(['not-started', '1000 open', '119999 open', '120000 too-old', '150001 too-old']);
    expect(gate()).toBe('open');
  });

  test('counts from when a heartbeat was sent, not from when it was answered', async () => {
    const { sender, gate, setWall } = rig(0);
    await sender.start();
    setWall(119_999);
    expect(gate()).toBe('open');
    setWall(120_000);
    expect(gate()).toBe('too-old');
  });

  test('stays shut for a tripped bot that loses its network', async () => {
    const { sender, gate, turn } = rig(25_000, {
      answers: [TAKEN, TRIPPED, ...Array.from({ length: 9 }, () => UNREACHED)],
    });
    await sender.start();
    await turn();
    expect([sender.state(), gate()]).toEqual(['tripped', 'tripped']);
  });

  test('stays shut for a bot that was disarmed, until a heartbeat is stored again', async () => {
    const { sender, gate } = rig(0, { answers: [TAKEN, { kind: 'disarmed' }, UNREACHED, TAKEN] });
    await sender.start();
    const seen: string[] = [];
    for (let beats = 0; beats < 3; beats += 1) {
      await sender.beat();
      seen.push(gate());
    }
    expect(seen).toEqual(['disarmed', 'disarmed', 'open']);
  });

  test('shuts with a goodbye, and with a new run until its start is stored', async () => {
    const { sender, gate } = rig(0, { answers: [TAKEN, UNREACHED] });
    await sender.start();
    await sender.rest('goodbye');
    expect(gate()).toBe('not-started');
    await sender.start();
    expect(gate()).toBe('never-stored');
  });
});

describe('a mark', () => {
  test('without any start marks nothing: the run of another process is not touched', async () => {
    const { sender, marks } = rig(0);
    expect(await sender.mark('why', 'liq_1')).toEqual({ kind: 'not-watched' });
    expect(marks).toEqual([]);
  });

  test('of a run whose start was never stored starts it first', async () => {
    const { sender, sent, marks } = rig(0, { answers: [UNREACHED, TAKEN] });
    await sender.start();
    expect(await sender.mark('why', 'liq_1')).toEqual({ kind: 'done' });
    expect(shape(sent)).toEqual(['1 start 0', '1 start 0']);
    expect(marks).toEqual(['1 liq_1']);
  });

  test('that cannot be stored, because the start cannot, says why', async () => {
    const { sender, marks } = rig(0, { answers: [UNREACHED, UNREACHED] });
    await sender.start();
    expect(await sender.mark('why', 'liq_1')).toBe(UNREACHED);
    expect(marks).toEqual([]);
  });
});

test('two calls at once are one heartbeat', async () => {
  const { sender, sent } = rig(0);
  await Promise.all([sender.start(), sender.start(), sender.beat()]);
  expect(shape(sent)).toEqual(['1 start 0']);
});

test('an answer that comes after the next start changes nothing of it', async () => {
  let release: (result: BeatResult) => void = () => undefined;
  const { sender, gate } = rig(0, { answers: [TAKEN, new Promise(resolve => (release = resolve as never)) as never] });
  await sender.start();
  const old = sender.beat();
  void sender.rest('goodbye');
  const started = sender.start();
  release({ kind: 'replaced' });
  await Promise.all([old, started]);
  expect([sender.state(), gate()]).toEqual(['armed', 'open']);
});

test('an exception or rejection of a listener does not reach the client', async () => {
  const { sender, kinds, play } = rig(0);
  const events = createEvents();
  const heard: string[] = [];
  events.listen(() => {
    throw new Error('the bot’s own');
  });
  events.listen(async () => {
    throw new Error('the bot’s own');
  });
  events.listen(({ kind }) => heard.push(kind));
  events.emit('armed', 'x');
  expect(heard).toEqual(['armed']);
  await play();
  expect([kinds(), sender.beats()]).toEqual([['armed'], 1]);
});
