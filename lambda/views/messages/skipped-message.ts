/** Somebody pressed the button, and nothing was done, because protection is switched off. */

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
    // The watchdog would press it again each minute of a lock-out.
    standing: { of: `account ${botId}`, is: 'skipped', quiet: trigger === 'sentinel' },
    message: compose(
      {
        verdict,
        botId,
        because: trigger === 'drill' ? undefined : words.short,
        isDrill: trigger === 'drill',
        facts: [
          ['Nothing was asked of the exchange. Positions and orders are as they were, and nobody closes them.'],
          [
            `Asked for by ${words.long}${reason === undefined ? '' : `: ${reason}`}.`,
            ...(atMs === undefined ? [] : [`At ${moment(atMs)}.`]),
          ],
          [`Switched off ${textOf(data.by) ?? 'by the configuration'}.`],
        ],
        next: 'nothing. Every call ends like this one until it is switched on.',
        steps: [
          'Look at the account on the exchange: what is open stays open.',
          'Close by hand what must not stay (the guide, "Closing by hand").',
          `It was not meant to be off: switch it on as above, then flatline liquidate --bot ${botId}${place.flags}`,
        ],
        heading: 'Liquidation is switched off',
        correlationId,
      },
      place,
    ),
  };
}
