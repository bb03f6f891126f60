/** A preflight found that a liquidation would not work, or that it would work again. */

import { rowsOf, textOf } from '../../core/text/fields.ts';
import type { LogLine } from './log-line.ts';
import { instantLine } from './message.ts';
import type { About, NotificationDraft } from './notification.ts';

export function notReadyMessage({ fields, botId = '?', atMs }: LogLine, { place }: About): NotificationDraft {
  const failed = rowsOf(fields.checks).filter(({ status }) => status === 'failed');
  const names = failed.map(({ name }) => textOf(name) ?? '?');
  const cures = new Set(failed.flatMap(({ heading }) => textOf(heading) ?? []));
  return {
    id: `${botId} not ready ${String(atMs)}`,
    // An operator who fixes the cause runs the preflight many times.
    standing: { of: `readiness ${botId}`, is: names.join(), quiet: true },
    verdict: 'PREFLIGHT FAILED',
    botId,
    because: names.join(', '),
    facts: [
      ['A liquidation would not work now. The preflight changed nothing.'],
      ['FAILED', ...failed.map(({ detail }, index) => `${names[index]}: ${textOf(detail) ?? '?'}`)],
      instantLine('At', atMs),
    ],
    next: 'nothing. Until this is fixed, flatline cannot close this account: only you can.',
    steps: [
      ...[...cures].map(heading => `Follow the guide: ${place.guide(heading)}`),
      `Test again: flatline preflight --bot ${botId}${place.flags}`,
    ],
    heading: 'Preflight failed',
  };
}

export const readyAgainMessage = ({ botId = '?', atMs }: LogLine): NotificationDraft => ({
  id: `${botId} ready ${String(atMs)}`,
  standing: { of: `readiness ${botId}`, is: 'ready', quiet: false },
  verdict: 'PREFLIGHT PASSES AGAIN',
  botId,
  facts: [['A liquidation would work now. The previous preflight failed.'], instantLine('At', atMs)],
  next: 'nothing. The preflight runs again each day.',
});
