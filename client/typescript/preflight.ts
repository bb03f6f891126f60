/** The meaning of a preflight's answer for a bot: one verdict and one sentence with the remedy. */

import { type Answer, HEADLINES, type PreflightAnswer } from '../../lambda/contract.ts';
import type { Answered } from './liquidator.ts';
import { areTimesInOrder, type Times } from './times.ts';

export interface PreflightOutcome {
  readonly ready: boolean;
  readonly answer: PreflightAnswer | undefined;
  readonly sentence: string;
  /** The event was refused: the bot is not in the deployed configuration, so it is not watched. */
  readonly isUnknownBot: boolean;
  /** The heartbeat interval and the allowed silence of the deployed configuration. */
  readonly times: Times | undefined;
}

/** A preflight event is valid by construction, except for the bot's ID. */
const REFUSED_EVENT = 'EVENT_INVALID';

/** Without an answer. */
export const notReady = (sentence: string): PreflightOutcome => ({
  ...{ ready: false, answer: undefined, sentence, isUnknownBot: false, times: undefined },
});

export function readPreflight(result: Answered<PreflightAnswer | Answer>): PreflightOutcome {
  if (result.kind === 'failed') {
    return notReady(`A liquidation might not work. ${result.problem.sentence}`);
  }
  const { answer } = result;
  if (!('checks' in answer)) {
    const why = answer.errors.map(({ message }) => message).join(' ');
    const isUnknownBot =
      answer.headline === HEADLINES.refused && answer.errors.some(({ code }) => code === REFUSED_EVENT);
    return { ...notReady(`A liquidation would not work: ${answer.headline}. ${why}`), isUnknownBot };
  }
  const details = (of: 'failed' | 'warning'): string =>
    answer.checks
      .filter(({ status }) => status === of)
      .map(({ name, detail }) => `${name}: ${detail}`)
      .join('; ');
  const sentence = answer.ready
    ? [`${answer.headline}: a liquidation of ${answer.bot_id} would work.`, details('warning')].join(' ').trim()
    : `${answer.headline}: ${details('failed')}`;
  return { ready: answer.ready, answer, sentence, isUnknownBot: false, times: timesIn(answer) };
}

function timesIn({ times }: PreflightAnswer): Times | undefined {
  if (times === undefined) return undefined;
  const { heartbeat_ms: heartbeatMs, late_after_ms: lateAfterMs, dead_after_ms: deadAfterMs } = times;
  const read = { heartbeatMs, lateAfterMs, deadAfterMs };
  return areTimesInOrder(read) ? read : undefined;
}
