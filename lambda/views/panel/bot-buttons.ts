/** The buttons of one bot. Those that change something ask for confirmation; LIQUIDATE shows the plan and asks there. */

import type { BotStanding } from '../../core/heartbeat/bot-standing.ts';
import type { Markup } from '../markup.ts';
import { span } from '../words.ts';
import { button } from './button.ts';
import type { Frame } from './page.ts';
import { SNOOZES } from './panel-event.ts';

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
