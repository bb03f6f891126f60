/** The configuration that the drill's functions run on: the defaults, and what a scenario or a slow line changes. */

import { DEFAULT_BOT_ID } from '../../../lambda/contract.ts';
import { defaultBot, SAFE_DEFAULTS, type Settings } from '../../../lambda/core/config/settings.ts';
import type { Scenario } from '../../../simulator/scenarios/scenario.ts';
import type { Stage } from '../../../simulator/scenarios/stage.ts';

const LONGEST_TIMEOUT_MS = 30_000;
/** Far above the default: a run that is given more than it needs takes no longer, and this machine may have much to do. */
const LEAST_TIMEOUT_MS = 20_000;
/** Where the line is slower or the account larger than one bot's, the drill gives time as an operator would. */
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
    // A look after FLAT would be one more run in every scenario: the one that is about it asks for it.
    liquidation: { ...liquidation, confirmMs: 0, ...others, timeoutMs: fixedTimeoutMs ?? amplyMs },
    exchange: { ...exchange, ...asked, baseUrl },
    bots: bots.length === 0 ? [defaultBot(DEFAULT_BOT_ID)] : bots.map(bot => ({ ...defaultBot(bot.botId), ...bot })),
    alerts,
  };
}
