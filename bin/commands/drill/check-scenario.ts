/** Compares a scenario's checks with the evidence. Every check is evaluated; one that throws counts as failed. */

import type { Evidence } from '../../../simulator/scenarios/evidence.ts';
import type { Check } from '../../../simulator/scenarios/scenario.ts';

interface CheckVerdict {
  readonly sentence: string;
  readonly holds: boolean;
  /** What contradicts the check. */
  readonly complaints: readonly string[];
  /** Why the contradiction does not count this time. */
  readonly excuse?: string;
}

export interface DrillResult {
  readonly verified: boolean;
  readonly checks: readonly CheckVerdict[];
}

/** `stuck` is why the steps did not run to the end; then the scenario is not verified, whatever the checks say. */
export function checkScenario(checks: readonly Check[], evidence: Evidence, stuck?: string): DrillResult {
  const played: CheckVerdict[] =
    stuck === undefined ? [] : [{ sentence: 'the scenario ran to its end', holds: false, complaints: [stuck] }];
  const judged = [...played, ...checks.map(check => judgeOne(check, evidence))];
  return { verified: judged.length > 0 && !judged.some(isBroken), checks: judged };
}

/** Failed, without an excuse. */
export const isBroken = ({ holds, excuse }: CheckVerdict): boolean => !holds && excuse === undefined;

function judgeOne({ sentence, judge: complaintsOf, excuse: excuseOf }: Check, evidence: Evidence): CheckVerdict {
  try {
    const complaints = complaintsOf(evidence);
    if (complaints.length === 0) return { sentence, holds: true, complaints };
    const excuse = excuseOf?.(evidence);
    return { sentence, holds: false, complaints, ...(excuse !== undefined && { excuse }) };
  } catch (error) {
    return { sentence, holds: false, complaints: [`the check could not be evaluated: ${String(error)}`] };
  }
}
