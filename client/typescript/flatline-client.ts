/**
 * The client of a bot: it sends heartbeats in the background, disarms, and liquidates when the bot ends. Promises: no method
 * throws or rejects, each call is bounded in time, and a wrong clock of the bot's machine changes nothing.
 */

import { randomBytes } from 'node:crypto';
import { REASON_MAX_CHARS, type Trigger } from '../../lambda/contract.ts';
import { createAws } from './aws.ts';
import { type BeatResult, differingSentence, type HeartbeatState } from './beat-result.ts';
import { createRowClient } from './bot-row.ts';
import { createEvents, type EventKind, type FlatlineEvent, listening, printProblem } from './events.ts';
import type { Flatline, LiquidateOptions, Status } from './flatline.ts';
import { createHeartbeatSender } from './heartbeat-sender.ts';
import { type LiquidationOutcome, liquidateBy } from './liquidation.ts';
import { createLiquidator, type LiquidateEvent } from './liquidator.ts';
import { type AwsOptions, checkOptions, type FlatlineOptions } from './options.ts';
import { type PreflightOutcome, readPreflight } from './preflight.ts';
import type { Problem } from './problem.ts';
import { createRun, type MarkResult, type Run } from './run.ts';
import { createServerClock } from './server-clock.ts';
import { handleSignals, type SignalOptions } from './signals.ts';
import { adoptTimes, type Times } from './times.ts';
import { inTime, sleep, wait } from './timing.ts';
import type { GateReason, TradeGate } from './trade-gate.ts';
import { createUnusableClient } from './unusable-client.ts';

export type { Answer, PreflightAnswer, Trigger } from '../../lambda/contract.ts';
export type {
  AwsOptions,
  BeatResult,
  EventKind,
  Flatline,
  FlatlineEvent,
  FlatlineOptions,
  GateReason,
  HeartbeatState,
  LiquidateOptions,
  LiquidationOutcome,
  MarkResult,
  PreflightOutcome,
  Problem,
  SignalOptions,
  Status,
  TradeGate,
};
/** @deprecated The previous name of HeartbeatState. */
export type HeartState = HeartbeatState;

const PREFLIGHT_MS = 20_000;
/** How long a start waits for the check whether the bot is configured; a later result is an event. */
const CHECK_MS = 3_000;
/** A bot that is stopped checks once more whether a newer run has taken over, and waits this long for the answer. */
const ASK_MS = 1_000;
const BY = 'bot';

