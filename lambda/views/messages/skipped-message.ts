/** A liquidation was requested, and nothing was done because protection is switched off. */

import { textOf } from '../../core/text/fields.ts';
import { triggerWords } from '../trigger-words.ts';
import { instantLine } from './instants.ts';
import type { LogLine } from './log-line.ts';
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
