/** What a liquidation would do now, symbol by symbol. */

import type { PlannedAction } from '../../contract.ts';
import { isFlatResult } from '../../core/invocation/liquidation-record.ts';
import type { LiquidationRecord } from '../../ports.ts';
import { html, type Markup } from '../markup.ts';
import { count, instant, profitWords, signed, span } from '../words.ts';
import type { Tone } from './state-words.ts';

/** `isWhole` is false when the account, or part of it, could not be read: then an empty plan does not mean flat. */
export function planTable(plan: readonly PlannedAction[], isWhole: boolean): Markup {
  const unread = isWhole ? undefined : html`<p class="fl-warning">${plan.length === 0 ? UNKNOWN : PARTLY_KNOWN}</p>`;
  if (plan.length === 0) return unread ?? html`<p>Nothing is open: no position, no order.</p>`;
  return html`${unread}<p>${totals(plan)}</p><table><thead><tr><th>Symbol</th><th class="fl-number">Worth</th><th>Closes</th><th>Cancels</th></tr></thead><tbody>${plan.map(planRow)}</tbody></table>`;
}

const UNKNOWN = 'Not known: the account could not be read. A liquidation reads it again.';
const PARTLY_KNOWN = 'Part of the account could not be read: more may be open than this.';

function totals(plan: readonly PlannedAction[]): string {
  const positions = plan.reduce((sum, { closes }) => sum + closes.length, 0);
  const orders = plan.reduce((sum, one) => sum + cancels(one), 0);
  return `Closes at market: ${count(positions, 'position')}. Cancels: ${count(orders, 'order')}.`;
}

const cancels = (one: PlannedAction): number =>
  one.cancel_orders + one.cancel_conditional_entries + one.cancel_protective_after_close;

function planRow(one: PlannedAction): Markup {
  const { symbol, notional, closes, cancel_orders, cancel_conditional_entries, cancel_protective_after_close } = one;
  const parts = [
    ...(cancel_orders === 0 ? [] : [count(cancel_orders, 'order')]),
    ...(cancel_conditional_entries === 0
      ? []
      : [count(cancel_conditional_entries, 'conditional entry', 'conditional entries')]),
    ...(cancel_protective_after_close === 0
      ? []
      : [`after the close ${count(cancel_protective_after_close, 'protective order')}`]),
  ];
  const orders = closes.map(
    ({ side, position_side, quantity }) =>
      `${side} ${quantity}${position_side === 'BOTH' ? '' : ` (${position_side})`}`,
  );
  const closing = one.not_closable === undefined ? orders.join(', ') : `cannot be closed: ${one.not_closable}`;
  return html`<tr><td class="fl-name">${symbol}</td><td class="fl-number fl-keep">${notional}</td><td class="fl-free">${closing || '–'}</td><td class="fl-free">${parts.join(', ') || '–'}</td></tr>`;
}

export function runTable(records: readonly LiquidationRecord[], nowMs: number): Markup {
  if (records.length === 0) return html`<p class="fl-muted">None on record.</p>`;
  return html`<table><thead><tr><th>Started (UTC)</th><th>Bot</th><th>Result</th><th class="fl-number">PnL</th></tr></thead><tbody>${records.map(
    record => runRow(record, nowMs),
  )}</tbody></table>`;
}

function runRow(record: LiquidationRecord, nowMs: number): Markup {
  const { correlationId, botId = '–', trigger = '–', firstStartedAtMs, answer } = record;
  const { words, tone } = resultOf(record, nowMs);
  const detail = answer === undefined ? trigger : `${trigger}, ${answer.positions_closed} closed, ${lasting(record)}`;
  return html`<tr title="${correlationId}"><td>${firstStartedAtMs === undefined ? '–' : instant(firstStartedAtMs, nowMs)}</td><td class="fl-name">${botId}</td><td class="fl-free"><span class="fl-${tone}"><b>${words}</b></span> <span class="fl-muted">${detail}</span></td><td class="fl-number fl-keep">${profitOf(record)}</td></tr>`;
}

/** The answer's own headline, the same as in every message. */
function resultOf(
  { state, answer, leaseUntilMs, resumeAtMs }: LiquidationRecord,
  nowMs: number,
): { readonly words: string; readonly tone: Tone } {
  if (state === 'in_progress') {
    const isLost = leaseUntilMs !== undefined && leaseUntilMs < nowMs;
    return isLost ? { words: 'INTERRUPTED, WILL BE RESUMED', tone: 'bad' } : { words: 'IN PROGRESS', tone: 'warning' };
  }
  const words = answer?.headline ?? state;
  if (state === 'completed') return { words, tone: isFlatResult(state, words) ? 'good' : 'warning' };
  if (state === 'skipped') return { words, tone: 'warning' };
  // The stored headline was written while a retry was still planned.
  return { words: resumeAtMs === undefined && state !== 'idle' ? 'NOT FLAT, CHECK BY HAND' : words, tone: 'bad' };
}

const profitOf = ({ answer }: LiquidationRecord): string =>
  answer === undefined ? '–' : `${answer.pnl_is_estimate ? 'about ' : ''}${profitWords(answer, signed)}`;

const lasting = ({ firstStartedAtMs, finishedAtMs }: LiquidationRecord): string => {
  if (firstStartedAtMs === undefined || finishedAtMs === undefined) return 'not ended';
  const ms = finishedAtMs - firstStartedAtMs;
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : span(ms);
};
