/** The verdict, big and first, and the checks behind it. */

import type { Evidence } from '../../../../simulator/scenarios/evidence.ts';
import { box } from '../../../terminal/box.ts';
import { countText, duration } from '../../../terminal/numbers.ts';
import type { Screen } from '../../../terminal/paint.ts';
import { hanging } from '../../../terminal/text-width.ts';
import { type DrillResult, isBroken } from '../check-scenario.ts';
import type { Played } from '../play.ts';
import { cancelledOrders } from './cancelled-orders.ts';

const MOST_COMPLAINTS = 5;

export function resultBox(played: Played, verdict: DrillResult, screen: Screen): readonly string[] {
  const { word, rest } = verdictWords(played, verdict);
  return box({ word, rest, tone: verdict.verified ? 'good' : 'bad' }, screen);
}

/** `word` is shown strongest; both come from the state of the exchange and the clock, not from the answer. */
export function verdictWords(
  { evidence }: Played,
  { verified, checks }: DrillResult,
): { readonly word: string; readonly rest: string } {
  const { after } = evidence;
  const failed = checks.filter(isBroken).length;
  if (!verified)
    return { word: 'NOT VERIFIED', rest: `${failed} of ${checks.length} checks failed; ${whatHappened(evidence)}` };
  const flat = after.positions.length + after.orders.length + after.conditionals.length === 0;
  return { word: flat ? 'FLAT' : 'AS PROMISED', rest: whatHappened(evidence) };
}

function whatHappened(evidence: Evidence): string {
  const { before, after, calls } = evidence;
  const closed = before.positions.length - after.positions.length;
  const left = after.positions.length;
  const parts = [
    `${countText(closed, 'position')} closed`,
    ...(left > 0 ? [`${left} left open`] : []),
    `${countText(cancelledOrders(evidence), 'order')} cancelled`,
  ];
  const started = Math.min(...calls.map(call => call.startedAtMs));
  const ended = Math.max(...calls.map(call => call.endedAtMs));
  return calls.length === 0 ? parts.join(', ') : `${parts.join(', ')} in ${duration(ended - started)}`;
}

/** How the time was spent, below the box. */
export function pace({ evidence: { calls, journal } }: Played): string {
  const timed = calls.filter(call => call.answer !== undefined);
  const parts = timed.slice(0, 3).map(call => {
    const how = calls.length > 1 ? `"${call.call}" ` : '';
    return `${how}call to answer ${duration(call.endedAtMs - call.startedAtMs)}${call.cold ? ', cold start included' : ''}`;
  });
  const [first] = journal;
  const last = Math.max(...journal.map(entry => entry.answeredAtMs ?? entry.receivedAtMs));
  if (first !== undefined)
    parts.push(`${journal.length} requests to the exchange within ${duration(last - first.receivedAtMs)}`);
  return parts.join(' · ');
}

export function checkLines({ checks }: DrillResult, { paint, width }: Screen): readonly string[] {
  return checks.flatMap(({ sentence, holds, complaints, excuse }) => {
    const below = (texts: readonly string[], tone: 'warn' | 'bad'): readonly string[] =>
      texts.flatMap(text => hanging('     ', text, width).map(paint[tone]));
    if (excuse !== undefined) {
      return [...hanging(`  ${paint.warn('○')}`, sentence, width), ...below([`not evaluated: ${excuse}`], 'warn')];
    }
    if (holds) return hanging(`  ${paint.good('✓')}`, sentence, width);
    const more = complaints.length - MOST_COMPLAINTS;
    const shown = [...complaints.slice(0, MOST_COMPLAINTS), ...(more > 0 ? [`and ${more} more`] : [])];
    return [...hanging('  ✗', sentence, width).map(paint.bad), ...below(shown, 'bad')];
  });
}
