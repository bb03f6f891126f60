/** The self-test found that a liquidation would not work. */

import { rowsOf, textOf } from '../incident/fields.ts';
import { moment } from './instants.ts';
import type { LogLine } from './log-line.ts';
import { compose } from './message.ts';
import type { About, Telling } from './telling.ts';

export function tellNotReady(line: LogLine, { place }: About): Telling {
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
          ...cures.map(heading => `Read docs/troubleshooting.md, "${heading}", and do what it says.`),
          `Test again: flatline preflight --bot ${botId}${place.flags}`,
        ],
        heading: 'Preflight failed',
      },
      place,
    ),
  };
}
