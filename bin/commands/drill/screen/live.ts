/**
 * The lines that appear while a scenario runs: who is called, what the function sees, each cancel and close with its
 * latency, each misfortune. Of many of a kind the first ones, then every fiftieth.
 */

import type { LogLine } from '../../../../simulator/scenarios/evidence.ts';
import type { JournalEntry } from '../../../../simulator/venue/venue.ts';
import type { Progress, Tell } from '../progress.ts';
import type { Paint } from './paint.ts';
import { COLUMNS, padStart, wrap } from './text-width.ts';
import { count, duration, kindOf, latencyOf, replyOf, seconds } from './words.ts';

export interface LiveOptions {
  readonly paint: Paint;
  /** Writes a line, without its end. */
  readonly line: (text: string) => void;
  /** Overwrites the line being written; undefined where that cannot be done. */
  readonly rewrite: ((text: string) => void) | undefined;
}

const SHOWN_OF_A_KIND = 8;
const THEN_EVERY = 50;
const MARGIN = '  ';

export function createLive({ paint, line, rewrite }: LiveOptions): Tell {
  let startedAtMs: number | undefined;
  let calledAtMs: number | undefined;
  let rttMs = 0;
  let symbolByAlgoId: ReadonlyMap<string, string> = new Map();
  const shown = new Map<string, number>();

  const put = (atMs: number, text: string, tone: (text: string) => string = one => one): void => {
    startedAtMs ??= atMs;
    const time = padStart(seconds(Math.max(0, atMs - startedAtMs)), 7);
    const [first = '', ...rest] = wrap(text, COLUMNS - MARGIN.length - time.length - 2);
    line(`${MARGIN}${paint.dim(time)}  ${tone(first)}`);
    for (const more of rest) line(`${MARGIN}${' '.repeat(time.length)}  ${tone(more)}`);
  };

  const putRequest = (atMs: number, entry: JournalEntry): void => {
    const kind = kindOf(entry);
    const fine = entry.status === 200 && entry.fault === undefined;
    if (fine && kind !== 'cancel' && kind !== 'close') return;
    const group = fine ? kind : `${kind} ${replyOf(entry)}`;
    const number = (shown.get(group) ?? 0) + 1;
    shown.set(group, number);
    if (number <= SHOWN_OF_A_KIND)
      put(atMs, requestInWords(entry, rttMs, symbolByAlgoId), fine ? undefined : paint.warn);
    else if (number % THEN_EVERY === 0) put(atMs, `… ${number} ${kind === 'close' ? 'closes' : `${kind}s`} by now`);
  };

  return (progress: Progress) => {
    const { atMs } = progress;
    switch (progress.kind) {
      case 'set': {
        const { before, timeoutMs, hedge } = progress;
        rttMs = progress.rttMs;
        symbolByAlgoId = new Map(before.conditionals.map(row => [row.algoId, row.symbol]));
        const held = [count(before.positions.length, 'position'), count(before.orders.length, 'order')];
        const account = `account: ${held.join(', ')}, ${count(before.conditionals.length, 'conditional order')}`;
        const mode = hedge ? 'hedge' : 'one-way';
        line(`${MARGIN}${account}, ${mode} mode`);
        line(`${MARGIN}round trip to the exchange ${duration(rttMs)}, timeout ${duration(timeoutMs)}`);
        line('');
        return;
      }
      case 'called':
        calledAtMs = atMs;
        put(atMs, `call "${progress.call}", ${progress.correlationId}`, paint.bold);
        return;
      case 'said':
        if (progress.line.message === 'configuration_loaded' && progress.on !== 'watchdog') {
          const since = calledAtMs === undefined ? '' : `, ${duration(atMs - calledAtMs)} after the call`;
          put(atMs, `function ${progress.on} started cold${since}`);
          return;
        }
        for (const { text, tone } of inWords(progress.line))
          put(atMs, text, tone === undefined ? undefined : paint[tone]);
        return;
      case 'request':
        putRequest(atMs, progress.entry);
        return;
      case 'ended': {
        const { call, tookMs, headline } = progress;
        const how = headline === undefined ? 'ended without an answer' : 'answered';
        const what = headline === undefined ? '' : `: ${headline}`;
        put(atMs, `"${call}" ${how} after ${duration(tookMs)}${what}`, paint.bold);
        return;
      }
      case 'beat': {
        const taken = progress.outcome === 'taken';
        put(
          atMs,
          `beat ${progress.number}${taken ? '' : `: ${BEATS[progress.outcome]}`}`,
          taken ? undefined : paint.warn,
        );
        return;
      }
      case 'staged':
        put(atMs, progress.says, paint.look);
        return;
      case 'waiting':
        putCountdown(progress);
        return;
      case 'over':
        putUnanswered(atMs, progress.unanswered);
    }
  };

  function putUnanswered(atMs: number, unanswered: readonly JournalEntry[]): void {
    if (unanswered.length === 0) return;
    const executed = unanswered.filter(entry => entry.executed).length;
    const though = executed === 0 ? '' : `, ${executed} of them executed all the same`;
    put(atMs, `${count(unanswered.length, 'request')} never had an answer${though}`, paint.warn);
  }

  function putCountdown({ atMs, says, leftMs }: Extract<Progress, { kind: 'waiting' }>): void {
    const group = `waiting ${says}`;
    if (leftMs <= 0) {
      rewrite?.('');
      shown.delete(group);
      put(atMs, `${says} is over`, paint.look);
      return;
    }
    const text = `waiting for ${says} to run out: ${Math.ceil(leftMs / 1_000)} s`;
    if (rewrite !== undefined) rewrite(`${MARGIN}${' '.repeat(9)}${paint.look(text)}`);
    else if (!shown.has(group)) put(atMs, text, paint.look);
    shown.set(group, 1);
  }
}

