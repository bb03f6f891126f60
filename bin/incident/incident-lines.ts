/**
 * An incident on the terminal: the verdict, the cause, what was done and is still open, then the audit log record by
 * record, the verification of the hash chain, and every request to the exchange.
 */

import type { IncidentAttempt } from '../../lambda/core/audit/attempts.ts';
import { type IncidentEvent, writerKind } from '../../lambda/core/audit/event.ts';
import { type ChainStanding, chainStanding, type Verification } from '../../lambda/core/audit/verify-chain.ts';
import { hanging, inColumns, padEnd, padStart, widthOf } from '../terminal/layout.ts';
import { countText, duration, firstOf, instantText, spanText } from '../terminal/numbers.ts';
import type { Paint, Screen } from '../terminal/paint.ts';
import { eventWords, visibleLine } from './event-words.ts';
import type { Incident } from './incident.ts';
import type { IncidentPosition } from './positions.ts';
import { answerText, type IncidentRequest, PURPOSE_WORDS, type RequestResult } from './requests.ts';

/** A headline in the colour of its verdict; bold where it has none. */
export const verdictText = ({ headline, tone }: Pick<Incident['verdict'], 'headline' | 'tone'>, paint: Paint): string =>
  paint[tone === 'plain' ? 'bold' : tone](visibleLine(headline));

export function incidentLines(incident: Incident, screen: Screen): readonly string[] {
  const { paint, width } = screen;
  const { verdict, correlationId, events } = incident;
  const rows = headRows(incident);
  return [
    `${paint.bold(correlationId)}  ${verdictText(verdict, paint)}`,
    ...inColumns(
      rows.map(([name, text]) => [paint.dim(name), visibleLine(text)]),
      ['left', 'left'],
      { width },
    ),
    ...(events.length === 0 ? [] : ['', paint.bold('Audit log'), ...auditLogLines(events, screen)]),
    ...errorLines(incident, screen),
    '',
    paint.bold('Hash chain'),
    ...chainLines(incident.verification, screen),
    ...incident.gaps.flatMap(gap => marked('!', gap, screen, 'warn')),
  ];
}

function headRows(incident: Incident): readonly (readonly [name: string, text: string])[] {
  const { botId, cause, attempts, totals, kind, after, before, closes } = incident;
  const rows: (readonly [string, string])[] = [];
  if (botId !== undefined) rows.push(['bot', botId]);
  if (kind === 'liquidation' || kind === 'dry-run' || kind === 'warning') rows.push(['triggered by', cause.sentence]);
  if (cause.symbols !== undefined) rows.push(['only', cause.symbols.join(', ')]);
  if (totals.startedAtMs !== undefined) rows.push(['started', instantText(totals.startedAtMs)]);
  if (totals.timeToFlatMs !== undefined) rows.push(['flat after', duration(totals.timeToFlatMs)]);
  if (attempts.length > 1) rows.push(['attempts', attempts.map(attemptWords).join('; ')]);
  const within = cause.symbols === undefined ? '' : 'there ';
  if (before !== undefined) {
    const known = before.verified ? '' : ' — not everything could be read';
    rows.push(['found', `${within}${held(before.positions)}, ${ordersText(before)}${known}`]);
  }
  if (kind === 'liquidation') {
    const fees = Object.entries(totals.commissions).map(([asset, amount]) => `${amount} ${asset}`);
    const done = `${countText(totals.positionsClosed, 'position')} closed, ${totals.positionsFailed} failed, ${countText(totals.ordersCancelled, 'order')} cancelled`;
    rows.push(['done', `${done}; ${countText(totals.requests, 'request')} in ${countText(totals.rounds, 'read')}`]);
    if (closes.length > 0 || totals.positionsClosed > 0) {
      const estimate = totals.pnlIsEstimate ? ' (estimate)' : '';
      rows.push([
        'result',
        `PnL ${totals.realizedPnl}${estimate}${fees.length > 0 ? `, fees ${fees.join(', ')}` : ''}`,
      ]);
    }
  }
  if (after !== undefined && kind === 'liquidation') {
    const known = after.verified ? '' : ' — the last read failed, so this is not reliable';
    rows.push(['open', `${within}${held(after.positions)}, ${ordersText(after)}${stops(after.positions)}${known}`]);
  }
  if (incident.duplicatesAtMs.length > 0) {
    rows.push(['refused', `${countText(incident.duplicatesAtMs.length, 'further call')} with this ID`]);
  }
  return rows;
}

