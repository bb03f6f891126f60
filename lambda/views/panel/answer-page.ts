/** The liquidator's answer: to LIQUIDATE as a page, to a dry run and a preflight in a popup. The verdict comes first. */

import type { Answer, AnswerError, PreflightAnswer, PreflightCheck } from '../../contract.ts';
import { answerIn, type CallOutcome, preflightIn, whyNoAnswer } from '../../core/invocation/call-outcome.ts';
import { guideAddress } from '../../guide-link.ts';
import { html, type Markup } from '../markup.ts';
import { count, profitWords, signed, worth } from '../words.ts';
import { liquidateButton, overviewButton } from './buttons.ts';
import { banner, type Frame, page } from './page.ts';
import { planTable } from './plan-table.ts';
import { type Column, table } from './table.ts';

export function preflightPopup(frame: Frame, botId: string, outcome: CallOutcome): string {
  const answer = outcome.kind === 'answered' ? preflightIn(outcome.payload) : undefined;
  if (answer === undefined) return noAnswer(frame, botId, 'The preflight', outcome);
  return page(
    frame,
    readiness(answer),
    html`<table><tbody>${answer.checks.map(one => checkRow(frame, one))}</tbody></table>`,
  );
}

function readiness({ ready, headline, bot_id, duration_seconds }: PreflightAnswer): Markup {
  const level = headline === 'READY' ? 'good' : ready ? 'warning' : 'bad';
  const meaning = ready ? 'A liquidation would work now.' : 'A liquidation would fail now.';
  return banner({
    level,
    headline: `${headline}: ${bot_id}`,
    detail: `${meaning} Checked in ${duration_seconds} s; nothing was changed.`,
  });
}

const CHECKS = {
  ok: ['✓', 'good'],
  warning: ['!', 'warning'],
  failed: ['✗', 'bad'],
  skipped: ['–', 'muted'],
} as const satisfies Record<PreflightCheck['status'], readonly [string, string]>;

function checkRow(frame: Frame, { status, name, detail, heading }: PreflightCheck): Markup {
  const [mark, tone] = CHECKS[status] ?? CHECKS.failed;
  const cure = heading === undefined ? undefined : html` <span class="fl-muted">(${guide(frame, heading)})</span>`;
  return html`<tr><td class="fl-${tone}"><b>${mark}</b> <span class="fl-keep">${name}</span></td><td class="fl-free">${detail}${cure}</td></tr>`;
}

export function dryRunPopup(frame: Frame, botId: string, outcome: CallOutcome): string {
  const answer = outcome.kind === 'answered' ? answerIn(outcome.payload) : undefined;
  if (answer === undefined) return noAnswer(frame, botId, 'The dry run', outcome);
  const { plan, success: worked } = answer;
  return page(
    frame,
    banner({
      level: worked ? 'good' : 'bad',
      headline: `${answer.headline}: ${botId}`,
      detail: worked ? 'This is what a liquidation would do now. Nothing was changed.' : 'Nothing was changed.',
    }),
    plan && planTable(frame, plan, worked),
    errorList(frame, [...answer.errors, ...answer.warnings]),
  );
}

/** `queued`: the call was not accepted, so the event was put into Lambda's queue; undefined: it was not tried. */
export function liquidatedPage(
  frame: Frame,
  {
    botId,
    correlationId,
    outcome,
    queued,
  }: {
    readonly botId: string;
    readonly correlationId: string;
    readonly outcome: CallOutcome;
    readonly queued: boolean | undefined;
  },
): string {
  const answer = outcome.kind === 'answered' ? answerIn(outcome.payload) : undefined;
  const id = html`<p class="fl-muted">Correlation ID <code>${correlationId}</code></p>`;
  const back = html`<div class="fl-buttons">${overviewButton(frame)}${answer?.success === true ? undefined : liquidateButton(frame, botId)}</div>`;
  if (answer !== undefined) return page(frame, verdictOf(answer, botId), factsOf(frame, answer), id, back);
  return page(frame, banner({ level: 'bad', ...withoutAnswer(botId, outcome, queued) }), id, back);
}

