/** What a preflight's answer means to a bot: one verdict and one sentence, with what to mend. */

import { type Answer, HEADLINES, type PreflightAnswer } from '../../lambda/contract.ts';
import type { Answered } from './liquidator.ts';

export interface PreflightOutcome {
  readonly ready: boolean;
  /** Undefined when there was none. */
  readonly answer: PreflightAnswer | undefined;
  readonly sentence: string;
  /** The event was refused: the deployed configuration does not know the bot, so nobody watches it. */
  readonly isUnknownBot: boolean;
}

/** What a preflight event says is right by construction, but for the bot's ID. */
const REFUSED_EVENT = 'EVENT_INVALID';

export function readPreflight(result: Answered<PreflightAnswer | Answer>): PreflightOutcome {
  if (result.kind === 'failed') {
    const sentence = `A liquidation might not work. ${result.problem.sentence}`;
    return { ready: false, answer: undefined, sentence, isUnknownBot: false };
  }
  const { answer } = result;
  if (!('checks' in answer)) {
    // Refused at the door: an unknown bot, for instance.
    const why = answer.errors.map(({ message }) => message).join(' ');
    const sentence = `A liquidation would not work: ${answer.headline}. ${why}`;
    const isUnknownBot =
      answer.headline === HEADLINES.refused && answer.errors.some(({ code }) => code === REFUSED_EVENT);
    return { ready: false, answer: undefined, sentence, isUnknownBot };
  }
  const details = (of: 'failed' | 'warning'): string =>
    answer.checks
      .filter(({ status }) => status === of)
      .map(({ name, detail }) => `${name}: ${detail}`)
      .join('; ');
  const sentence = answer.ready
    ? [`${answer.headline}: a liquidation of ${answer.bot_id} would work.`, details('warning')].join(' ').trim()
    : `${answer.headline}: ${details('failed')}`;
  return { ready: answer.ready, answer, sentence, isUnknownBot: false };
}
