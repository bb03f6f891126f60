/** The stage of a run: an exchange, an account for each bot of the scenario with new keys, and the functions' configuration. */

import { systemRandom } from '../../../lambda/adapters/random.ts';
import { DEFAULT_BOT_ID } from '../../../lambda/contract.ts';
import { defaultBot, SAFE_DEFAULTS, type Settings } from '../../../lambda/core/config/settings.ts';
import type { Clock } from '../../../lambda/ports.ts';
import type { Truth } from '../../../simulator/engine/accounts/truth.ts';
import { createExchange } from '../../../simulator/exchange.ts';
import { positionsOf, type Scenario, type ScenarioName } from '../../../simulator/scenarios/scenario.ts';
import type { ScenarioStage } from '../../../simulator/scenarios/stage.ts';

/** What the drill is asked for. */
export interface DrillOptions {
  readonly scenarios: readonly ScenarioName[];
  /** Undefined: as many as the scenario usually has. */
  readonly positions: number | undefined;
  readonly hedge: boolean;
  readonly rttMs: number;
  readonly seed: number;
  readonly json: boolean;
}

interface DrillStage extends ScenarioStage {
  /** By bot, whose account has the bot's ID for a name. */
  readonly keys: ReadonlyMap<string, { readonly apiKey: string; readonly apiSecret: string }>;
}

export function setStage(scenario: Scenario, options: DrillOptions, clock: Clock): DrillStage {
  const { rttMs, seed } = options;
  const hedge = options.hedge || scenario.alwaysHedge === true;
  const positions = positionsOf(scenario, options.positions);
  const portfolioMargin = scenario.exchange?.account === 'portfolio_margin';
  const exchange = createExchange({ clock, seed });
  const botIds = scenario.bots?.map(({ botId }) => botId) ?? [DEFAULT_BOT_ID];
  // New keys for every run: not even a simulated key is in the source.
  const keys = new Map(botIds.map(id => [id, { apiKey: systemRandom.hex(64), apiSecret: systemRandom.hex(64) }]));
  // The exchange counts weight by address. At AWS every environment has its own; here a few processes act for all.
  const accounts = [...keys].map(([name, key], index) =>
    exchange.addAccount({ ...key, name, hedgeMode: hedge, portfolioMargin, ip: `198.51.100.${index + 1}` }),
  );
  const [account] = accounts;
  if (account === undefined) throw new Error(`The scenario ${scenario.name} has no bot.`);
  const stage = { exchange, account, accounts, positions, hedge, rttMs, keys };
  scenario.prepare(stage);
  // Some profits, some losses, the same for the same seed. Far from every order's price.
  exchange.moveMarks({ steps: 5, stepRatio: 0.004 });
  exchange.setLatency({ rttMs, jitterMs: rttMs / 10 });
  return stage;
}

/** Of all accounts as if they were one. */
export function wholeTruth({ accounts }: Pick<ScenarioStage, 'accounts'>): Truth {
  const truths = accounts.map(account => account.truth());
  return {
    positions: truths.flatMap(({ positions }) => positions),
    orders: truths.flatMap(({ orders }) => orders),
    conditionals: truths.flatMap(({ conditionals }) => conditionals),
    fills: truths.flatMap(({ fills }) => fills),
  };
}

const LONGEST_TIMEOUT_MS = 30_000;
/** Far above the default, because this machine may be busy; a run that needs less time takes no longer. */
const LEAST_TIMEOUT_MS = 20_000;
/** For a slow connection or a large account, the drill sets a longer timeout, as an operator would. */
const ROUND_TRIPS = 8;
const PER_POSITION_MS = 100;

/** The defaults, and what the scenario or a slow connection changes. */
export function drillSettings(
  { settings: changes = {}, exchange: asked, bots = [] }: Pick<Scenario, 'settings' | 'exchange' | 'bots'>,
  { rttMs, positions }: Pick<ScenarioStage, 'rttMs' | 'positions'>,
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
