/** The buttons of one bot. Those that change something ask for confirmation; LIQUIDATE shows the plan and asks there. */

import type { BotStanding } from '../../core/heartbeat/bot-standing.ts';
import { html, Markup } from '../markup.ts';
import { span } from '../words.ts';
import type { Frame } from './page.ts';
import { type Press, SNOOZES } from './panel-event.ts';

const MINUTE_MS = 60_000;

export const overviewButton = ({ endpoint }: Frame, label = 'Back to the overview'): Markup =>
  button({ label, press: { press: 'overview' }, endpoint, title: label });

export const liquidateButton = ({ endpoint }: Frame, botId: string): Markup =>
  button({
    ...{ label: 'LIQUIDATE…', press: { press: 'plan', bot_id: botId }, endpoint, tone: 'danger' },
    title: `Liquidate ${botId}: shows the plan and asks for the name; changes nothing yet`,
  });

export const manageButton = ({ endpoint }: Frame, botId: string): Markup =>
  button({ label: 'More…', press: { press: 'bot', bot_id: botId }, endpoint, title: `More about ${botId}` });

/** Both only read, and show the result in a popup. */
export const lookButtons = ({ endpoint }: Frame, botId: string): readonly Markup[] => [
  button({
    ...{ label: 'Preflight', press: { press: 'preflight', bot_id: botId }, endpoint, display: 'popup' },
    title: `Preflight of ${botId}: would a liquidation work now? Changes nothing`,
  }),
  button({
    ...{ label: 'Dry run', press: { press: 'dry_run', bot_id: botId }, endpoint, display: 'popup' },
    title: `Dry run for ${botId}: what would be closed and cancelled now? Changes nothing`,
  }),
];

/** For a bot that is watched: the snoozes, and the end of a snooze. For a tripped bot: re-arm. */
export function watchButtons({ endpoint }: Frame, standing: BotStanding): readonly Markup[] {
  const { botId, condition, trip, times } = standing;
  if (condition === 'tripped') {
    const flat = trip?.correlationId === undefined ? {} : { correlation_id: trip.correlationId };
    return [
      button({
        ...{ label: 'Re-arm', press: { press: 'rearm', bot_id: botId, ...flat }, endpoint },
        title: `Re-arm ${botId}`,
        confirmation: `Re-arm ${botId}? Check its account first. From now on it may trade, its lock-out ends, and it is liquidated again if it does not report within ${span(times.deadAfterMs)}.`,
      }),
    ];
  }
  if (condition === 'disarmed' || condition === 'never') return [];
  const snoozes = SNOOZES.map(minutes =>
    button({
      ...{ label: `Snooze ${span(minutes * MINUTE_MS)}`, endpoint },
      press: { press: 'snooze', bot_id: botId, minutes },
      title: `Snooze ${botId} for ${span(minutes * MINUTE_MS)}`,
      confirmation: `Snooze ${botId} for ${span(minutes * MINUTE_MS)}? For that time it is not watched, and the watchdog does not liquidate it. After that its deadline counts from the end of the snooze.`,
    }),
  );
  if (condition !== 'snoozed') return snoozes;
  const end = button({
    ...{ label: 'End the snooze', press: { press: 'snooze', bot_id: botId, minutes: 0 }, endpoint },
    title: `End the snooze of ${botId}`,
    confirmation: `End the snooze of ${botId}? It is watched again at once, and its deadline counts from now.`,
  });
  return [end, ...snoozes];
}

interface ButtonOptions {
  readonly label: string;
  readonly press: Press;
  /** The function to call: this one, as Lambda names it. */
  readonly endpoint: string;
  /** `popup` for a result that is only read; otherwise the page itself is replaced. */
  readonly display?: 'widget' | 'popup';
  /** CloudWatch asks this first, and does nothing on Cancel. */
  readonly confirmation?: string | undefined;
  readonly tone?: 'plain' | 'primary' | 'danger';
  /** For the tooltip and for screen readers: which bot the button is about. */
  readonly title: string;
}

/**
 * An element, and the `<cwdb-action>` that CloudWatch binds to the element right before it (Amazon CloudWatch, "Interactivity
 * in the custom widget"). `<button>`, because a link without an address cannot be reached by the keyboard, and one with an
 * address would leave the dashboard.
 */
export function button(options: ButtonOptions): Markup {
  const { label, press, endpoint, display = 'widget', confirmation, tone = 'plain', title } = options;
  const ask = confirmation === undefined ? undefined : html` confirmation="${confirmation}"`;
  return html`<button type="button" class="fl-btn fl-${tone}" title="${title}" aria-label="${title}">${label}</button><cwdb-action action="call" display="${display}" endpoint="${endpoint}"${ask}>${jsonInHtml(press)}</cwdb-action>`;
}

/** JSON that reads the same whether its host takes an element's text or its HTML: no character of it needs escaping. */
const jsonInHtml = (value: object): Markup =>
  new Markup(JSON.stringify(value).replace(/[<>&]/g, char => `\\u00${char.charCodeAt(0).toString(16)}`));
