/** A function was called and did nothing: protection is switched off, or the event is invalid. The caller may have meant to liquidate. */

import { textOf, textsOf } from '../../core/text/fields.ts';
import { triggerWords } from '../words.ts';
import type { LogLine } from './log-line.ts';
import { instantLine } from './message.ts';
import type { About, NotificationDraft } from './notification.ts';

export function skippedMessage(line: LogLine, { place }: About): NotificationDraft | undefined {
  const { data, botId = '?', correlationId, atMs } = line;
  if (data.dry_run === true) return undefined;
  const trigger = textOf(data.trigger);
  const isDrill = trigger === 'drill';
  const { short, long } = triggerWords(trigger);
  const reason = textOf(data.reason);
  return {
    id: `${correlationId ?? '?'} attempt ${line.attempt} skipped`,
    // During a lock-out the watchdog requests it again each minute.
    standing: { of: `account ${botId}`, is: 'skipped', quiet: trigger === 'sentinel' },
    verdict: 'NOT LIQUIDATED, PROTECTION IS SWITCHED OFF',
    ...{ botId, correlationId, isDrill },
    because: isDrill ? undefined : short,
    facts: [
      ['No request was sent to the exchange. Positions and orders are unchanged, and flatline does not close them.'],
      [`Requested by ${long}${reason === undefined ? '' : `: ${reason}`}.`, ...instantLine('At', atMs)],
      [`Switched off ${textOf(data.by) ?? 'by the configuration'}.`],
    ],
    next: 'nothing. Every call ends like this one until protection is switched on.',
    steps: [
      'Check the account at the exchange: open positions stay open.',
      'Close by hand what must not stay open (the guide, "Closing by hand").',
      `If protection should be on: switch it on, then flatline liquidate --bot ${botId}${place.flags}`,
    ],
    heading: 'Liquidation is switched off',
  };
}

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
