/**
 * The beats of a bot: one now and then in the background, as long as the bot proves that it works, and what becomes of
 * them told once per change.
 *
 *   start ─ first beat arms ─┬─ beat each heartbeat ─┬─ not stored: again, sooner
 *                            │                       ├─ refused: told, and tried again (an operator may re-arm)
 *                            │                       └─ no proof of work: no beats until the next proof
 *                            └─ rest (stop, or a liquidation that is not known to have ended flat): no beats
 */

import type { BeatResult, BotRow, PriorBeat } from './bot-row.ts';
import type { Events } from './events.ts';
import type { Settings } from './options.ts';
import { rememberBeats } from './own-beats.ts';
import { isRefusal, type Problem } from './problem.ts';

export type HeartState = 'idle' | 'armed' | 'tripped' | 'disarmed' | 'unreached';

export interface Heart {
  /** Beats now, and from then on. Starting twice is one start. */
  start(): Promise<BeatResult>;
  /** Proof of work. */
  alive(): void;
  /** Proof of work, and a beat at once. */
  beat(): Promise<BeatResult>;
  /** No beats from now on; waits for the one that is on its way. */
  rest(): Promise<void>;
  state(): HeartState;
  /** Stored so far. */
  beats(): number;
}

export interface HeartClock {
  /** By AWS's clock, as far as it is known. */
  nowMs(): number;
  monotonicMs(): number;
  /** Resolves after `ms`, or when `signal` aborts. Must keep no process alive. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

interface HeartOptions {
  readonly row: BotRow;
  readonly clock: HeartClock;
  readonly events: Events;
  readonly settings: Pick<Settings, 'botId' | 'times' | 'provenWithinMs'>;
}

const FIRST_RETRY_MS = 500;
/** The Date header has whole seconds, so less is no news. */
const WRONG_BY_MS = 1_500;

export function createHeart({ row, clock, events, settings }: HeartOptions): Heart {
  const { botId, provenWithinMs } = settings;
  const { heartbeatMs } = settings.times;
  let state: HeartState = 'idle';
  let count = 0;
  let stored = 0;
  let failures = 0;
  const own = rememberBeats();
  let troubled: string | undefined;
  let shared = false;
  let hung = false;
  let provenAtMs = clock.monotonicMs();
  let running: { readonly ends: AbortController } | undefined;
  let onItsWay: Promise<BeatResult> | undefined;

  /** One at a time: a second caller gets the beat that is on its way. */
  function beatNow(): Promise<BeatResult> {
    onItsWay ??= send().finally(() => {
      onItsWay = undefined;
    });
    return onItsWay;
  }

  /** A beat that taught us that our clock is wrong carries the wrong time: the right one follows at once. */
  async function send(isSecond = false): Promise<BeatResult> {
    count += 1;
    const sentAtMs = clock.monotonicMs();
    const atMs = Math.floor(clock.nowMs());
    own.sent(count, atMs);
    const result = await row.beat({ count, atMs, arms: stored === 0 });
    judge(result);
    const correctionMs = clock.nowMs() - atMs - (clock.monotonicMs() - sentAtMs);
    const wasWrong = result.kind === 'taken' && Math.abs(correctionMs) > WRONG_BY_MS;
    return wasWrong && !isSecond ? send(true) : result;
  }

  function judge(result: BeatResult): void {
    if (result.kind === 'failed') {
      failures += 1;
      if (state !== 'idle') state = 'unreached';
      tellTrouble(result.problem);
      return;
    }
    failures = 0;
    if (troubled !== undefined && result.kind === 'taken')
      events.tell('reached', `Beats for ${botId} are stored again.`);
    troubled = undefined;
    const before = state;
    if (result.kind === 'taken') {
      tellForeign(result.prior);
      stored += 1;
      state = 'armed';
      if (before !== 'armed' && before !== 'unreached') events.tell('armed', `${botId} is watched from now on.`);
      return;
    }
    state = result.kind;
    if (before === state) return;
    if (result.kind === 'disarmed') {
      events.tell(
        'disarmed',
        `${botId} was disarmed by hand: nobody watches it. Arm it again with flatline arm --bot ${botId}.`,
      );
      return;
    }
    const { correlationId } = result;
    events.tell(
      'tripped',
      `${botId} is tripped: its account was liquidated (${correlationId ?? 'ID not known'}) and it must not trade. ` +
        `Look at the account, then flatline rearm --bot ${botId}.`,
      correlationId,
    );
  }

  function tellTrouble(problem: Problem): void {
    if (troubled === problem.code) return;
    troubled = problem.code;
    events.tell(isRefusal(problem) ? 'refused' : 'unreached', problem.sentence);
  }

  function tellForeign(prior: PriorBeat | undefined): void {
    if (stored === 0 || shared || !own.isForeign(prior)) return;
    shared = true;
    events.tell(
      'shared',
      `Somebody else beats for ${botId}: while they do, nobody notices when this bot dies. End one.`,
    );
  }

  const staleInMs = (): number =>
    provenWithinMs === undefined ? Number.POSITIVE_INFINITY : provenAtMs + provenWithinMs - clock.monotonicMs();

  async function live({ signal }: AbortController): Promise<void> {
    let dueAtMs = clock.monotonicMs() + pauseMs();
    while (!signal.aborted) {
      const restMs = dueAtMs - clock.monotonicMs();
      await clock.sleep(Math.max(0, hung ? restMs : Math.min(restMs, staleInMs())), signal);
      if (signal.aborted) return;
      if (staleInMs() <= 0) tellHung();
      const startedAtMs = clock.monotonicMs();
      if (startedAtMs < dueAtMs) continue;
      if (!hung) await beatNow();
      dueAtMs = startedAtMs + pauseMs();
    }
  }

  const pauseMs = (): number =>
    failures === 0 ? heartbeatMs : Math.min(heartbeatMs, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10));

  function tellHung(): void {
    if (hung) return;
    hung = true;
    events.tell(
      'hung',
      `${botId} has not shown for ${(provenWithinMs ?? 0) / 1_000} s that it works: it no longer beats, ` +
        'and the watchdog fires unless it works again.',
    );
  }

  function alive(): void {
    provenAtMs = clock.monotonicMs();
    if (!hung) return;
    hung = false;
    events.tell('working', `${botId} works again, and beats.`);
    if (running) void beatNow();
  }

  return {
    alive,
    start: async () => {
      if (running) return beatNow();
      const controller = new AbortController();
      running = { ends: controller };
      provenAtMs = clock.monotonicMs();
      hung = false;
      stored = 0;
      if (state !== 'tripped') state = 'idle';
      const first = await beatNow();
      // Nothing in `live` rejects: the row's methods do not.
      void live(controller);
      return first;
    },
    beat: () => {
      alive();
      return beatNow();
    },
    rest: async () => {
      running?.ends.abort();
      running = undefined;
      await onItsWay;
      if (state === 'armed' || state === 'unreached') state = 'idle';
    },
    state: () => state,
    beats: () => stored,
  };
}
