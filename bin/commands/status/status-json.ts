/** The state of the deployment for programs. */

import { ENV } from '../../../lambda/contract.ts';
import type { CanaryStanding } from '../../../lambda/core/heartbeat/canary.ts';
import { STANDING_SHAPE, standingJson, watchdogJson } from '../../bots/standing-json.ts';
import type { Connection } from '../../connect/connection.ts';
import { isoOrNull } from '../../terminal/numbers.ts';
import { preflightJson } from './preflights.ts';
import type { Liquidation, Survey } from './survey.ts';

export const STATUS_SHAPE = [
  '{ where, version, ok, wrong: [sentence], drift: [sentence],',
  '  unchecked: [sentence], switched_off,',
  '  watchdog: null|{ ticked_at, blind }, liquidations: [{ correlation_id,',
  '  bot_id, trigger, state,',
  '  headline, open, attempts, started_at, finished_at }], preflights:',
  '  [{ bot_id, ready, headline, failed_checks, not_covered, correlation_id,',
  '  finished_at }], canary: null|{ kind: never|dying|passed|failed|overdue,',
  '  at, took_ms, problems }, bots: [bot] }, each bot',
  ...STANDING_SHAPE,
  'With an ID: one of the liquidations, and its answer.',
] as const;

export function statusJson(
  { where, config, functions }: Connection,
  { watch, liquidations, preflights, wrong, drift, unchecked }: Survey,
): object {
  return {
    where,
    version: (functions.inService ?? functions.liquidator).variables[ENV.version] ?? null,
    ok: wrong.length === 0,
    wrong,
    drift,
    unchecked,
    switched_off: !config.settings.liquidation.emergencyLiquidation,
    watchdog: watch === undefined ? null : watchdogJson(watch),
    liquidations: liquidations.map(liquidationJson),
    preflights: (preflights ?? []).map(preflightJson),
    canary: watch?.canary === undefined ? null : canaryJson(watch.canary),
    bots: (watch?.standings ?? []).map(standingJson),
  };
}

const canaryJson = (canary: CanaryStanding): object => ({
  kind: canary.kind,
  at: isoOrNull('sinceMs' in canary ? canary.sinceMs : 'atMs' in canary ? canary.atMs : undefined),
  took_ms: canary.kind === 'passed' ? Math.round(canary.tookMs) : null,
  problems: canary.kind === 'failed' ? canary.problems : null,
});

export const liquidationJson = ({ record, headline, open }: Omit<Liquidation, 'tone'>): object => ({
  correlation_id: record.correlationId,
  bot_id: record.botId ?? null,
  trigger: record.trigger ?? null,
  state: record.state,
  headline,
  open,
  attempts: record.attempts,
  started_at: isoOrNull(record.firstStartedAtMs),
  finished_at: isoOrNull(record.finishedAtMs),
});
