/** The configuration of the drill's functions: the defaults, and what a scenario or a slow connection changes. */

import { DEFAULT_BOT_ID } from '../../../lambda/contract.ts';
import { defaultBot, SAFE_DEFAULTS, type Settings } from '../../../lambda/core/config/settings.ts';
import type { Scenario } from '../../../simulator/scenarios/scenario.ts';
import type { Stage } from '../../../simulator/scenarios/stage.ts';

const LONGEST_TIMEOUT_MS = 30_000;
/** Far above the default, because this machine may be busy; a run that needs less time takes no longer. */
const LEAST_TIMEOUT_MS = 20_000;
/** For a slow connection or a large account, the drill sets a longer timeout, as an operator would. */
const ROUND_TRIPS = 8;
const PER_POSITION_MS = 100;

export function drillSettings(
  { settings: changes = {}, exchange: asked, bots = [] }: Pick<Scenario, 'settings' | 'exchange' | 'bots'>,
  { rttMs, positions }: Pick<Stage, 'rttMs' | 'positions'>,
  baseUrl: string,
): Settings {
  const { liquidation, exchange, alerts } = SAFE_DEFAULTS;
  const { fixedTimeoutMs, timeoutMs: leastMs = LEAST_TIMEOUT_MS, roundTrips = ROUND_TRIPS, ...others } = changes;
  const wantedMs = 1_500 + roundTrips * rttMs + PER_POSITION_MS * positions;
  const amplyMs = Math.min(LONGEST_TIMEOUT_MS, Math.max(leastMs, Math.ceil(wantedMs / 1_000) * 1_000));
  return {
    // The read after FLAT would be one more run in every scenario: only the scenario about it sets it.
    liquidation: { ...liquidation, confirmMs: 0, ...others, timeoutMs: fixedTimeoutMs ?? amplyMs },
    exchange: { ...exchange, ...asked, baseUrl },
    bots: bots.length === 0 ? [defaultBot(DEFAULT_BOT_ID)] : bots.map(bot => ({ ...defaultBot(bot.botId), ...bot })),
    alerts,
  };
}
