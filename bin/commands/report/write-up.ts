/** The form of the incident report: known facts are filled in, the rest is blank for people. */

import { html, type Markup } from '../../../lambda/views/markup.ts';
import { signed } from '../../../lambda/views/words.ts';
import type { Incident } from '../../incident/incident.ts';
import { firstOf } from '../../terminal/numbers.ts';
import type { Cost } from './cost.ts';
import { doneSentence, leftSentence } from './facts.ts';
import { amountText, elapsed, feesText, utc } from './words.ts';

const MOST_SYMBOLS = 12;

/** Only for liquidations. */
export function writeUp(incident: Incident, cost: Cost, where: string): Markup | undefined {
  if (incident.kind !== 'liquidation') return undefined;
  const { totals, botId, correlationId, cause, verdict } = incident;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Date and time (UTC)', totals.startedAtMs === undefined ? undefined : utc(totals.startedAtMs)],
    ['Deployment, bot, ID', `${where}; ${botId ?? '?'}; ${correlationId}`],
    [
      'What happened',
      `${verdict.headline}${incident.attempts.some(({ timedOut }) => timedOut) ? ' (after a time-out)' : ''}`,
    ],
    ['Triggered by', cause.sentence],
    ['Symbols', symbolsOf(incident)],
    ['Closed', cost.basis === 'unknown' ? undefined : doneSentence(incident, cost)],
    ['Not closed', leftOf(incident)],
    ['Errors', errorsOf(incident)],
    ['Realised PnL, fees', pnlOf(cost)],
    ['Time until flat', flatOf(incident)],
    ['Closed by', undefined],
    ['Resolution', undefined],
    ['Root cause', undefined],
    ['Prevention', undefined],
    ['Written by, ticket', undefined],
  ];
  return html`<dl class="write-up">${rows.map(
    ([name, value]) =>
      html`<div><dt>${name}</dt>${value === undefined ? html`<dd class="blank"><span class="soft">to be filled in</span></dd>` : html`<dd>${value}</dd>`}</div>`,
  )}</dl>`;
}

function symbolsOf({ before, closes, after }: Incident): string | undefined {
  const all = [...(before?.positions ?? []), ...closes, ...(after?.positions ?? [])].map(({ symbol }) => symbol);
  return all.length === 0 ? undefined : firstOf([...new Set(all)], MOST_SYMBOLS);
}

const leftOf = ({ after }: Incident): string | undefined =>
  after?.verified === true ? leftSentence(after.positions) : undefined;

function errorsOf({ errors }: Incident): string {
  const codes = errors.map(({ code, exchangeCode }) =>
    exchangeCode === undefined ? code : `${code} (${amountText(String(exchangeCode))})`,
  );
  return codes.length === 0 ? 'none' : [...new Set(codes)].join(', ');
}

function pnlOf({ pnl, isEstimate, commissions, basis }: Cost): string | undefined {
  if (pnl === undefined || basis === 'unknown') return undefined;
  const fees = feesText(commissions);
  return `${signed(pnl)}${isEstimate ? ' (estimate)' : ''}${fees === '' ? '' : `; ${fees}`}`;
}

function flatOf({ totals, verdict }: Incident): string | undefined {
  if (totals.timeToFlatMs !== undefined) return elapsed(totals.timeToFlatMs);
  return verdict.state === 'completed' ? undefined : 'not flat when this page was written';
}
