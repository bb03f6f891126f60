/**
 * How a record of the table `liquidations` is spelled, and how it is read. Attribute names avoid DynamoDB's
 * reserved words (`state`, `status`, `owner`, `ttl`, `trigger`). Instants are epoch milliseconds (`…_at_ms`), with
 * an ISO text beside them for people; only `expires_at` is in seconds, because DynamoDB's TTL needs that.
 *
 *   correlation_id  bot_id  claimed_for (what the ID was first used for)  set_off_by (trigger of the first attempt)
 *   run_state  prior_state  fence  holder  lease_until_at_ms
 *   first_started_at_ms  started_at_ms  started_at  finished_at_ms  finished_at
 *   answer (JSON text)  headline  carried (JSON text, for the next attempt)  seals (set of `writer|items|hash`)  only_symbols  expires_at
 *   resume_shard  resume_at_ms (both only while it is not over: the sparse index `unfinished`)
 *   trip_id (the trip of the bot that it serves)  gave_up_at_ms (ended unfinished)
 *   recent_shard (from the first claim on: the sparse index `recent`)
 */

import {
  type Answer,
  type AnswerState,
  RECORD_RETENTION_DAYS,
  STATES,
  TRIGGERS,
  type Trigger,
} from '../../contract.ts';
import { answerIn } from '../../core/invocation/call-outcome.ts';
import { jsonIn } from '../../core/text/fields.ts';
import type { Plain } from '../../core/text/plain-json.ts';
import type { LiquidationRecord, Seal } from '../../ports.ts';
import { fromItem, type Item } from './attributes.ts';

/** Never throws: what cannot be read is undefined, and an unreadable state counts as `idle`. */
export function readRecordItem(item: Item): LiquidationRecord {
  const fields = fromItem(item);
  return {
    correlationId: text(fields.correlation_id) ?? '',
    state: oneOf<AnswerState>(STATES, fields.run_state) ?? 'idle',
    priorState: oneOf<AnswerState>(STATES, fields.prior_state) ?? 'idle',
    attempts: attemptsIn(fields.fence),
    botId: text(fields.bot_id),
    claimedFor: text(fields.claimed_for),
    trigger: oneOf<Trigger>(TRIGGERS, fields.set_off_by),
    holder: text(fields.holder),
    leaseUntilMs: instant(fields.lease_until_at_ms),
    firstStartedAtMs: instant(fields.first_started_at_ms),
    startedAtMs: instant(fields.started_at_ms),
    finishedAtMs: instant(fields.finished_at_ms),
    answer: typeof fields.answer === 'string' ? answerIn(jsonIn(fields.answer)) : undefined,
    seals: sealsOf(fields.seals),
    resumeAtMs: instant(fields.resume_at_ms),
    symbols: Array.isArray(fields.only_symbols) ? fields.only_symbols.map(shown) : undefined,
    carried: text(fields.carried),
    trip: text(fields.trip_id),
    gaveUpAtMs: instant(fields.gave_up_at_ms),
  };
}

/** A set takes the same seal twice without growing, so a repeated request does no harm. */
export const sealText = ({ writer, items, lastHash }: Seal): string => `${writer}|${items}|${lastHash}`;

/** Epoch seconds, as DynamoDB's TTL needs them. */
export const expiryOf = (nowMs: number): number => Math.floor(nowMs / 1_000) + RECORD_RETENTION_DAYS * 86_400;

export const isoOf = (atMs: number): string => new Date(atMs).toISOString();

const text = (value: Plain | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

const LATEST_MS = Date.UTC(2100, 0, 1);

/** Any other number was written by hand; not every number is a valid date. */
const instant = (value: Plain | undefined): number | undefined =>
  typeof value === 'number' && value >= 0 && value < LATEST_MS ? value : undefined;

/** A day of attempts has some thousand. */
const MOST_ATTEMPTS = 100_000;

/** 0 for anything that cannot be a count. */
const attemptsIn = (value: Plain | undefined): number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= MOST_ATTEMPTS ? value : 0;

/** A value that is no text names no symbol, but it must not turn the list into the whole account either. */
const shown = (value: Plain): string => (typeof value === 'string' ? value : JSON.stringify(value));

const oneOf = <T extends string>(names: readonly T[], value: Plain | undefined): T | undefined =>
  names.find(name => name === value);

function sealsOf(value: Plain | undefined): readonly Seal[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((line: Plain) => {
    const [writer, items = '', lastHash] = shown(line).split('|');
    return writer && /^\d{1,9}$/.test(items) && lastHash ? [{ writer, items: Number(items), lastHash }] : [];
  });
}

const MAX_ANSWER_BYTES = 300_000;

/**
 * The answer as text that fits into a DynamoDB item (400 KB with all else). The headline and the counts always fit; of lists
 * that do not, the first lines are kept and a warning says how many are not shown. JSON, at most `maxBytes` long
 * as UTF-8.
 */
export function truncateAnswer(answer: Answer, maxBytes = MAX_ANSWER_BYTES): string {
  const whole = JSON.stringify(answer);
  if (fits(whole, maxBytes)) return whole;
  for (let keep = longestList(answer) >> 1; ; keep >>= 1) {
    const shorter = JSON.stringify(cut(answer, keep));
    if (keep === 0 || fits(shorter, maxBytes)) return shorter;
  }
}

const fits = (text: string, maxBytes: number): boolean => Buffer.byteLength(text) <= maxBytes;

const longestList = ({ errors, warnings, remaining, plan }: Answer): number =>
  Math.max(errors.length, warnings.length, remaining.positions.length, plan?.length ?? 0);

function cut(answer: Answer, keep: number): Answer {
  const { errors, warnings, remaining, plan } = answer;
  const lists = [errors, warnings, remaining.positions, plan ?? []];
  const dropped = lists.reduce((sum, list) => sum + Math.max(0, list.length - keep), 0);
  return {
    ...answer,
    errors: errors.slice(0, keep),
    warnings: [
      {
        code: 'RESULT_NOT_STORED',
        message: `The stored answer was too long: ${dropped} lines of its lists are not shown. See the audit log.`,
        heading: 'The result was not stored',
      },
      ...warnings.slice(0, keep),
    ],
    remaining: { ...remaining, positions: remaining.positions.slice(0, keep) },
    ...(plan === undefined ? {} : { plan: plan.slice(0, keep) }),
  };
}
