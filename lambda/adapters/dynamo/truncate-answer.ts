/**
 * An answer as the text that fits into a DynamoDB item (400 KB with all else). The verdict and the counts always
 * fit; of lists that do not, the first lines are kept and a warning says how many are not shown.
 */

import type { Answer } from '../../contract.ts';

const MAX_ANSWER_BYTES = 300_000;

/** JSON of the answer, at most `maxBytes` long as UTF-8. */
export function truncateAnswer(answer: Answer, maxBytes = MAX_ANSWER_BYTES): string {
  const whole = JSON.stringify(answer);
  if (fits(whole, maxBytes)) return whole;
  for (let keep = longestList(answer) >> 1; ; keep >>= 1) {
    const shorter = JSON.stringify(cut(answer, keep));
    if (keep === 0 || fits(shorter, maxBytes)) return shorter;
  }
}

const fits = (text: string, maxBytes: number): boolean => Buffer.byteLength(text) <= maxBytes;

const longestList = ({ errors, warnings, remaining, plan }: Answer): number =>
  Math.max(errors.length, warnings.length, remaining.positions.length, plan?.length ?? 0);

function cut(answer: Answer, keep: number): Answer {
  const { errors, warnings, remaining, plan } = answer;
  const lists = [errors, warnings, remaining.positions, plan ?? []];
  const dropped = lists.reduce((sum, list) => sum + Math.max(0, list.length - keep), 0);
  return {
    ...answer,
    errors: errors.slice(0, keep),
    warnings: [
      {
        code: 'RESULT_NOT_STORED',
        message: `The stored answer was too long: ${dropped} lines of its lists are not shown. See the audit log.`,
        heading: 'The result was not stored',
      },
      ...warnings.slice(0, keep),
    ],
    remaining: { ...remaining, positions: remaining.positions.slice(0, keep) },
    ...(plan === undefined ? {} : { plan: plan.slice(0, keep) }),
  };
}
