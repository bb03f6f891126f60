/** Liquidations as a table: when, which bot, how it ended, what it cost. */

import { isFlatResult } from '../../core/invocation/liquidation-record.ts';
import type { LiquidationRecord } from '../../ports.ts';
import { html, type Markup } from '../markup.ts';
import { profitWords } from '../profit-words.ts';
import { instant, signed, span } from '../words.ts';
import type { Tone } from './standing-words.ts';

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
