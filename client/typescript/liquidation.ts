/**
 * The fastest available way to flat, and its result.
 *
 *   invoke, wait for the answer ─┬─ answered ─────────────────────────── (until flat: once more, same ID; a flat answer to an
 *                                │                                        earlier call still counts)
 *                                └─ late or failed ─┬─ put the event into Lambda's queue, same ID
 *                                                   └─ mark the row: the watchdog's next run liquidates
 *   flat after a mark ─ the mark of this call is withdrawn before the result is returned
 *
 * Promises: always settles, never throws, within `answerWithinMs` and ten seconds (and `untilFlatMs`, if given); flat
 * is true only when the liquidator's own answer says so. A late answer is still used.
 */

import { type Answer, HEADLINES } from '../../lambda/contract.ts';
import type { Answered, LiquidateEvent, LiquidatorClient, Queued } from './liquidator.ts';
import type { Problem } from './problem.ts';
import type { MarkResult, WithdrawResult } from './run.ts';
import { inTime } from './timing.ts';

interface Outcome {
  /** True only when the liquidator has seen it: of the whole account, or of the symbols that were named. */
  readonly flat: boolean;
  readonly correlationId: string;
  readonly sentence: string;
}

export type LiquidationOutcome =
  | (Outcome & { readonly kind: 'answered'; readonly answer: Answer })
  /** No answer, but Lambda has queued the event and runs it. */
  | (Outcome & { readonly kind: 'queued'; readonly flat: false; readonly problem: Problem })
  /** Not queued; the mark in the row makes the watchdog liquidate at its next run, within a minute. */
  | (Outcome & { readonly kind: 'marked'; readonly flat: false; readonly problem: Problem })
  /** AWS could not be reached. The heartbeats have stopped, so the watchdog liquidates after the deadline. */
  | (Outcome & { readonly kind: 'unreached'; readonly flat: false; readonly problem: Problem });

interface LiquidationOptions {
  readonly liquidator: LiquidatorClient;
  /** The writes to the row. `withdraw` undefined: the mark stays even if the account is flat. */
  readonly mark: (reason: string, callId: string) => Promise<MarkResult>;
  readonly withdraw: ((callId: string) => Promise<WithdrawResult>) | undefined;
  readonly clock: { monotonicMs(): number; sleep(ms: number): Promise<void> };
  readonly answerWithinMs: number;
  /** Repeats the call, with the same ID, until flat or for this time at most. 0: no. */
  readonly untilFlatMs: number;
}

const FALLBACK_MS = 4_500;
/** A refused write is followed by a read, so the bounds of single calls are not enough. */
const REST_MS = 5_000;
const PAUSE_MS = 1_000;
/**
 * How long a repeated call waits for its answer. Longer than an attempt of the liquidator takes; short enough that few calls
 * are open at once, because the SDK has 50 connections.
 */
const LATE_ANSWER_MS = 60_000;

export async function liquidateBy(event: LiquidateEvent, options: LiquidationOptions): Promise<LiquidationOutcome> {
  const enough = new AbortController();
  try {
    return await untilFlat(event, options, enough.signal);
  } finally {
    enough.abort();
  }
}

async function untilFlat(
  event: LiquidateEvent,
  options: LiquidationOptions,
  enough: AbortSignal,
): Promise<LiquidationOutcome> {
  const { clock, untilFlatMs, withdraw, liquidator } = options;
  const endMs = clock.monotonicMs() + untilFlatMs;
  let wasMarked = false;
  /** The first flat answer to any of the calls so far. */
  let firstFlat: Promise<Answered<Answer>> = new Promise(() => undefined);
  const marking: LiquidationOptions = {
    ...options,
    liquidator: {
      ...liquidator,
      liquidate: (asked, timeoutMs) => {
        const lateMs = Math.min(LATE_ANSWER_MS, endMs - clock.monotonicMs());
        const call = liquidator.liquidate(asked, Math.max(timeoutMs, lateMs), enough);
        firstFlat = Promise.race([firstFlat, onlyFlat(call)]);
        return Promise.race([call, firstFlat]);
      },
    },
    mark: (reason, callId) => {
      wasMarked = true;
      return options.mark(reason, callId);
    },
  };
  let outcome = await attempt(event, marking);
  while (mayEndFlat(outcome) && clock.monotonicMs() + PAUSE_MS < endMs) {
    await clock.sleep(PAUSE_MS);
    const next = await attempt(event, { ...marking, answerWithinMs: timeLeft(options, endMs) });
    outcome = next.kind === 'unreached' ? outcome : next;
  }
  if (!outcome.flat || !wasMarked || withdraw === undefined) return outcome;
  const settled = await settleMark(() => withdraw(event.correlation_id), clock);
  return settled === 'done' ? outcome : { ...outcome, sentence: `${outcome.sentence}. ${mayBeTripped(settled)}` };
}

