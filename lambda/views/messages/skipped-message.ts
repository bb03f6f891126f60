/** A liquidation was requested, and nothing was done because protection is switched off. */

import { textOf } from '../../core/text/fields.ts';
import { triggerWords } from '../trigger-words.ts';
import { moment } from './instants.ts';
import type { LogLine } from './log-line.ts';
import { compose } from './message.ts';
import type { About, Composed } from './notification.ts';

export function skippedMessage(line: LogLine, { place }: About): Composed | undefined {
  const { data, botId = '?', correlationId, atMs } = line;
  if (data.dry_run === true) return undefined;
  const trigger = textOf(data.trigger);
  const words = triggerWords(trigger);
  const reason = textOf(data.reason);
  const verdict = 'NOT LIQUIDATED, PROTECTION IS SWITCHED OFF';
  return {
    id: `${correlationId ?? '?'} attempt ${line.attempt} skipped`,
    // During a lock-out the watchdog requests it again each minute.
    standing: { of: `account ${botId}`, is: 'skipped', quiet: trigger === 'sentinel' },
    message: compose(
      {
        verdict,
        botId,
        because: trigger === 'drill' ? undefined : words.short,
        isDrill: trigger === 'drill',
        facts: [
          [
            'No request was sent to the exchange. Positions and orders are unchanged, and flatline does not close them.',
          ],
          [
            `Requested by ${words.long}${reason === undefined ? '' : `: ${reason}`}.`,
            ...(atMs === undefined ? [] : [`At ${moment(atMs)}.`]),
          ],
          [`Switched off ${textOf(data.by) ?? 'by the configuration'}.`],
        ],
        next: 'nothing. Every call ends like this one until protection is switched on.',
        steps: [
          'Check the account at the exchange: open positions stay open.',
          'Close by hand what must not stay open (the guide, "Closing by hand").',
          `If it was not meant to be off: switch it on as above, then flatline liquidate --bot ${botId}${place.flags}`,
        ],
        heading: 'Liquidation is switched off',
        correlationId,
      },
      place,
    ),
  };
}
