/** Liquidations as a table: when, which bot, how it ended, what it cost. */

import { isFlatResult } from '../../core/invocation/liquidation-record.ts';
import type { LiquidationRecord } from '../../ports.ts';
import { html, type Markup, type Part } from '../markup.ts';
import { count, instant, profitWords, signed, span } from '../words.ts';
import type { Frame } from './page.ts';
import type { Tone } from './state-words.ts';
import { type Column, table } from './table.ts';

const COLUMNS: readonly Column[] = [
  { head: 'Bot', kind: 'name' },
  { head: 'Started (UTC)', kind: 'short' },
  { head: 'Result', kind: 'free' },
  { head: 'PnL', kind: 'number' },
];

export function runTable(frame: Frame, records: readonly LiquidationRecord[]): Markup {
  if (records.length === 0) return html`<p class="fl-muted">None on record.</p>`;
  return table(
    frame,
    COLUMNS,
    records.map(record => runRow(record, frame.nowMs)),
  );
}

function runRow(record: LiquidationRecord, nowMs: number): readonly Part[] {
  const { correlationId, botId = '–', trigger = '–', firstStartedAtMs, answer } = record;
  const { words, tone } = resultOf(record, nowMs);
  const detail =
    answer === undefined
      ? trigger
      : `${trigger}, ${count(answer.positions_closed, 'position')} closed, ${lasting(record)}`;
  return [
    botId,
    html`<span title="${correlationId}">${firstStartedAtMs === undefined ? '–' : instant(firstStartedAtMs, nowMs)}</span>`,
    html`<span class="fl-${tone}"><b>${words}</b></span> <span class="fl-muted">${detail}</span>`,
    profitOf(record),
  ];
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

/** A line break may come between two assets, and not between an amount and its asset. */
const profitOf = ({ answer }: LiquidationRecord): Part =>
  answer === undefined
    ? '–'
    : `${answer.pnl_is_estimate ? 'about ' : ''}${profitWords(answer, signed)}`
        .split(/(?<=,) /)
        .map(one => html`<span class="fl-keep">${one}</span> `);

const lasting = ({ firstStartedAtMs, finishedAtMs }: LiquidationRecord): string => {
  if (firstStartedAtMs === undefined || finishedAtMs === undefined) return 'not ended';
  const ms = finishedAtMs - firstStartedAtMs;
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : span(ms);
};
