/** A preflight found that a liquidation would not work, or that it would work again. */

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
    // An operator who fixes the cause runs the preflight many times.
    standing: { of: `readiness ${botId}`, is: failed.map(({ name }) => name).join(), quiet: true },
    message: compose(
      {
        verdict: 'PREFLIGHT FAILED',
        botId,
        because: failed.map(({ name }) => name).join(', '),
        facts: [
          ['A liquidation would not work now. The preflight changed nothing.'],
          ['FAILED', ...failed.map(({ name, detail }) => `${name}: ${detail}`)],
          atMs === undefined ? [] : [`At ${moment(atMs)}.`],
        ],
        next: 'nothing. Until this is fixed, flatline cannot close this account: only you can.',
        steps: [
          ...cures.map(heading => `Follow the guide: ${place.guide(heading)}`),
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
        verdict: 'PREFLIGHT PASSES AGAIN',
        botId,
        facts: [
          ['A liquidation would work now. The previous preflight failed.'],
          atMs === undefined ? [] : [`At ${moment(atMs)}.`],
        ],
        next: 'nothing. The preflight runs again each day.',
      },
      place,
    ),
  };
}
