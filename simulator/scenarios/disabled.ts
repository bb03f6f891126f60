/** The documented rollback: liquidation switched off in the environment. Danger must be loud, and nothing is touched. */

import { ENV } from '../../lambda/contract.ts';
import {
  answeredState,
  chainProven,
  noRequests,
  nothingLeaked,
  oneCorrelationId,
  oneFinalEvent,
  saidCritical,
  untouched,
} from './expectations.ts';
import { openPortfolio } from './portfolio.ts';
import type { Scenario } from './scenario.ts';
import { callAndWait } from './steps.ts';

export const disabled: Scenario = {
  name: 'disabled',
  title: 'Liquidation is switched off by the operator',
  promise: 'While liquidation is switched off, a call sends nothing to the exchange, and the log has a CRITICAL line.',
  positions: { usual: 2, least: 1 },
  env: { [ENV.disabled]: 'true' },
  prepare: openPortfolio,
  steps: callAndWait(),
  checks: [
    noRequests,
    untouched,
    answeredState('liquidate', ['skipped']),
    saidCritical(/SECURITY WARNING.{0,200}HIGH-RISK/, 'the log says so as CRITICAL: SECURITY WARNING … HIGH-RISK'),
    oneCorrelationId,
    oneFinalEvent('liquidation_skipped'),
    chainProven,
    nothingLeaked,
  ],
};
