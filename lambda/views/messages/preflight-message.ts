/** The self-test found that a liquidation would not work, or that it works again. */

import { rowsOf, textOf } from '../../core/text/fields.ts';
import { moment } from './instants.ts';
import type { LogLine } from './log-line.ts';
import { compose } from './message.ts';
import type { About, Composed } from './notification.ts';

export function notReadyMessage(line: LogLine, { place }: About): Composed {
  const { fields, botId = '?', atMs } = line;
  const failed = rowsOf(fields.checks)
    .filter(({ status }) => status === 'failed')
    .map(check => ({
      name: textOf(check.name) ?? '?',
      detail: textOf(check.detail) ?? '?',
      heading: textOf(check.heading),
    }));
  const cures = [...new Set(failed.flatMap(({ heading }) => heading ?? []))];
  return {
    id: `${botId} not ready ${String(atMs)}`,
    // Whoever mends it tests again and again.
    standing: { of: `readiness ${botId}`, is: failed.map(({ name }) => name).join(), quiet: true },
    message: compose(
      {
        verdict: 'SELF-TEST FAILED',
        botId,
        because: failed.map(({ name }) => name).join(', '),
        facts: [
          ['A liquidation would not work now. Nothing was touched.'],
          ['FAILED', ...failed.map(({ name, detail }) => `${name}: ${detail}`)],
          atMs === undefined ? [] : [`At ${moment(atMs)}.`],
        ],
        next: 'nothing. Until it is mended, nobody closes this account but you.',
        steps: [
          ...cures.map(heading => `Read ${place.guide(heading)}, and do what it says.`),
          `Test again: flatline preflight --bot ${botId}${place.flags}`,
        ],
        heading: 'Preflight failed',
      },
      place,
    ),
  };
}

export function readyAgainMessage({ botId = '?', atMs }: LogLine, { place }: About): Composed {
  return {
    id: `${botId} ready ${String(atMs)}`,
    standing: { of: `readiness ${botId}`, is: 'ready', quiet: false },
    message: compose(
      {
        verdict: 'SELF-TEST PASSES AGAIN',
        botId,
        facts: [
          ['A liquidation would work now. The self-test before this one had failed.'],
          atMs === undefined ? [] : [`At ${moment(atMs)}.`],
        ],
        next: 'nothing. It is tested again each day.',
      },
      place,
    ),
  };
}
