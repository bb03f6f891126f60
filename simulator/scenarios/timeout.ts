/** The exchange hardly answers. The caller still has an answer in time, and it claims nothing it cannot know. */

import {
  answeredState,
  auditLogHas,
  chainProven,
  nothingLeaked,
  oneCorrelationId,
  onlyReduced,
  untouched,
  withAnswer,
} from './expectations.ts';
import { openPortfolio } from './portfolio.ts';
import type { Check, Scenario } from './scenario.ts';
import { callAndWait } from './steps.ts';

const TIMEOUT_MS = 3_000;
const ANSWER_AFTER_MS = 30_000;

const inTime: Check = {
  sentence: 'the caller had its answer before the exchange had given one, by the caller’s own clock',
  judge: withAnswer('liquidate', (_, { journal }, { startedAtMs, endedAtMs }) =>
    journal
      .filter(({ answeredAtMs = Number.POSITIVE_INFINITY }) => answeredAtMs <= endedAtMs)
      .map(
        ({ seq }) => `request ${seq} had an answer, the caller only after ${Math.round(endedAtMs - startedAtMs)} ms`,
      ),
  ),
};

const claimsNothing: Check = {
  sentence: 'the answer is not successful, and its remaining positions are not verified',
  judge: withAnswer('liquidate', answer =>
    answer.success || answer.remaining.verified ? [`it says ${answer.headline}`] : [],
  ),
};

export const timeout: Scenario = {
  name: 'timeout',
  title: 'The exchange takes half a minute for every answer',
  promise: 'With a timeout of 3 s the caller has a correct answer before a slow exchange has given one.',
  positions: { usual: 2, least: 1 },
  settings: { fixedTimeoutMs: TIMEOUT_MS },
  prepare: stage => {
    openPortfolio(stage);
    stage.exchange.faults.add({
      on: {},
      times: Number.POSITIVE_INFINITY,
      fault: { kind: 'delay', ms: ANSWER_AFTER_MS },
    });
  },
  steps: [{ kind: 'warm', on: 'A' }, ...callAndWait()],
  checks: [
    inTime,
    answeredState('liquidate', ['partial', 'failed']),
    claimsNothing,
    untouched,
    onlyReduced,
    auditLogHas('liquidation_timeout', 'some', 'the audit log says that time was up'),
    oneCorrelationId,
    chainProven,
    nothingLeaked,
  ],
};
