/** The top of the report: the verdict; below it the trigger, the times, the cost, and the open positions. */

import { chainStanding } from '../../../lambda/core/audit/verify-chain.ts';
import { html, type Markup } from '../../../lambda/views/markup.ts';
import { signed } from '../../../lambda/views/words.ts';
import type { Incident } from '../../incident/incident.ts';
import type { AccountRead, IncidentPosition } from '../../incident/positions.ts';
import { countText, firstOf } from '../../terminal/numbers.ts';
import { type Cost, type PaidAgainstMark, paidAgainstMark } from './cost.ts';
import { amountText, elapsed, feesText, sideOf, utc } from './words.ts';

export function verdictBlock(incident: Incident, cost: Cost): Markup {
  const { verdict } = incident;
  return html`<section class="verdict v-${verdict.tone}"><p class="headline">${verdict.headline}</p>${sentences(incident, cost).map(text => html`<p>${text}</p>`)}</section>`;
}

/** The sentences for a reader who reads nothing else. */
function sentences(incident: Incident, cost: Cost): readonly string[] {
  const { kind, cause, verdict, after, totals, verification } = incident;
  if (kind !== 'liquidation') return [];
  if (verdict.state === 'skipped') return ['Liquidation is switched off: no request was sent, nothing was changed.'];
  const said: string[] = [doneSentence(incident, cost)];
  if (cost.unexplained.length > 0) {
    const which = `${firstOf(cost.unexplained, MOST_NAMED)} ${cost.unexplained.length === 1 ? 'was' : 'were'}`;
    said.push(`${which} open at the first read and not at the last; the audit log has no close of it.`);
  }
  if (totals.timeToFlatMs !== undefined)
    said.push(
      `${cause.symbols?.join(', ') ?? 'The account'} was flat ${elapsed(totals.timeToFlatMs)} after the start.`,
    );
  if (after === undefined || isUnseen(after)) said.push('Open positions unknown: no read of the account is recorded.');
  else if (!after.verified)
    said.push('Open positions unknown: the last read failed. Check the account at the exchange.');
  else if (verdict.state !== 'completed') said.push(leftSentence(after.positions));
  if (verdict.open) said.push('The liquidation has not ended: this page shows its state when the page was written.');
  const standing = chainStanding(verification);
  if (standing === 'changed') said.push(`The audit log was changed: ${SEE_CHAIN}`);
  if (standing === 'incomplete') said.push(`Records are missing in the audit log: ${SEE_CHAIN}`);
  return said;
}

const SEE_CHAIN = 'see “Hash chain” before you rely on this page.';

/** What was closed and cancelled. */
export function doneSentence({ before }: Incident, { basis, closed, failed = 0, ordersCancelled }: Cost): string {
  if (basis === 'unknown') return 'No close is recorded.';
  const held = before?.positions.length;
  const of =
    held !== undefined && held > 0 && held >= closed + failed
      ? ` of ${countText(held, 'position')}`
      : ` ${closed === 1 ? 'position' : 'positions'}`;
  const done = `${closed}${of} closed${failed > 0 ? `, ${failed} not` : ''}, ${countText(ordersCancelled, 'order')} cancelled`;
  return basis === 'closes' ? `According to the audit log: ${done}.` : `${done}.`;
}

/** The stored answer is not verified, and the audit log has no read. */
const isUnseen = ({ atMs, verified }: AccountRead): boolean => atMs === undefined && !verified;

const MOST_NAMED = 5;

export function leftSentence(positions: readonly IncidentPosition[]): string {
  if (positions.length === 0) return 'The last read shows no position.';
  const rows = positions.map(one => `${one.symbol} ${amountText(one.amount)}`);
  return `Open at the last read: ${firstOf(rows, MOST_NAMED)}.${stopsOf(positions)}`;
}

/** Empty when unknown, because no answer was stored. */
function stopsOf(positions: readonly IncidentPosition[]): string {
  if (positions.some(({ protectiveOrders }) => protectiveOrders === undefined)) return '';
  const bare = positions.filter(({ protectiveOrders }) => protectiveOrders === 0).length;
  if (positions.length === 1) return bare === 0 ? ' A stop still protects it.' : ' No stop protects it.';
  if (bare === 0) return ' Each still has a stop.';
  return bare === positions.length ? ' None of them has a stop.' : ` ${bare} of them have no stop.`;
}

export function factsBlock(incident: Incident, cost: Cost): Markup {
  const cards: readonly (readonly [string, readonly Row[]])[] = [
    ['Trigger', causeRows(incident)],
    ['Times (UTC)', timeRows(incident)],
    ...(incident.kind === 'liquidation'
      ? ([
          ['Cost', costRows(incident, cost)],
          [incident.cause.symbols === undefined ? 'Still open' : 'Still open of these symbols', leftRows(incident)],
        ] as const)
      : []),
  ];
  return html`<section class="facts">${cards.map(
    ([name, rows]) =>
      html`<div><h2>${name}</h2><dl>${rows.map(([what, value]) => html`<div><dt>${what}</dt><dd>${value}</dd></div>`)}</dl></div>`,
  )}</section>`;
}

type Row = readonly [what: string, value: string | Markup];

