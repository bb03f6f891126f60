/**
 * The lines that are printed while a scenario runs: calls, what the function reads, each cancel and close with its
 * latency, each fault. Of many lines of one kind, the first ones and then every fiftieth.
 */

import type { JournalEntry } from '../../../../simulator/exchange.ts';
import type { LogLine } from '../../../../simulator/scenarios/evidence.ts';
import { countText, duration, secondsText } from '../../../terminal/numbers.ts';
import type { Screen } from '../../../terminal/paint.ts';
import { hanging, padStart } from '../../../terminal/text-width.ts';
import type { Progress, ReportProgress } from '../progress.ts';
import { logLineText } from './log-words.ts';
import { A_BEAT, isOfOne, type Numbered, numbered } from './numbered-bots.ts';
import { isTestOrder, latencyOf, purposeOf, replyText } from './request-words.ts';
import { silenceBar } from './silence-bar.ts';

export interface LiveOptions extends Screen {
  /** Writes a line, without its end. */
  readonly line: (text: string) => void;
  /** Overwrites the current line; undefined where this is not possible. */
  readonly rewrite: ((text: string) => void) | undefined;
  /** Symbols of the open conditional orders, when no `set` reports them. */
  readonly symbolByAlgoId?: ReadonlyMap<string, string>;
}

/** With more bots than this, only counts are printed. */
const FEW_BOTS = 4;
const SHOWN_OF_A_KIND = 8;
const THEN_EVERY = 50;
const MARGIN = '  ';

export function createLive({
  paint,
  width,
  line,
  rewrite,
  symbolByAlgoId: known = new Map(),
}: LiveOptions): ReportProgress {
  let startedAtMs: number | undefined;
  let calledAtMs: number | undefined;
  let rttMs = 0;
  let bots: readonly string[] = [];
  let isRewriting = false;
  let symbolByAlgoId = known;
  const shown = new Map<string, number>();
  /** Bots that are in a number already. */
  const counted = new Set<string>();

  const put = (atMs: number, text: string, tone = paint.plain): void => {
    startedAtMs ??= atMs;
    const time = padStart(secondsText(Math.max(0, atMs - startedAtMs)), 7);
    if (isRewriting) rewrite?.('');
    isRewriting = false;
    for (const one of hanging(`${MARGIN}${paint.dim(time)} `, tone(text), width)) line(one);
  };

  const putRequest = (atMs: number, entry: JournalEntry): void => {
    const kind = purposeOf(entry);
    const fine = entry.status === 200 && entry.fault === undefined;
    if (fine && kind !== 'cancel' && kind !== 'close' && !isTestOrder(entry)) return;
    const group = fine ? kind : `${kind} ${replyText(entry)}`;
    const number = (shown.get(group) ?? 0) + 1;
    shown.set(group, number);
    if (number <= SHOWN_OF_A_KIND)
      put(atMs, requestInWords(entry, rttMs, symbolByAlgoId), fine ? undefined : paint.warn);
    else if (number % THEN_EVERY === 0) put(atMs, `… ${number} ${kind === 'close' ? 'closes' : `${kind}s`} by now`);
  };

  /** One line for the first, for every fiftieth, and for the last, so that the first does not look like the only one. */
  const putNumber = (atMs: number, { what, botId }: Numbered): void => {
    const one = JSON.stringify([what, botId]);
    if (botId !== undefined && counted.has(one)) return;
    counted.add(one);
    const number = (shown.get(what) ?? 0) + 1;
    shown.set(what, number);
    const isBeat = what === A_BEAT;
    const isLast = number === bots.length && !isBeat;
    if (number !== 1 && number % THEN_EVERY !== 0 && !isLast) return;
    put(atMs, isBeat ? `♥ ${countText(number, 'beat')} by now` : `${what}: ${number} of ${bots.length}`);
  };

  /** With many bots, warnings and errors of one kind are printed a few times, then counted. */
  const isRepeated = (atMs: number, { message, fields }: LogLine): boolean => {
    const kind = String(fields.code ?? message);
    const number = (shown.get(kind) ?? 0) + 1;
    shown.set(kind, number);
    if (number > SHOWN_OF_A_KIND && number % THEN_EVERY === 0) put(atMs, `… ${number} of this kind by now: ${kind}`);
    return number > SHOWN_OF_A_KIND;
  };

  return (progress: Progress) => {
    const { atMs } = progress;
    if (bots.length > FEW_BOTS && isOfOne(progress)) {
      const what = numbered(progress);
      if (what !== undefined) putNumber(atMs, what);
      return;
    }
    switch (progress.kind) {
      case 'set': {
        const { before, timeoutMs, hedge } = progress;
        rttMs = progress.rttMs;
        bots = progress.bots;
        symbolByAlgoId = new Map(before.conditionals.map(row => [row.algoId, row.symbol]));
        const held = [countText(before.positions.length, 'position'), countText(before.orders.length, 'order')];
        const account = `account: ${held.join(', ')}, ${countText(before.conditionals.length, 'conditional order')}`;
        const mode = hedge ? 'hedge' : 'one-way';
        for (const one of hanging(' ', `${account}, ${mode} mode`, width)) line(one);
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
          put(atMs, `${progress.on === 'A' ? 'the liquidator' : `function ${progress.on}`} started cold${since}`);
          return;
        }
        if (bots.length > FEW_BOTS && isRepeated(atMs, progress.line)) return;
        for (const { text, tone } of logLineText(progress.line)) put(atMs, text, paint[tone ?? 'plain']);
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
        const whose = bots.length > 1 ? `${progress.botId}, ` : '';
        const beat = `${taken ? '♥ ' : ''}${whose}heartbeat ${progress.number}`;
        put(atMs, taken ? beat : `${beat}: ${BEATS[progress.outcome]}`, taken ? paint.good : paint.warn);
        return;
      }
      case 'silence':
        putSilence(progress);
        return;
      case 'staged':
        put(atMs, progress.says, paint.info);
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
    const though = executed === 0 ? '' : `, ${executed} of them were executed`;
    put(atMs, `${countText(unanswered.length, 'request')} got no answer${though}`, paint.warn);
  }

  /** In place on a terminal; else once each second. */
  function putSilence({ atMs, silentMs, lateAfterMs, deadAfterMs }: Extract<Progress, { kind: 'silence' }>): void {
    const tone = silentMs < lateAfterMs ? paint.info : paint.warn;
    const left = `dead in ${((deadAfterMs - silentMs) / 1_000).toFixed(1)} s`;
    if (rewrite !== undefined) {
      const bar = silenceBar(silentMs / deadAfterMs, lateAfterMs / deadAfterMs);
      rewrite(
        `${MARGIN}${' '.repeat(9)}${tone(`no heartbeat for ${(silentMs / 1_000).toFixed(1)} s  ${bar}  ${left}`)}`,
      );
      isRewriting = true;
      return;
    }
    const whole = Math.floor(silentMs / 1_000);
    if (whole === 0 || shown.get('silence') === whole) return;
    shown.set('silence', whole);
    put(atMs, `no heartbeat for ${whole} s, ${left}`, tone);
  }

  function putCountdown({ atMs, says, leftMs }: Extract<Progress, { kind: 'waiting' }>): void {
    const group = `waiting ${says}`;
    if (leftMs <= 0) {
      shown.delete(group);
      put(atMs, `${says} is over`, paint.info);
      return;
    }
    const text = `waiting for ${says} to run out: ${Math.ceil(leftMs / 1_000)} s`;
    if (rewrite !== undefined) {
      rewrite(`${MARGIN}${' '.repeat(9)}${paint.info(text)}`);
      isRewriting = true;
    } else if (!shown.has(group)) put(atMs, text, paint.info);
    shown.set(group, 1);
  }
}

