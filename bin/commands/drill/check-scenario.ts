/** Holds a scenario's checks against the evidence. Every check is judged; one that breaks counts as not shown. */

import type { Evidence } from '../../../simulator/scenarios/evidence.ts';
import type { Check } from '../../../simulator/scenarios/scenario.ts';

export interface CheckVerdict {
  readonly sentence: string;
  readonly holds: boolean;
  /** What contradicts it. */
  readonly complaints: readonly string[];
  /** Why what contradicts it proves nothing this time. */
  readonly excuse?: string;
}

export interface DrillResult {
  readonly verified: boolean;
  readonly checks: readonly CheckVerdict[];
}

/** `stuck` is why the steps were not played to the end; then nothing is verified whatever the checks say. */
export function checkScenario(checks: readonly Check[], evidence: Evidence, stuck?: string): DrillResult {
  const played: CheckVerdict[] =
    stuck === undefined ? [] : [{ sentence: 'the scenario was played to its end', holds: false, complaints: [stuck] }];
  const judged = [...played, ...checks.map(check => judgeOne(check, evidence))];
  return { verified: judged.length > 0 && !judged.some(isBroken), checks: judged };
}

/** Neither shown to be true nor excused. */
export const isBroken = ({ holds, excuse }: CheckVerdict): boolean => !holds && excuse === undefined;

function judgeOne({ sentence, judge: complaintsOf, excuse: excuseOf }: Check, evidence: Evidence): CheckVerdict {
  try {
    const complaints = complaintsOf(evidence);
    if (complaints.length === 0) return { sentence, holds: true, complaints };
    const excuse = excuseOf?.(evidence);
    return { sentence, holds: false, complaints, ...(excuse !== undefined && { excuse }) };
  } catch (error) {
    return { sentence, holds: false, complaints: [`it could not be judged: ${String(error)}`] };
  }
}