async function attempt(
  event: LiquidateEvent,
  { liquidator, mark, answerWithinMs }: LiquidationOptions,
): Promise<LiquidationOutcome> {
  const id = event.correlation_id;
  const answering = liquidator.liquidate(event, answerWithinMs + FALLBACK_MS);
  const first = await inTime(answering, answerWithinMs);
  if (first?.kind === 'answered') return answered(first.answer, id);
  // No fallback for a dry run.
  const dry = event.dry_run === true;
  const whole = event.symbols === undefined;
  const reason = event.reason ?? `${event.trigger}, and the liquidator did not answer`;
  const enough = new AbortController();
  const later = Promise.all([
    dry ? undefined : inTime(liquidator.liquidateLater(event, FALLBACK_MS), REST_MS, enough.signal),
    dry || !whole ? undefined : inTime(mark(reason, id), REST_MS, enough.signal),
  ]);
  const [queued, marked] = (await Promise.race([later, untilAnswered(answering)])) ?? [];
  enough.abort();
  const late = await inTime(answering, 0);
  if (late?.kind === 'answered') return answered(late.answer, id);
  return withoutAnswer(event, problemIn(first, late, queued, answerWithinMs), queued, marked);
}

/** Resolves when the call is answered with FLAT; never otherwise. */
const onlyFlat = (call: Promise<Answered<Answer>>): Promise<Answered<Answer>> =>
  new Promise(resolve => {
    void call.then(result => {
      if (result.kind === 'answered' && isFlat(result.answer)) resolve(result);
    });
  });

/** Resolves, with nothing, when the answer comes; never when the call fails. */
const untilAnswered = (answering: Promise<Answered<Answer>>): Promise<undefined> =>
  new Promise(resolve => {
    void answering.then(result => {
      if (result.kind === 'answered') resolve(undefined);
    });
  });

const isFlat = ({ state, success, remaining, dry_run }: Answer): boolean =>
  state === 'completed' && success && remaining.verified && !dry_run;

function answered(answer: Answer, correlationId: string): LiquidationOutcome {
  const flat = isFlat(answer);
  const [error] = answer.errors;
  const why = flat || error === undefined ? '' : ` (${error.message})`;
  const sentence = `${answer.headline}${why}, ${correlationId}`;
  return { kind: 'answered', flat, correlationId, sentence, answer };
}

function withoutAnswer(
  { correlation_id: correlationId, dry_run }: LiquidateEvent,
  problem: Problem,
  queued: Queued | undefined,
  marked: MarkResult | undefined,
): LiquidationOutcome {
  const known = { flat: false, correlationId, problem } as const;
  const text = (says: string): string => `${says} ${problem.sentence} (${correlationId})`;
  if (queued?.kind === 'queued') {
    const sentence = text('NOT KNOWN TO BE FLAT: Lambda has queued the liquidation and runs it.');
    return { ...known, kind: 'queued', sentence };
  }
  if (marked?.kind === 'done' || marked?.kind === 'tripped') {
    const sentence = text('NOT KNOWN TO BE FLAT: the watchdog liquidates within a minute.');
    return { ...known, kind: 'marked', sentence };
  }
  const says = dry_run
    ? 'NO ANSWER.'
    : 'NOT FLAT: AWS could not be reached. If the bot was watched, the watchdog liquidates after its deadline.';
  return { ...known, kind: 'unreached', sentence: text(says) };
}

function problemIn(
  first: Answered<Answer> | undefined,
  late: Answered<Answer> | undefined,
  queued: Queued | undefined,
  timeoutMs: number,
): Problem {
  for (const result of [first, late]) if (result?.kind === 'failed') return result.problem;
  if (queued?.kind === 'failed') return queued.problem;
  return { code: 'UNREACHED', sentence: `The liquidator did not answer within ${timeoutMs} ms.` };
}

/** Whether repeating the call makes sense: not when the answer is final by configuration, or refused. */
function mayEndFlat(outcome: LiquidationOutcome): boolean {
  if (outcome.flat) return false;
  if (outcome.kind !== 'answered') return true;
  const { state, headline, dry_run } = outcome.answer;
  return !dry_run && state !== 'skipped' && headline !== HEADLINES.refused;
}

const timeLeft = ({ clock, answerWithinMs }: LiquidationOptions, endMs: number): number =>
  Math.max(1, Math.min(answerWithinMs, endMs - clock.monotonicMs()));

/** `tripped`: too late, the bot has been tripped. `unknown`: AWS could not be reached. */
type Settled = 'done' | 'tripped' | 'unknown';

const SETTLE_MS = 5_000;
const SETTLE_PAUSE_MS = 200;

/**
 * Withdraws the mark that makes the watchdog trip the bot, when the account is flat: it is removed, or is refused when it
 * arrives. Otherwise a bot that got the answer FLAT would be tripped and locked out a minute later. Repeats `withdraw` while
 * its outcome is unknown, for five seconds. Keeps the process alive meanwhile.
 */
async function settleMark(
  withdraw: () => Promise<WithdrawResult>,
  clock: { monotonicMs(): number; sleep(ms: number): Promise<void> },
): Promise<Settled> {
  const endMs = clock.monotonicMs() + SETTLE_MS;
  for (;;) {
    const result = await inTime(withdraw(), Math.max(0, endMs - clock.monotonicMs()));
    if (result?.kind === 'done' || result?.kind === 'tripped') return result.kind;
    if (clock.monotonicMs() + SETTLE_PAUSE_MS >= endMs) return 'unknown';
    await clock.sleep(SETTLE_PAUSE_MS);
  }
}

const mayBeTripped = (settled: Exclude<Settled, 'done'>): string =>
  settled === 'tripped'
    ? 'The watchdog has tripped the bot meanwhile: it must not trade until it is re-armed.'
    : 'The bot may still be tripped: AWS could not be reached to withdraw its mark for the watchdog.';