const BEATS = {
  tripped: 'refused, the bot is tripped and must not trade',
  disarmed: 'refused, the bot is disarmed',
  'not stored': 'the table did not take it',
} as const;

function requestInWords(entry: JournalEntry, rttMs: number, symbolByAlgoId: ReadonlyMap<string, string>): string {
  const latencyMs = latencyOf(entry, rttMs);
  const took = latencyMs === undefined ? '' : `, ${duration(latencyMs)}`;
  const reply = entry.status === 200 && entry.fault === undefined ? '' : `: ${replyOf(entry)}`;
  return `${subjectOf(entry, symbolByAlgoId)}${took}${reply}`;
}

function subjectOf(entry: JournalEntry, symbolByAlgoId: ReadonlyMap<string, string>): string {
  const { side, quantity, positionSide, algoId } = entry.params;
  const symbol = entry.params.symbol ?? symbolByAlgoId.get(algoId ?? '') ?? 'account';
  switch (kindOf(entry)) {
    case 'close': {
      const ofSide = positionSide === undefined || positionSide === 'BOTH' ? '' : ` (${positionSide})`;
      return `${symbol}${ofSide} ${side} ${quantity} to close`;
    }
    case 'cancel':
      return `${symbol} cancel ${algoId === undefined ? (entry.path.includes('algo') ? 'all conditional orders' : 'all orders') : 'a conditional order'}`;
    default:
      return `${entry.method} ${entry.path.replace(/^\/fapi\/v\d\//, '')}`;
  }
}

type Said = { readonly text: string; readonly tone?: 'warn' | 'bad' | 'good' };

/** What the function's log lines say to somebody who watches; most of them say nothing new. */
function inWords({ level, message, fields }: LogLine): readonly Said[] {
  const data = recordOf(fields.data);
  switch (message) {
    case 'liquidation_started':
      return [
        { text: `attempt ${fields.attempt} begins; the answer is due in ${duration(Number(data.answer_within_ms))}` },
      ];
    case 'liquidation_resumed':
      return [
        { text: data.died === true ? 'it takes over from an attempt that died' : 'it takes up an unfinished one' },
      ];
    case 'liquidation_positions_queried':
      return [observation(data)];
    case 'bot_armed':
      return [{ text: 'the watchdog sees the bot: it is armed' }];
    case 'bot_disarmed':
      return [{ text: 'the watchdog sees the goodbye: the watch is over' }];
    case 'bot_late':
      return [
        { text: `late: silent for more than ${duration(Number(data.late_after_ms))}; you are warned`, tone: 'warn' },
      ];
    case 'bot_dead':
      return [{ text: `dead: the deadline has passed by ${overdue(data)}; the watchdog fires`, tone: 'bad' }];
    case 'liquidation_timeout':
      return [{ text: 'time is up', tone: 'bad' }];
    case 'liquidation_duplicate':
      return [{ text: `a duplicate: the same ID is ${String(data.found).replace('_', ' ')}; it touches nothing` }];
  }
  const loud = level === 'CRITICAL' || level === 'ERROR' || level === 'WARN';
  const told = message.startsWith('liquidation_') || message.startsWith('Exchange request') || message.startsWith('[');
  return loud && !told ? [{ text: message, tone: level === 'WARN' ? 'warn' : 'bad' }] : [];
}

const overdue = ({ deadline, tripped_at }: Readonly<Record<string, unknown>>): string =>
  duration(Date.parse(String(tripped_at)) - Date.parse(String(deadline)));

function observation(data: Readonly<Record<string, unknown>>): Said {
  const positions = Array.isArray(data.positions) ? data.positions.length : 0;
  const slowest = Math.max(0, ...listOf(data.requests).map(request => Number(recordOf(request).latency_ms)));
  const took = `, ${duration(slowest)}`;
  const head = `look ${data.round}: `;
  if (data.verified !== true) return { text: `${head}not everything could be read${took}`, tone: 'warn' };
  const orders = Number(data.orders ?? 0);
  const conditionals = Number(data.conditional_orders ?? 0);
  if (positions + orders + conditionals === 0) return { text: `${head}nothing is left${took}`, tone: 'good' };
  const parts = [count(positions, 'position'), count(orders, 'order'), count(conditionals, 'conditional order')];
  return { text: `${head}${parts.join(', ')}${took}` };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
