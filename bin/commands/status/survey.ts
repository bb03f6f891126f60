/**
 * The state of the deployment, read from the tables and the functions, and its problems. What cannot be read is a problem
 * itself; the rest is still shown.
 */

import { ENV } from '../../../lambda/contract.ts';
import { recordVerdict } from '../../../lambda/core/audit/verdict.ts';
import { formatFinding } from '../../../lambda/core/config/read-settings.ts';
import { StoreError } from '../../../lambda/core/invocation/error-codes.ts';
import type { LiquidationRecord } from '../../../lambda/ports.ts';
import { canaryLine } from '../../../lambda/views/check-words.ts';
import { type ListedBot, readWatch, type Watch } from '../../bots/standings.ts';
import type { Connection } from '../../connect/connection.ts';
import { present } from '../../terminal/layout.ts';
import { agoText, countText } from '../../terminal/numbers.ts';
import { STORE_MS } from '../../terminal/waiting.ts';
import { checkAlertRecipients } from './alert-recipients.ts';
import { drift, type LocalConfiguration, switchedInFunctionOnly } from './drift.ts';
import { type PreflightOfBot, readPreflights, wrongWithPreflights } from './preflights.ts';

export interface Liquidation {
  readonly record: LiquidationRecord;
  readonly headline: string;
  readonly tone: 'good' | 'bad' | 'warn' | 'plain';
  readonly open: boolean;
}

export type Survey = Readonly<Awaited<ReturnType<typeof survey>>>;

/** How many past liquidations are searched for unfinished ones. */
const SEARCHED = 50;

interface SurveyOptions {
  readonly shown: number;
  readonly withPreflights: boolean;
  /** Options for the printed commands, as in ` --local`. */
  readonly words: string;
  readonly local?: LocalConfiguration | undefined;
}

export async function survey(connection: Connection, { shown, withPreflights, words, local }: SurveyOptions) {
  const unread: string[] = [];
  const orUndefined = async <T>(reading: Promise<T>): Promise<T | undefined> => {
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      unread.push(error.message);
      return undefined;
    }
  };
  const [watch, records = [], preflights, alerts] = await Promise.all([
    orUndefined(readWatch(connection)),
    orUndefined(connection.runs.recent({ limit: SEARCHED }, STORE_MS)),
    orUndefined(readPreflights(connection, withPreflights)),
    checkAlertRecipients(connection),
  ]);
  const nowMs = connection.clock.nowMs();
  const all = records.map(record => ({ record, ...recordVerdict(record, nowMs) }));
  const liquidations = [...all.filter(({ open }) => open), ...all.filter(({ open }) => !open).slice(0, shown)];
  return {
    nowMs,
    /** Undefined when the table could not be read. */
    watch,
    /** Open ones first, then newest first. */
    liquidations,
    /** For every configured bot; undefined when they could not be read. */
    preflights,
    /** Sentences about markets that are not covered and hold something: no problem, but the operator should know. */
    notCovered: notCovered(preflights ?? [], all),
    /** Sentences about what is deployed and is not what the stack, or the file here, would deploy. */
    drift: drift(connection, local),
    /** Sentences about who is subscribed to the alerts, where it could not be read. */
    unchecked: alerts.unknown,
    /** Sentences, the most severe first; empty without problems. */
    wrong: [
      ...unread,
      ...wrongWithConfiguration(connection),
      ...wrongLiquidations(all, nowMs),
      ...(watch === undefined ? [] : wrongWithWatch(watch, words)),
      ...wrongWithPreflights(preflights ?? [], nowMs, words),
      ...alerts.wrong,
    ],
  };
}

function wrongWithConfiguration({ config, functions }: Connection): readonly string[] {
  return [
    ...switchedInFunctionOnly(functions),
    ...present(
      config.disabledByEnvironment &&
        `LIQUIDATION IS SWITCHED OFF: the liquidator has ${ENV.disabled}=true; positions stay open`,
      !config.disabledByEnvironment &&
        !config.settings.liquidation.emergencyLiquidation &&
        'LIQUIDATION IS SWITCHED OFF by the configuration: positions stay open',
    ),
    ...config.findings.filter(({ level }) => level === 'CRITICAL' || level === 'ERROR').map(formatFinding),
    ...[functions.liquidator, functions.watchdog].flatMap(({ name, state }) =>
      state === undefined || state === 'Active' || state === 'Inactive' ? [] : [`the function ${name} is ${state}`],
    ),
  ];
}