/** Never throws: wrong options are an event `refused`, and every method returns them as its problem. */
export function createFlatline(options: FlatlineOptions): Flatline {
  const { settings, problems } = checkOptions(options, process.env);
  const { botId, answerWithinMs } = settings;
  const clock = createServerClock();
  const events = createEvents();
  const onEvent = typeof options?.onEvent === 'function' ? options.onEvent : printProblem;
  events.listen(onEvent);
  if (problems.length > 0) return createUnusableClient(problems, { events, botId });

  const aws = createAws(settings.aws, clock);
  const row = createRowClient({ client: aws.dynamo, botId, botsTable: settings.botsTable });
  const newRun = (): Run => createRun({ row, clock, settings, by: BY });
  const liquidator = createLiquidator(aws.lambda, settings.liquidator);
  const sender = createHeartbeatSender({ newRun, clock: { ...clock, sleep, wait }, events, settings, onTimes: adopt });

  let differing: number | undefined;
  function adopt(asked: Times): void {
    const { isNew, differs } = adoptTimes(settings.times, asked, settings.keepsHeartbeat);
    if (isNew) sender.wake();
    if (!differs || differing === asked.heartbeatMs) return;
    differing = asked.heartbeatMs;
    events.emit('times-differ', differingSentence(botId, settings.times.heartbeatMs, asked.heartbeatMs));
  }

  /** The run whose mark stays: it requested the trip itself, and none of its calls overwrites or withdraws the mark. */
  let failedRun: Run | undefined;

  /** `fails`: the watchdog trips the bot as well, whatever the liquidator answers. */
  async function liquidateBecause(event: LiquidateEvent, untilFlatMs: number, fails: boolean) {
    const { correlation_id: id } = event;
    // The time learned from the heartbeats, so that the first signature here is right.
    aws.lambda.config.systemClockOffset = aws.dynamo.config.systemClockOffset;
    events.emit('liquidating', `Liquidating (${event.trigger}), ${id}.`, id);
    const isMarked = failedRun !== undefined && failedRun === sender.run();
    const outcome = await liquidateBy(event, {
      ...{ liquidator, answerWithinMs, untilFlatMs },
      mark: isMarked && !fails ? async () => ({ kind: 'done' }) : sender.mark,
      withdraw: isMarked || fails ? undefined : sender.run()?.withdraw,
      clock: { monotonicMs: clock.monotonicMs, sleep: ms => new Promise(resolve => setTimeout(resolve, ms)) },
    });
    const whole = event.symbols === undefined && event.dry_run !== true;
    if (whole && !outcome.flat) await sender.rest('flat-unknown');
    const kind = outcome.flat || outcome.kind === 'answered' ? 'liquidated' : 'not-liquidated';
    events.emit(outcome.flat || !whole ? kind : 'not-liquidated', outcome.sentence, id);
    return outcome;
  }

  const liquidate = (trigger: Trigger, options: LiquidateOptions = {}): Promise<LiquidationOutcome> =>
    liquidateBecause(eventOf(trigger, options, { botId, atMs: clock.nowMs() }), options.untilFlatMs ?? 0, false);

  async function fail(reason: string): Promise<LiquidationOutcome> {
    const event = eventOf('error', { reason: String(reason) }, { botId, atMs: clock.nowMs() });
    const run = sender.run();
    const marking = sender.mark(String(reason), event.correlation_id).then(({ kind }) => {
      if (kind === 'done') failedRun = run;
    });
    const [outcome] = await Promise.all([liquidateBecause(event, 0, true), marking]);
    return outcome;
  }

  async function stop({ reason = 'a clean stop' }: { readonly reason?: string } = {}): Promise<MarkResult> {
    const run = sender.run();
    if (run === undefined) return { kind: 'not-watched' };
    await sender.rest('stop');
    const result = await run.disarm(reason);
    if (result.kind === 'done') events.emit('stopped', `${botId} is disarmed: it is not watched.`);
    if (result.kind === 'replaced') events.emit('stopped', `A newer run of ${botId} has taken over and stays watched.`);
    if (result.kind === 'failed') events.emit('unreached', `${result.problem.sentence} The bot is still watched.`);
    return result;
  }

  /** After a signal or an error. An account that now belongs to another run is not changed. */
  async function end(trigger: Trigger, reason: string): Promise<void> {
    if (trigger !== 'error') await inTime(sender.ask(), ASK_MS);
    const state = sender.state();
    if (state === 'replaced' || state === 'occupied') {
      events.emit('stopped', `${botId} ends without a liquidation: its account belongs to another run.`);
      return;
    }
    const { flat } = await liquidate(trigger, { reason });
    if (flat) await stop({ reason: `${reason}, and its account is flat` });
  }

  async function preflight(): Promise<PreflightOutcome> {
    const outcome = readPreflight(await liquidator.preflight({ action: 'preflight', bot_id: botId }, PREFLIGHT_MS));
    events.emit(outcome.ready ? 'ready' : 'not-ready', outcome.sentence);
    return outcome;
  }

  /** A bot that is not in the deployed configuration is not watched, although its row accepts every heartbeat. */
  async function check(): Promise<BeatResult | undefined> {
    const { isUnknownBot, sentence, times } = await preflight();
    if (times !== undefined) adopt(times);
    if (!isUnknownBot) return undefined;
    sender.giveUp();
    await sender.run()?.disarm('this bot is not in the configuration');
    return { kind: 'not-watched', sentence };
  }

  let asked = false;
  async function start(): Promise<BeatResult> {
    const starting = sender.start();
    if (asked || !settings.preflight) return starting;
    asked = true;
    const checking = check();
    const first = await starting;
    const unknown = await inTime(checking, CHECK_MS);
    // Another try may have been stored meanwhile.
    return unknown ?? sender.last() ?? first;
  }

  return {
    start,
    alive: () => {
      sender.alive();
      return sender.gate().open;
    },
    get mayTrade() {
      return sender.gate().open;
    },
    beat: sender.beat,
    ...{ stop, liquidate, fail, preflight },
    handleSignals: (signalOptions = {}) => handleSignals(end, signalOptions),
    ...listening(events),
    status: () => ({
      ...{ state: sender.state(), beats: sender.beats(), clockOffsetMs: clock.offsetMs() },
      gate: sender.gate(),
    }),
    close: aws.close,
  };
}

function eventOf(
  trigger: Trigger,
  { reason, symbols, dryRun }: LiquidateOptions,
  { botId, atMs }: { readonly botId: string; readonly atMs: number },
): LiquidateEvent {
  return {
    ...{ action: 'liquidate', trigger, bot_id: botId, correlation_id: correlationId(atMs) },
    ...(reason !== undefined && reason !== '' && { reason: String(reason).slice(0, REASON_MAX_CHARS) }),
    ...(symbols !== undefined && { symbols }),
    ...(dryRun !== undefined && { dry_run: dryRun }),
  };
}

/** The contract's CORRELATION_ID_PATTERN; UTC. */
function correlationId(atMs: number): string {
  const digits = new Date(atMs).toISOString().replace(/\D/g, '');
  return `liq_${digits.slice(0, 8)}_${digits.slice(8, 14)}_${randomBytes(6).toString('hex')}`;
}