function withoutAnswer(botId: string, outcome: CallOutcome, queued: boolean | undefined) {
  if (queued === true) {
    return {
      headline: `QUEUED: ${botId}`,
      detail: `${whyNoAnswer(outcome)} Lambda has queued the liquidation and runs it as soon as it can: see the overview.`,
    };
  }
  if (outcome.kind === 'not-taken') {
    return {
      headline: `NOT STARTED: ${botId}`,
      detail: `${outcome.why} Nothing was done. Try again, invoke the liquidator in the Lambda console, or close at the exchange.`,
    };
  }
  return {
    headline: `STARTED, OUTCOME UNKNOWN: ${botId}`,
    detail: `${whyNoAnswer(outcome)} The liquidation may have run: see the overview, and check the account.`,
  };
}

function verdictOf(answer: Answer, botId: string): Markup {
  const level = answer.success
    ? 'good'
    : answer.state === 'in_progress' || answer.state === 'skipped'
      ? 'warning'
      : 'bad';
  const stale = answer.replayed ? 'This is the stored result of an earlier press; nothing was done now. ' : '';
  const cost = `PnL ${answer.pnl_is_estimate ? 'about ' : ''}${profitWords(answer, signed)}`;
  const done = `${count(answer.positions_closed, 'position')} closed, ${answer.positions_failed} failed, ${count(answer.orders_cancelled, 'order')} cancelled, ${cost}, ${answer.duration_seconds} s.`;
  return banner({ level, headline: `${answer.headline}: ${botId}`, detail: `${stale}${done}` });
}

const STILL_OPEN: readonly Column[] = [
  { head: 'Symbol', kind: 'name' },
  { head: 'Side', kind: 'short' },
  { head: 'Amount', kind: 'number' },
  { head: 'Worth', kind: 'number' },
  { head: 'Protected by', kind: 'short' },
];

function factsOf(frame: Frame, { errors, warnings, remaining }: Answer): Markup {
  const left = remaining.positions;
  const unseen = remaining.verified
    ? undefined
    : html`<p class="fl-bad"><b>The last read failed, so the open positions are not known. Check the account at the exchange.</b></p>`;
  const rows = left.map(({ symbol, position_side, amount, notional, protective_orders }) => [
    ...[symbol, position_side, amount, worth(notional)],
    protective_orders === 0
      ? html`<b class="fl-bad">no stop</b>`
      : protective_orders === null
        ? 'not known'
        : count(protective_orders, 'stop'),
  ]);
  const open = left.length === 0 ? undefined : html`<h2>Still open</h2>${table(frame, STILL_OPEN, rows)}`;
  return html`${unseen}${open}${errorList(frame, [...errors, ...warnings])}`;
}

function noAnswer(frame: Frame, botId: string, what: string, outcome: CallOutcome): string {
  return page(
    frame,
    banner({
      level: 'bad',
      headline: `NO ANSWER: ${botId}`,
      detail: `${what} gave no result. ${whyNoAnswer(outcome)} Nothing was changed.`,
    }),
  );
}

const MOST = 12;

/** Equal errors are listed once with their count, each with the heading of its guide. */
export function errorList(frame: Frame, errors: readonly AnswerError[]): Markup | undefined {
  if (errors.length === 0) return undefined;
  const kinds = [
    ...Map.groupBy(errors, ({ code, symbol, message }) => JSON.stringify([code, symbol, message])).values(),
  ];
  const left = kinds.length - MOST;
  return html`<ul class="fl-rows">${kinds.slice(0, MOST).map(alike => errorRow(frame, alike))}${left > 0 ? html`<li>And ${count(left, 'more')}.</li>` : undefined}</ul>`;
}

function errorRow(frame: Frame, alike: readonly AnswerError[]): Markup | undefined {
  const [first] = alike;
  if (first === undefined) return undefined;
  const { code, symbol, message, heading } = first;
  const often = alike.length === 1 ? '' : ` (${alike.length} times)`;
  return html`<li><span><b>${code}</b>${symbol === undefined ? undefined : ` ${symbol}`}${often}: ${message} <span class="fl-muted">(${guide(frame, heading)})</span></span></li>`;
}

/** Where the remedy is: a link if the configuration has the documents' address. */
export const guide = ({ docsUrl }: Frame, heading: string): Markup | string =>
  docsUrl === undefined
    ? `docs/troubleshooting.md, “${heading}”`
    : html`<a href="${guideAddress(heading, docsUrl)}" target="_blank" rel="noreferrer">${heading}</a>`;
