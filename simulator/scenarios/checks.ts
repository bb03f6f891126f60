/** How a check is written. */

import type { Answer } from '../../lambda/contract.ts';
import type { CallEvidence, Evidence } from './evidence.ts';
import type { Check } from './scenario.ts';

/** `true`: it holds. A sentence: it does not. Three values: it holds if `is` is `wanted`. */
type Finding = true | string | readonly [what: string, is: unknown, wanted: unknown];

/** It holds if every finding does. */
export const checkThat = (sentence: string, judge: (evidence: Evidence) => readonly Finding[]): Check => ({
  sentence,
  judge: evidence => judge(evidence).flatMap(contradiction),
});

/** The same of the answer of a call; that there is none contradicts too. */
export const checkAnswer = (
  call: string,
  sentence: string,
  judge: (answer: Answer, evidence: Evidence, call: CallEvidence) => readonly Finding[],
): Check =>
  checkThat(sentence, evidence => {
    const made = callOf(evidence, call);
    if (made?.answer !== undefined) return judge(made.answer, evidence, made);
    return [`the call "${call}" has no answer: ${made?.outcome ?? 'the call was never made'}`];
  });

export const callOf = ({ calls }: Evidence, call: string) => calls.find(one => one.call === call);

export const answerOfCall = (evidence: Evidence, call: string): Answer | undefined => callOf(evidence, call)?.answer;

function contradiction(finding: Finding): readonly string[] {
  if (finding === true) return [];
  if (typeof finding === 'string') return [finding];
  const [what, is, wanted] = finding;
  return is === wanted ? [] : [`${what} is ${is}, not ${wanted}`];
}