/** The last finding, by a preflight or by a liquidation of the same bot. */
function notCovered(preflights: readonly PreflightOfBot[], newestFirst: readonly Liquidation[]): readonly string[] {
  return preflights.flatMap(({ botId, readiness }) => {
    const note = 'note' in readiness ? readiness.note : undefined;
    const run = newestFirst.find(({ record }) => record.botId === botId && record.answer?.markets !== undefined);
    const { finishedAtMs = 0, answer } = run?.record ?? {};
    const said = answer?.warnings.find(({ code }) => code === 'MARKET_NOT_COVERED')?.message;
    const found = (note?.finishedAtMs ?? -1) >= finishedAtMs ? note?.notCovered : said;
    return found === undefined ? [] : [`${botId}: ${found}`];
  });
}

/**
 * A liquidation that did not end flat is a problem until a later one of the same bot did. The checks of a lock-out make one
 * each minute: equal ones are one line.
 */
export function wrongLiquidations(newestFirst: readonly Liquidation[], nowMs: number): readonly string[] {
  const flatSince = new Set<string>();
  const wrong = newestFirst.filter(({ record: { botId = '?', state, symbols } }) => {
    if (flatSince.has(botId)) return false;
    if (state === 'completed' && symbols === undefined) flatSince.add(botId);
    return state !== 'completed' && state !== 'skipped';
  });
  const alike = Map.groupBy(wrong, ({ record, headline }) => JSON.stringify([record.botId, headline, record.symbols]));
  return [...alike.values()].flatMap(([newest, ...earlier]) => {
    if (newest === undefined) return [];
    const { botId = '?', correlationId, firstStartedAtMs = nowMs } = newest.record;
    const began = `${newest.open ? 'started' : 'from'} ${agoText(firstStartedAtMs, nowMs)}`;
    const before = earlier.length === 0 ? '' : `, and ${countText(earlier.length, 'earlier one')}`;
    return [`${botId}: ${newest.headline}, ${began} (${correlationId})${before}`];
  });
}

function wrongWithWatch({ watchdog, standings, canary, nowMs }: Watch, words: string): readonly string[] {
  const { tickedAtMs, isBlind } = watchdog;
  const blind =
    tickedAtMs === undefined
      ? 'the watchdog has never run: no silent bot is liquidated'
      : `the watchdog last ran ${agoText(tickedAtMs, nowMs)}: no silent bot is liquidated until it runs again`;
  const wrong = canary && canaryLine(canary, atMs => agoText(atMs, nowMs)).wrong;
  return [
    ...(isBlind ? [blind] : []),
    ...nobodyWatched(standings),
    ...standings.flatMap(standing => wrongWithBot(standing, words)),
    ...(wrong === undefined ? [] : [wrong]),
  ];
}

/** An unwatched deployment works as configured, but a cron job's owner expects that bots are watched. */
function nobodyWatched(standings: readonly ListedBot[]): readonly string[] {
  if (standings.some(({ condition }) => !UNWATCHED.includes(condition))) return [];
  const ended = standings.filter(({ condition }) => condition === 'disarmed').map(({ botId }) => botId);
  if (ended.length === 0) return ['no bot is watched: none has reported yet'];
  return [`no bot is watched: ${ended.join(', ')} ${ended.length === 1 ? 'is' : 'are'} disarmed`];
}

/** A snoozed bot is watched again by itself. */
const UNWATCHED: readonly ListedBot['condition'][] = ['never', 'disarmed'];

function wrongWithBot(
  { botId, condition, failure, problems, configured, unprovenStarts }: ListedBot,
  words: string,
): readonly string[] {
  const isWatched = condition !== 'disarmed' && condition !== 'never';
  return present(
    failure && `${botId} reported a failure: ${failure.reason}`,
    unprovenStarts > 0 && `${botId} was started ${unprovenStarts} times without completing a cycle`,
    condition === 'unproven' &&
      `${botId} is silent, state unknown: the watchdog cannot write to its table, so heartbeats may be lost`,
    condition === 'waiting' && `${botId} is armed and waits for a heartbeat`,
    (condition === 'late' || condition === 'dead') && `${botId} is ${condition}`,
    condition === 'tripped' && `${botId} is tripped: check its account, then flatline rearm --bot ${botId}${words}`,
    !configured && isWatched && `${botId} is not in the configuration: it cannot be liquidated`,
    ...problems.map(problem => `${botId}: ${problem}`),
  );
}