const BEATS = {
  tripped: 'refused, the bot is tripped and must not trade',
  disarmed: 'refused, the bot is disarmed',
  'not stored': 'not stored in the table',
} as const;

function requestInWords(entry: JournalEntry, rttMs: number, symbolByAlgoId: ReadonlyMap<string, string>): string {
  const latencyMs = latencyOf(entry, rttMs);
  const took = latencyMs === undefined ? '' : `, ${duration(latencyMs)}`;
  const reply = entry.status === 200 && entry.fault === undefined ? '' : `: ${replyText(entry)}`;
  return `${subjectOf(entry, symbolByAlgoId)}${took}${reply}`;
}

function subjectOf(entry: JournalEntry, symbolByAlgoId: ReadonlyMap<string, string>): string {
  const { side, quantity, positionSide, algoId } = entry.params;
  const symbol = entry.params.symbol ?? symbolByAlgoId.get(algoId ?? '') ?? 'account';
  if (isTestOrder(entry)) return `${symbol} ${side} ${quantity} as a test order`;
  switch (purposeOf(entry)) {
    case 'close': {
      const ofSide = positionSide === undefined || positionSide === 'BOTH' ? '' : ` (${positionSide})`;
      return `${symbol}${ofSide} ${side} ${quantity} to close`;
    }
    case 'cancel':
      return `${symbol} cancel ${cancelInWords(entry)}`;
    default:
      return `${entry.method} ${entry.path.replace(/^\/fapi\/v\d\//, '')}`;
  }
}

function cancelInWords({ path, params }: JournalEntry): string {
  if (params.orderId !== undefined) return 'an order';
  if (params.algoId !== undefined || params.strategyId !== undefined) return 'a conditional order';
  return /algo|conditional/.test(path) ? 'all conditional orders' : 'all orders';
}