function causeRows({ cause, kind, botId }: Incident): readonly Row[] {
  const { trigger, reason, symbols, dead, lateAtMs, sentence } = cause;
  const rows: Row[] = [];
  if (kind === 'liquidation' || kind === 'dry-run' || kind === 'warning') rows.push(['by', sentence]);
  if (trigger !== undefined)
    rows.push(['trigger', html`<code>${trigger}</code>${reason === undefined ? '' : ', as stated by the caller'}`]);
  rows.push(['bot', botId ?? 'not known']);
  if (kind === 'liquidation' || kind === 'dry-run')
    rows.push(['scope', symbols === undefined ? 'the whole account' : symbols.join(', ')]);
  if (dead?.lastBeatAtMs !== undefined) rows.push(['last heartbeat', utc(dead.lastBeatAtMs)]);
  if (lateAtMs !== undefined) rows.push(['notified as late', utc(lateAtMs)]);
  if (dead?.deadlineMs !== undefined)
    rows.push([dead.isReportedFailure ? 'reported its failure' : 'dead since', utc(dead.deadlineMs)]);
  if (dead?.lockoutUntilMs !== undefined) rows.push(['locked out until', utc(dead.lockoutUntilMs)]);
  return rows;
}

function timeRows({ totals, attempts, requests, events, verdict }: Incident): readonly Row[] {
  const { startedAtMs, endedAtMs, timeToFlatMs, rounds } = totals;
  if (startedAtMs === undefined) {
    const first = events[0]?.atMs;
    return first === undefined ? [['started', 'not known']] : [['notified', utc(first)]];
  }
  const last = attempts.at(-1)?.resumesAtMs;
  const versions = [...new Set(attempts.flatMap(({ version }) => version ?? []))];
  return [
    ['started', utc(startedAtMs)],
    ['ended', endedAtMs === undefined ? 'no end recorded' : utc(endedAtMs)],
    ...(endedAtMs === undefined ? [] : [['took', elapsed(endedAtMs - startedAtMs)] as const]),
    ...(timeToFlatMs === undefined ? [] : [['flat after', elapsed(timeToFlatMs)] as const]),
    ...(versions.length === 0 ? [] : [['done by', `flatline ${versions.join(', then ')}`] as const]),
    ...(verdict.open && last !== undefined ? [['continues at', utc(last)] as const] : []),
    [
      'work',
      events.length === 0
        ? `${countText(attempts.length, 'attempt')}; reads and requests are not known`
        : `${countText(attempts.length, 'attempt')}, ${countText(rounds, 'read')}, ${countText(requests.length, 'request')}`,
    ],
  ];
}

function costRows({ before, closes }: Incident, cost: Cost): readonly Row[] {
  const { basis, closed, failed, ordersCancelled, isEstimate, commissions } = cost;
  const fees = feesText(commissions);
  const isNothing = basis === 'sums' && closed === 0;
  const paid = paidAgainstMark({ before, closes });
  return [
    ['realised PnL', pnlOf(cost)],
    ['fees', fees !== '' ? `${fees}${isEstimate ? ', as far as known' : ''}` : isNothing ? 'none' : 'not known'],
    ...(paid === undefined ? [] : [['price', priceText(paid)] as const]),
    ['closed', `${closed}${before === undefined ? '' : `, of ${before.positions.length} at the first read`}`],
    ['not closed', failed === undefined ? 'not known' : String(failed)],
    ['cancelled', countText(ordersCancelled, 'order')],
  ];
}

function priceText({ amount, percent }: PaidAgainstMark): string {
  const mark = 'the mark price at the first read';
  if (Number(amount) === 0) return `as ${mark}`;
  const size = `${amountText(amount.replace('-', ''))} (${percent.replace('-', '')} %)`;
  return `${size} ${amount.startsWith('-') ? 'better' : 'worse'} than ${mark}`;
}

function pnlOf({ basis, closed, pnl, isEstimate, unexplained }: Cost): string | Markup {
  if (pnl === undefined) return 'not known';
  if (basis === 'sums' && closed === 0 && signed(pnl) === '0') return 'none';
  const certainty = isEstimate ? 'an estimate' : 'the exchange’s own figure';
  const without = unexplained.length === 0 ? '' : `, without ${firstOf(unexplained, MOST_NAMED)}`;
  return html`<b class="big">${signed(pnl)}</b> <span class="soft">${certainty}${without}</span>`;
}

function leftRows({ after, before }: Incident): readonly Row[] {
  if (after === undefined || isUnseen(after)) return [['known', 'nothing: check the exchange']];
  const unknown = 'not known';
  const orders = after.orders === undefined ? unknown : String(after.orders + (after.conditionalOrders ?? 0));
  return [
    ['last read', `${after.atMs === undefined ? 'from the stored answer' : utc(after.atMs)}`],
    ['reliable', after.verified ? 'yes, all lists were read' : html`<b class="bad">no, it failed</b>`],
    [
      'positions',
      after.positions.length === 0
        ? 'none'
        : html`<b class="bad">${after.positions.length}</b>: ${firstOf(
            after.positions.map(one => `${one.symbol} ${sideOf(one)} ${amountText(one.amount)}`),
            MOST_NAMED,
          )}`,
    ],
    ['orders', orders],
    ...(before === undefined ? [['first read', 'not in the audit log'] as const] : []),
  ];
}