const MOST_NAMED = 6;

function held(positions: readonly { readonly symbol: string; readonly amount: string }[]): string {
  if (positions.length === 0) return 'no position';
  const named = positions.map(({ symbol, amount }) => `${amount} ${symbol}`);
  return `${countText(positions.length, 'position')} (${firstOf(named, MOST_NAMED)})`;
}

/** Which open positions are still protected; empty when not known. */
function stops(positions: readonly IncidentPosition[]): string {
  const protectedOnes = positions.filter(({ protectiveOrders = 0 }) => protectiveOrders > 0);
  if (positions.every(({ protectiveOrders }) => protectiveOrders === undefined)) return '';
  if (protectedOnes.length === 0) return '; no stop protects it';
  const named = protectedOnes.map(({ symbol }) => symbol);
  return `; a stop still protects ${firstOf(named, MOST_NAMED)}`;
}

function ordersText({ orders, conditionalOrders = 0 }: NonNullable<Incident['before']>): string {
  return orders === undefined ? 'orders not known' : countText(orders + conditionalOrders, 'order');
}

function attemptWords({ kind, number, state, tookOver, startedAtMs, endedAtMs }: IncidentAttempt): string {
  const name = kind === 'attempt' ? `${number}` : kind;
  const lasted =
    startedAtMs === undefined || endedAtMs === undefined ? '' : ` after ${duration(endedAtMs - startedAtMs)}`;
  return `${name} ${state}${lasted}${tookOver ? ' (took over)' : ''}`;
}

/** Each event starts with the seconds since `startMs`; with several writers, a line names each change of writer. */
export function auditLogLines(
  events: readonly IncidentEvent[],
  screen: Screen,
  startMs = events.find(({ atMs }) => atMs !== undefined)?.atMs ?? 0,
): readonly string[] {
  const several = new Set(events.map(({ writer }) => writer)).size > 1;
  const cells = events.map(event => eventCells(event, startMs, screen.paint));
  const widths = [0, 1, 2].map(column => Math.max(...cells.map(row => widthOf(row[column] ?? ''))));
  return events.flatMap((event, index) => [
    ...(several && speaks(event, events[index - 1]) ? [writerLine(event, screen)] : []),
    ...eventLines(event, startMs, widths, screen),
  ]);
}

/** Whether the writer differs from that of the previous event. */
export const speaks = (event: IncidentEvent, before: IncidentEvent | undefined): boolean =>
  before === undefined || writerName(event.writer) !== writerName(before.writer);

/** One event in columns at least that wide: seconds since `startMs`, what, symbol, and the facts in what is left. */
export function eventLines(
  event: IncidentEvent,
  startMs: number,
  widths: readonly number[],
  { paint, width }: Screen,
): readonly string[] {
  const [time = '', ...rest] = eventCells(event, startMs, paint);
  const cells = rest.map((cell, index) => padEnd(cell, widths[index + 1] ?? 0));
  return inColumns([[padStart(time, widths[0] ?? 0), ...cells]], ['right', 'left', 'left', 'left'], { width });
}

export const writerLine = ({ writer }: IncidentEvent, { paint }: Screen): string =>
  `  ${paint.dim(`${writerName(writer)}:`)}`;

function eventCells(event: IncidentEvent, startMs: number, paint: Paint): readonly string[] {
  const { atMs, symbol, doubtful } = event;
  const { what, facts, tone } = eventWords(event);
  return [
    paint.dim(atMs === undefined ? '?' : since(atMs - startMs)),
    paint[tone](what),
    visibleLine(symbol ?? ''),
    doubtful ? `${paint.bad('DOUBTFUL')} ${facts}` : facts,
  ];
}

const HOUR_MS = 3_600_000;
const since = (ms: number): string => (Math.abs(ms) < HOUR_MS ? `${(ms / 1_000).toFixed(3)} s` : spanText(ms));

/** `a1` is attempt 1; the names of duplicates are long and carry no meaning. */
export function writerName(writer: string): string {
  const kind = writerKind(writer);
  if (kind === 'attempt') return `attempt ${writer.slice(1)}`;
  return kind === 'unknown' ? visibleLine(writer) : kind;
}

