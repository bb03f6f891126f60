/** A function was called with an invalid event. Nothing was done, but the caller may have meant to liquidate. */

import { textOf, textsOf } from '../../core/text/fields.ts';
import { moment } from './instants.ts';
import type { LogLine } from './log-line.ts';
import { compose } from './message.ts';
import type { About, Composed } from './notification.ts';

export function refusalMessage({ fields, service, atMs }: LogLine, { place }: About): Composed {
  const problems = textsOf(fields.problems) ?? [];
  const isTick = service === 'watchdog';
  return {
    id: `${service ?? '?'} refused ${textOf(fields.request_id) ?? String(atMs)}`,
    standing: { of: `refusals ${service ?? '?'}`, is: problems.join(), quiet: true },
    message: compose(
      {
        verdict: 'REFUSED, NOTHING DONE',
        because: isTick
          ? 'the watchdog was called with an invalid event'
          : 'the liquidator was called with an invalid event',
        facts: [problems, atMs === undefined ? [] : [`At ${moment(atMs)}.`]],
        next: isTick
          ? 'if its schedule sent this event, no bot is watched.'
          : 'nothing. If the caller meant to liquidate, it has not happened.',
        steps: isTick
          ? ['Correct the input of the EventBridge rule, or deploy again.']
          : [`If a liquidation was meant: flatline liquidate --bot ID${place.flags}`, 'Correct the caller.'],
        heading: isTick ? 'Watchdog is silent' : 'The event was refused',
      },
      place,
    ),
  };
}
