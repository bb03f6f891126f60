/** The audit trail as a person reads it: when, what, which symbol, the facts that matter; then what the chain proves. */

import type { IncidentEvidence, TrailItem } from '../../../../simulator/scenarios/evidence.ts';
import { inColumns } from './columns.ts';
import type { Paint } from './paint.ts';
import { COLUMNS, wrap } from './text-width.ts';
import { count, duration, seconds } from './words.ts';

const MOST_ROWS = 24;

/** `startedAtMs` is when time counts from. */
export function trailLines(incident: IncidentEvidence, startedAtMs: number, paint: Paint): readonly string[] {
  const { trail } = incident;
  const shown = shortened(trail);
  const severalWriters = new Set(trail.map(item => item.writer)).size > 1;
  const rows = shown.map(item => [
    paint.dim(seconds(Math.max(0, Date.parse(item.timestamp) - startedAtMs))),
    ...(severalWriters ? [writerName(item.writer)] : []),
    tone(item, paint)(item.event_type.replace(/^liquidation_/, '').replaceAll('_', ' ')),
    item.symbol ?? '',
    factsOf(item),
  ]);
  const aligns = ['right', ...(severalWriters ? (['left'] as const) : []), 'left', 'left', 'left'] as const;
  const hidden = trail.length - shown.length;
  return [
    ...inColumns(rows, aligns),
    ...(hidden > 0 ? [paint.dim(`  … ${count(hidden, 'more record')} between them, not shown`)] : []),
    ...chainLines(incident, paint),
  ];
}

/** The first and the last ones tell the story. */
function shortened(trail: readonly TrailItem[]): readonly TrailItem[] {
  if (trail.length <= MOST_ROWS) return trail;
  return [...trail.slice(0, MOST_ROWS - 6), ...trail.slice(-6)];
}

/** `a1` is the first attempt; the names of duplicates are long and say nothing. */
const writerName = (writer: string): string =>
  writer.startsWith('a') ? `attempt ${writer.slice(1)}` : (WRITERS[writer.charAt(0)] ?? 'unlocked');

const WRITERS: Readonly<Record<string, string>> = { d: 'duplicate', w: 'watchdog' };

function tone({ event_type }: TrailItem, paint: Paint): (text: string) => string {
  if (event_type === 'liquidation_completed') return paint.good;
  if (/failed|timeout|partial|skipped|bot_dead/.test(event_type)) return paint.bad;
  return text => text;
}

function chainLines({ chain }: IncidentEvidence, paint: Paint): readonly string[] {
  const [word, mark] = chain.sealed
    ? ['hash chain intact: no record changed, removed, added or cut off the end', paint.good('✓')]
    : chain.ok
      ? ['hash chain without contradiction, but not sealed by every writer', paint.warn('!')]
      : ['hash chain BROKEN', paint.bad('✗')];
  const odd = chain.segments.filter(({ kind }) => kind !== 'intact');
  return [
    `  ${mark} ${word}`,
    ...odd.flatMap(({ sentence }) => wrap(sentence, COLUMNS - 6).map(line => `      ${paint.dim(line)}`)),
  ];
}

type Data = Readonly<Record<string, unknown>>;

function factsOf({ event_type, data, error, attempt }: TrailItem): string {
  const facts = FACTS[event_type]?.(data, attempt) ?? '';
  const trouble =
    error === undefined
      ? ''
      : `${String(error.code)}${error.exchange_code === undefined ? '' : ` (${String(error.exchange_code)})`}`;
  return [facts, trouble].filter(part => part !== '').join('; ');
}

const FACTS: Readonly<Record<string, (data: Data, attempt: number) => string>> = {
  liquidation_started: (data, attempt) =>
    `attempt ${attempt}, by ${data.trigger}, ${duration(Number(data.answer_within_ms))} to answer`,
  liquidation_resumed: data => (data.died === true ? 'the attempt before it died' : `it was ${data.prior_state}`),
  liquidation_positions_queried: data => {
    if (data.verified !== true) return `round ${data.round}: not everything could be read`;
    const positions = Array.isArray(data.positions) ? data.positions.length : 0;
    const orders = Number(data.orders) + Number(data.conditional_orders);
    return `round ${data.round}: ${count(positions, 'position')}, ${count(orders, 'order')}`;
  },
  liquidation_orders_cancelled: data => {
    const kept = Number(data.kept_protective);
    const all = Number(data.orders) + Number(data.conditional_orders);
    return `${count(all, 'order')}${kept > 0 ? `; ${count(kept, 'stop')} kept for now` : ''}`;
  },
  liquidation_position_closed: data =>
    `${data.quantity}${data.average_price === null ? '' : ` at ${data.average_price}`}, PnL ${data.realized_pnl}${data.pnl_is_estimate === true ? ' (estimate)' : ''}`,
  liquidation_position_close_failed: data => `${data.amount ?? ''}`,
  liquidation_timeout: data => `after ${duration(Number(data.timeout_ms))}`,
  liquidation_duplicate: data => `found ${String(data.found).replace('_', ' ')}; nothing touched`,
  bot_late: data =>
    `silent for ${duration(Number(data.late_after_ms))}; dead after ${duration(Number(data.dead_after_ms))}`,
  bot_dead: data => String(data.reason),
  liquidation_skipped: () => 'switched off; nothing touched',
  liquidation_completed: data => summary(data),
  liquidation_partial: data => summary(data),
  liquidation_failed: data => summary(data),
};

const summary = (data: Data): string =>
  `${data.headline}: ${data.positions_closed} closed, ${data.positions_failed} failed, ${count(Number(data.orders_cancelled), 'order')} cancelled, PnL ${data.total_realized_pnl}`;
