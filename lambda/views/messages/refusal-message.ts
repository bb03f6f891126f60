/** Somebody called, and the event was no event of ours. Nobody liquidates by accident, but this may have been meant. */

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
          ? 'the watchdog was not called as it should be'
          : 'the liquidator was called with a wrong event',
        facts: [problems, atMs === undefined ? [] : [`At ${moment(atMs)}.`]],
        next: isTick
          ? 'if that was its rule, nobody watches the bots.'
          : 'nothing. If somebody meant to liquidate, it has not happened.',
        steps: isTick
          ? ['Correct the input of the rule, or deploy again.']
          : [`It was meant: flatline liquidate --bot ID${place.flags}`, 'Correct whoever sent it.'],
        heading: isTick ? 'Watchdog is silent' : 'The event was refused',
      },
      place,
    ),
  };
}
