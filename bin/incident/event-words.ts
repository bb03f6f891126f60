/**
 * One event of the audit log in words: what happened, and the main facts. No value is trusted, because any identity that
 * can write the table may have written it: nothing here throws, and no control sequence reaches a terminal.
 */

import type { IncidentEvent } from '../../lambda/core/audit/event.ts';
import { isFlatResult } from '../../lambda/core/invocation/liquidation-record.ts';
import { type Fields, instantOf, numberOf, rowsOf, textOf } from '../../lambda/core/text/fields.ts';
import { triggerWords } from '../../lambda/views/words.ts';
import { countText, duration, instantText } from '../terminal/numbers.ts';
import type { Paint } from '../terminal/paint.ts';

/** The fields that the words come from; the other fields are time, place and writer. */
type SpokenEvent = Pick<IncidentEvent, 'type' | 'attempt' | 'data' | 'error'>;

export function eventWords(event: SpokenEvent) {
  const { type, data, error } = event;
  const facts = (Object.hasOwn(FACTS, type) ? FACTS[type] : undefined)?.(data, event) ?? '';
  const code = error === undefined ? undefined : textOf(error.code);
  const exchangeCode = numberOf(error?.exchange_code);
  const errorWords = code === undefined ? '' : `${code}${exchangeCode === undefined ? '' : ` (${exchangeCode})`}`;
  return {
    /** `position closed`. */
    what: visibleLine(type.replace(/^liquidation_/, '').replaceAll('_', ' ')),
    /** `0.5 at 64000.1, PnL 12.40`. */
    facts: visibleLine([facts, errorWords].filter(part => part !== '').join('; ')),
    tone: toneOf(event),
  };
}

/** Control and format characters are printed in escaped form. */
export const visibleLine = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, char => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);

function toneOf({ type, data }: SpokenEvent): keyof Paint {
  if (type === 'liquidation_completed') return isFlatResult('completed', textOf(data.headline) ?? '') ? 'good' : 'warn';
  if (type === 'preflight_passed') return 'good';
  if (/failed|timeout|partial|skipped|bot_dead/.test(type)) return 'bad';
  return type === 'bot_late' || type === 'liquidation_duplicate' ? 'warn' : 'plain';
}

const shown = (value: unknown): string => textOf(value) ?? (numberOf(value) === undefined ? '?' : String(value));
const whole = (value: unknown): number => numberOf(value) ?? 0;
const startedBy = (trigger: unknown): string => triggerWords(textOf(trigger)).long;
const because = (reason: unknown): string => (textOf(reason) === undefined ? '' : `: ${textOf(reason)}`);

/** By the state of its record. */
const ENDED: Readonly<Record<string, string>> = { partial: 'closed only a part', completed: 'ended flat' };
const ended = (state: unknown): string => ENDED[String(state)] ?? shown(state);

const FACTS: Readonly<Record<string, (data: Data, event: SpokenEvent) => string>> = {
  liquidation_started: (data, { attempt }) =>
    data.dry_run === true
      ? 'dry run'
      : [
          attempt === 0 ? 'without the lock' : `attempt ${attempt}`,
          `by ${startedBy(data.trigger)}${because(data.reason)}`,
          `${duration(whole(data.answer_within_ms))} to answer`,
        ].join(', '),
  liquidation_resumed: data =>
    data.died === true ? 'the previous attempt died' : `the previous attempt ${ended(data.prior_state)}`,
  liquidation_positions_queried: data => {
    const read = `read ${shown(data.round)}`;
    if (data.verified !== true) return `${read}: not everything could be read`;
    const orders = whole(data.orders) + whole(data.conditional_orders);
    return `${read}: ${countText(rowsOf(data.positions).length, 'position')}, ${countText(orders, 'order')}`;
  },
  liquidation_orders_cancelled: data => {
    const kept = whole(data.kept_protective);
    const all = countText(whole(data.orders) + whole(data.conditional_orders), 'order');
    return kept > 0 ? `${all}; ${countText(kept, 'stop')} kept for now` : all;
  },
  liquidation_position_closed: data =>
    [
      `${shown(data.quantity ?? data.amount)}${data.average_price === null ? '' : ` at ${shown(data.average_price)}`}`,
      `PnL ${shown(data.realized_pnl)}${data.pnl_is_estimate === true ? ' (estimate)' : ''}`,
    ].join(', '),
  liquidation_position_close_failed: data => shown(data.amount),
  liquidation_timeout: data => `after ${duration(whole(data.timeout_ms))}`,
  liquidation_duplicate: data => `found ${shown(data.found).replace('_', ' ')}; nothing changed`,
  liquidation_skipped: data => (data.dry_run === true ? 'dry run; nothing changed' : 'switched off; nothing changed'),
  ...{ liquidation_completed: summary, liquidation_partial: summary, liquidation_failed: summary },
  bot_late: data =>
    `silent for ${duration(whole(data.late_after_ms))}; dead after ${duration(whole(data.dead_after_ms))}`,
  bot_dead: data => shown(data.reason),
  ...{ bot_armed: change, bot_disarmed: change, bot_rearmed: change, bot_acknowledged: change },
  bot_snoozed: data => {
    const untilMs = instantOf(data.until);
    return `${untilMs === undefined ? '' : `until ${instantText(untilMs)}, `}${change(data)}`;
  },
  bot_snooze_planned: data => `${data.every === null ? 'no more' : `each ${shown(data.every)}`}, ${change(data)}`,
  ...{ preflight_passed: checks, preflight_failed: checks },
};

type Data = Fields;

function change(data: Data): string {
  return `by ${shown(data.by)}${because(data.reason)}`;
}

function checks(data: Data): string {
  const rows = rowsOf(data.checks);
  const bad = rows.filter(({ status }) => status === 'failed' || status === 'warning');
  return [countText(rows.length, 'check'), ...bad.map(row => `${shown(row.name)} ${shown(row.status)}`)].join(', ');
}

function summary(data: Data): string {
  const resumesAtMs = instantOf(data.resumes_at);
  return [
    `${shown(data.headline)}: ${whole(data.positions_closed)} closed`,
    `${whole(data.positions_failed)} failed`,
    `${countText(whole(data.orders_cancelled), 'order')} cancelled`,
    `PnL ${shown(data.total_realized_pnl)}`,
    ...(resumesAtMs === undefined ? [] : [`continues at ${instantText(resumesAtMs).slice(11)}`]),
  ].join(', ');
}
