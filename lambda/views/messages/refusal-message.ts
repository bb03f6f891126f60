/** A function was called with an invalid event. Nothing was done, but the caller may have meant to liquidate. */

import { textOf, textsOf } from '../../core/text/fields.ts';
import { instantLine } from './instants.ts';
import type { LogLine } from './log-line.ts';
import type { About, NotificationDraft } from './notification.ts';

export function refusalMessage({ fields, service = '?', atMs }: LogLine, { place }: About): NotificationDraft {
  const problems = textsOf(fields.problems) ?? [];
  return {
    id: `${service} refused ${textOf(fields.request_id) ?? String(atMs)}`,
    standing: { of: `refusals ${service}`, is: problems.join(), quiet: true },
    verdict: 'REFUSED, NOTHING DONE',
    facts: [problems, instantLine('At', atMs)],
    ...(service === 'watchdog'
      ? {
          because: 'the watchdog was called with an invalid event',
          next: 'if the watchdog’s schedule sent this event, no bot is watched.',
          steps: ['Correct the input of the EventBridge rule, or deploy again.'],
          heading: 'Watchdog is silent',
        }
      : {
          because: 'the liquidator was called with an invalid event',
          next: 'nothing. If the caller meant to liquidate, it has not happened.',
          steps: [`If a liquidation was meant: flatline liquidate --bot ID${place.flags}`, 'Correct the caller.'],
          heading: 'The event was refused',
        }),
  };
}
