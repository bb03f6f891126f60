/**
 * The step before LIQUIDATE: the current plan, and a field for the bot's name. A page rather than a popup, because
 * CloudWatch passes a form's values only from the widget itself.
 */

import { answerIn, type CallOutcome, whyNoAnswer } from '../../core/invocation/call-outcome.ts';
import { html, type Markup } from '../markup.ts';
import { errorList } from './answer-page.ts';
import { button, overviewButton } from './buttons.ts';
import type { PanelFinding } from './findings.ts';
import { banner, type Frame, page } from './page.ts';
import { FIELDS } from './panel-event.ts';
import { planTable } from './plan-table.ts';

interface LiquidateView {
  readonly botId: string;
  /** Of the liquidation that the button starts: pressed twice, it acts once. */
  readonly correlationId: string;
  /** The dry run. A failed one is shown and does not block LIQUIDATE. */
  readonly plan: CallOutcome;
}

export function liquidatePage(
  frame: Frame,
  { botId, correlationId, plan }: LiquidateView,
  notice?: PanelFinding,
): string {
  const { endpoint, view } = frame;
  // Two fields, so that Enter in one of them submits nothing (HTML, "Implicit submission").
  const form = html`<form class="fl-form"><label for="${FIELDS.botName}">Type the bot’s name, <b>${botId}</b></label><input id="${FIELDS.botName}" name="${FIELDS.botName}" type="text" autocomplete="off" spellcheck="false"><label for="${FIELDS.reason}">Reason (for the audit log)</label><input id="${FIELDS.reason}" name="${FIELDS.reason}" type="text" autocomplete="off" value="${view.typed.reason}"></form>`;
  return page(
    frame,
    notice && banner(notice, 'small'),
    banner({
      level: 'bad',
      headline: `LIQUIDATE ${botId}?`,
      detail:
        'Every order of its account is cancelled and every position closed at market, until it is flat. This does not stop the bot: if it keeps trading, it may open positions again. Nothing has been done yet.',
    }),
    form,
    html`<div class="fl-buttons">${button({
      ...{ label: `LIQUIDATE ${botId}`, endpoint, tone: 'danger' },
      press: { press: 'liquidate', bot_id: botId, correlation_id: correlationId },
      title: `LIQUIDATE ${botId} now`,
      confirmation: `LIQUIDATE ${botId} now? Its positions are closed at market. This cannot be undone.`,
    })}${overviewButton(frame, 'Cancel')}</div>`,
    html`<p class="fl-muted">When the dashboard refreshes by itself, it shows the overview again and nothing is done.</p>`,
    html`<h2>What a liquidation would do now</h2>`,
    planOf(frame, plan),
  );
}

function planOf(frame: Frame, outcome: CallOutcome): Markup {
  const answer = outcome.kind === 'answered' ? answerIn(outcome.payload) : undefined;
  if (answer === undefined) {
    return html`<p class="fl-warning">The plan is not available: ${whyNoAnswer(outcome)} LIQUIDATE works without it.</p>`;
  }
  if (answer.plan === undefined) {
    return html`<p class="fl-warning">The plan is not available: <b>${answer.headline}</b></p>${errorList(frame, answer.errors)}`;
  }
  return html`${planTable(frame, answer.plan, answer.success)}${errorList(frame, answer.errors)}`;
}
