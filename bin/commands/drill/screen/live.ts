/**
 * The lines that are printed while a scenario runs: calls, what the function reads, each cancel and close with its
 * latency, each fault. Of many lines of one kind, the first ones and then every fiftieth.
 */

import type { JournalEntry } from '../../../../simulator/exchange.ts';
import { purposeByVerb, TEST_ORDER } from '../../../incident/requests.ts';
import { hanging, padStart } from '../../../terminal/layout.ts';
import { countText, duration, secondsText } from '../../../terminal/numbers.ts';
import type { Paint, Screen } from '../../../terminal/paint.ts';
import type { Progress, ReportProgress } from '../progress.ts';
import { logLineText } from './log-lines.ts';

export interface LiveOptions extends Screen {
  /** Writes a line, without its end. */
  readonly line: (text: string) => void;
  /** Overwrites the current line; undefined where this is not possible. */
  readonly rewrite: ((text: string) => void) | undefined;
  /** Symbols of the open conditional orders, when no `set` reports them. */
  readonly symbolByAlgoId?: ReadonlyMap<string, string>;
}

const SHOWN_OF_A_KIND = 8;
const THEN_EVERY = 50;
/** Of what is waited for, where no line can be overwritten. */
const WAITING_EVERY_MS = 5_000;
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
  let waitShownAtMs = Number.NEGATIVE_INFINITY;
  let rttMs = 0;
  let bots = 0;
  let isRewriting = false;
  let symbolByAlgoId = known;
  const shown = new Map<string, number>();

  const put = (atMs: number, text: string, tone: keyof Paint = 'plain'): void => {
    startedAtMs ??= atMs;
    const time = padStart(secondsText(Math.max(0, atMs - startedAtMs)), 7);
    if (isRewriting) rewrite?.('');
    isRewriting = false;
    for (const one of hanging(`${MARGIN}${paint.dim(time)} `, paint[tone](text), width)) line(one);
  };

  const putOneOf = (kind: string, atMs: number, text: string, tone?: keyof Paint): void => {
    const number = (shown.get(kind) ?? 0) + 1;
    shown.set(kind, number);
    if (number <= SHOWN_OF_A_KIND) put(atMs, text, tone);
    else if (number % THEN_EVERY === 0) put(atMs, `${text} (${number} of this kind by now)`, tone);
  };

  const putRequest = (atMs: number, entry: JournalEntry): void => {
    const purpose = purposeByVerb(entry);
    const isTest = entry.path.endsWith(TEST_ORDER);
    const isFine = entry.status === 200 && entry.fault === undefined;
    if (isFine && purpose === 'ask' && !isTest) return;
    const reply = isFine ? '' : `: ${replyText(entry)}`;
    // The journal starts half a round trip after the request was sent.
    const took = entry.answeredAtMs === undefined ? '' : `, ${duration(waitedMs(entry, rttMs))}`;
    const text = `${subjectOf(entry, symbolByAlgoId)}${took}${reply}`;
    putOneOf(`${purpose}${reply}`, atMs, text, isFine ? 'plain' : 'warn');
  };

  /** In place on a terminal. */
  const putWaiting = (atMs: number, says: string): void => {
    if (rewrite !== undefined) {
      rewrite(`${MARGIN}${' '.repeat(9)}${paint.info(says)}`);
      isRewriting = true;
    } else if (atMs - waitShownAtMs >= WAITING_EVERY_MS) {
      waitShownAtMs = atMs;
      put(atMs, says, 'info');
    }
  };

  return (progress: Progress) => {
    const { atMs } = progress;
    switch (progress.kind) {
      case 'set': {
        const { before, timeoutMs, hedge } = progress;
        rttMs = progress.rttMs;
        bots = progress.bots;
        symbolByAlgoId = new Map(before.conditionals.map(row => [row.algoId, row.symbol]));
        const held = [countText(before.positions.length, 'position'), countText(before.orders.length, 'order')];
        const account = `account: ${held.join(', ')}, ${countText(before.conditionals.length, 'conditional order')}`;
        for (const one of hanging(' ', `${account}, ${hedge ? 'hedge' : 'one-way'} mode`, width)) line(one);
        line(`${MARGIN}round trip to the exchange ${duration(rttMs)}, timeout ${duration(timeoutMs)}`);
        line('');
        return;
      }
      case 'called':
        calledAtMs = atMs;
        return putOneOf('called', atMs, `call "${progress.call}", ${progress.correlationId}`, 'bold');
      case 'said': {
        const { on, line: said } = progress;
        if (said.message === 'configuration_loaded' && on !== 'watchdog') {
          const since = calledAtMs === undefined ? '' : `, ${duration(atMs - calledAtMs)} after the call`;
          return putOneOf('cold', atMs, `${on === 'A' ? 'the liquidator' : `function ${on}`} started cold${since}`);
        }
        const shownLine = logLineText(said);
        if (shownLine === undefined) return;
        const { text, tone } = shownLine;
        return putOneOf(`${said.fields.code ?? said.message} ${tone}`, atMs, text, tone);
      }
      case 'request':
        return putRequest(atMs, progress.entry);
      case 'ended': {
        const { call, tookMs, headline } = progress;
        const how = headline === undefined ? 'ended without an answer' : 'answered';
        const what = headline === undefined ? '' : `: ${headline}`;
        return putOneOf(`ended${what}`, atMs, `"${call}" ${how} after ${duration(tookMs)}${what}`, 'bold');
      }
      case 'beat': {
        const { outcome, botId, number } = progress;
        const beat = `${outcome === 'taken' ? '♥ ' : ''}${bots > 1 ? `${botId}, ` : ''}heartbeat ${number}`;
        if (outcome === 'taken') return putOneOf('beat', atMs, beat, 'good');
        return putOneOf(outcome, atMs, `${beat}: ${BEATS[outcome]}`, 'warn');
      }
      case 'staged':
        return put(atMs, progress.says, 'info');
      case 'waiting':
        return putWaiting(atMs, progress.says);
      case 'over': {
        const { unanswered } = progress;
        if (unanswered.length === 0) return;
        const executed = unanswered.filter(entry => entry.executed).length;
        const though = executed === 0 ? '' : `, ${executed} of them were executed`;
        return put(atMs, `${countText(unanswered.length, 'request')} got no answer${though}`, 'warn');
      }
    }
  };
}

const BEATS = {
  tripped: 'refused, the bot is tripped and must not trade',
  disarmed: 'refused, the bot is disarmed',
  'not stored': 'not stored in the table',
} as const;

/** How long the caller waited. */
const waitedMs = ({ receivedAtMs, answeredAtMs = receivedAtMs }: JournalEntry, rttMs: number): number =>
  answeredAtMs - receivedAtMs + rttMs / 2;

/** The exchange's answer: `200`, `503`, `400 (-2022)`, `no answer`. */
export function replyText({ status, code, executed }: JournalEntry): string {
  if (status === undefined) return executed ? 'executed, but no answer' : 'no answer';
  const said = code === undefined ? String(status) : `${status} (${code})`;
  return status !== 200 && executed ? `executed, but answered ${said}` : said;
}

function subjectOf(entry: JournalEntry, symbolByAlgoId: ReadonlyMap<string, string>): string {
  const { side, quantity, positionSide, algoId } = entry.params;
  const symbol = entry.params.symbol ?? symbolByAlgoId.get(algoId ?? '') ?? 'account';
  if (entry.path.endsWith(TEST_ORDER)) return `${symbol} ${side} ${quantity} as a test order`;
  switch (purposeByVerb(entry)) {
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