function errorLines({ errors, warnings }: Incident, screen: Screen): readonly string[] {
  const { paint } = screen;
  if (errors.length + warnings.length === 0) return [];
  const lines = [...errors, ...warnings].flatMap(one => {
    const mark = one.standing ? '✗' : '·';
    const often = one.times > 1 ? ` (${one.times} times)` : '';
    const symbol = one.symbol === undefined ? '' : `${one.symbol}: `;
    const overcome = one.standing || one.times === 0 ? '' : ', overcome';
    const cure = one.heading === undefined ? '' : ` — see "${one.heading}"`;
    const text = `${one.code}${often}${overcome}: ${symbol}${one.message}${cure}`;
    return marked(mark, text, screen, one.standing ? 'bad' : 'warn');
  });
  return ['', paint.bold('Errors and warnings'), ...lines, paint.dim('  Guide: docs/troubleshooting.md, by heading.')];
}

interface Chain extends Pick<Verification, 'ok' | 'sealed'> {
  readonly segments: readonly { readonly kind: string; readonly sentence: string }[];
}

/** What is proven and what is not: a part without a contradiction but without a seal is not proven. */
export function chainLines(verification: Chain, screen: Screen): readonly string[] {
  const { segments } = verification;
  if (segments.length === 0) return marked('!', 'nothing to verify', screen, 'warn');
  const odd = segments.filter(({ kind }) => kind !== 'intact');
  const { mark, tone, text } = CHAIN_WORDS[chainStanding(verification)];
  return [
    ...marked(mark, text, screen, tone),
    ...odd.flatMap(({ sentence }) => marked(' ', visibleLine(sentence), screen, 'dim')),
  ];
}

export const CHAIN_WORDS: Readonly<
  Record<ChainStanding, { readonly mark: string; readonly tone: 'good' | 'warn' | 'bad'; readonly text: string }>
> = {
  proven: { mark: '✓', tone: 'good', text: 'PROVEN: no record was changed, removed, added, or cut off at the end' },
  unproven: { mark: '!', tone: 'warn', text: 'NOT PROVEN: no contradiction was found, but not every part has a seal' },
  incomplete: { mark: '✗', tone: 'bad', text: 'INCOMPLETE: records are missing; they were removed, or never stored' },
  changed: { mark: '✗', tone: 'bad', text: 'BROKEN: the audit log was changed' },
};

const marked = (mark: string, text: string, { paint, width }: Screen, tone: keyof Paint): readonly string[] =>
  hanging(`  ${paint[tone](mark)}`, visibleLine(text), width);

const TONES: Readonly<Partial<Record<RequestResult, keyof Paint>>> = {
  refused: 'bad',
  forbidden: 'bad',
  throttled: 'warn',
  unknown: 'warn',
  'no-answer': 'warn',
};

/** Seconds count from `startMs`. */
export function requestLines(
  requests: readonly IncidentRequest[],
  startMs: number,
  { paint, width }: Screen,
): readonly string[] {
  const severalAttempts = new Set(requests.map(({ writer }) => writer)).size > 1;
  const rows = requests.map(request => [
    paint.dim(request.startedAtMs === undefined ? '?' : `${((request.startedAtMs - startMs) / 1_000).toFixed(3)} s`),
    `${severalAttempts ? `${visibleLine(request.writer)}.` : ''}${request.round}`,
    PURPOSE_WORDS[request.purpose],
    visibleLine(request.symbol ?? ''),
    request.latencyMs === undefined ? '?' : duration(request.latencyMs),
    `${answerOf(request, paint)} ${visibleLine(`${request.method} ${request.path}`)}`,
  ]);
  const heading = ['started', 'read', 'purpose', 'symbol', 'took', 'answer'].map(paint.dim);
  return inColumns([heading, ...rows], ['right', 'left', 'left', 'left', 'right', 'left'], { width });
}

const answerOf = (request: IncidentRequest, paint: Paint): string =>
  `${request.doubtful ? `${paint.bad('DOUBTFUL')} ` : ''}${paint[TONES[request.result] ?? 'plain'](answerText(request) || 'no answer')}`;
