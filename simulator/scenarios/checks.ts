/** Builds the checks of a scenario. */

import type { Answer } from '../../lambda/contract.ts';
import type { CallEvidence, Evidence } from './evidence.ts';
import type { Check } from './scenario.ts';

/** `true`: it holds. A sentence: it does not. Three values: it holds if `actual` is `expected`. */
type Finding = true | string | readonly [what: string, actual: unknown, expected: unknown];

/** It holds if every finding does. */
export const checkThat = (sentence: string, judge: (evidence: Evidence) => readonly Finding[]): Check => ({
  sentence,
  judge: evidence => judge(evidence).flatMap(failuresOf),
});

/** The same of the answer of a call. A missing answer fails. */
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

function failuresOf(finding: Finding): readonly string[] {
  if (finding === true) return [];
  if (typeof finding === 'string') return [finding];
  const [what, actual, expected] = finding;
  return actual === expected ? [] : [`${what} is ${actual}, not ${expected}`];
}
