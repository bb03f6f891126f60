/** The stage of a run: an exchange, an account for each bot of the scenario, and new keys. */

import { systemRandom } from '../../../lambda/adapters/random.ts';
import { DEFAULT_BOT_ID } from '../../../lambda/contract.ts';
import type { Clock } from '../../../lambda/ports.ts';
import type { Truth } from '../../../simulator/engine/accounts/truth.ts';
import { createExchange } from '../../../simulator/exchange.ts';
import { positionsOf, type Scenario } from '../../../simulator/scenarios/scenario.ts';
import type { Stage } from '../../../simulator/scenarios/stage.ts';
import type { DrillOptions } from './options.ts';

interface DrillStage extends Stage {
  /** By bot, whose account has the bot's ID for a name. */
  readonly keys: ReadonlyMap<string, { readonly apiKey: string; readonly apiSecret: string }>;
}

export function setStage(scenario: Scenario, options: DrillOptions, clock: Clock): DrillStage {
  const { rttMs, seed } = options;
  const hedge = options.hedge || scenario.alwaysHedge === true;
  const positions = positionsOf(scenario, options.positions);
  const portfolioMargin = scenario.exchange?.account === 'portfolio_margin';
  const exchange = createExchange({ clock, seed });
  // New keys for every run: not even a simulated key is in the source.
  const keys = new Map(
    botIdsOf(scenario).map(id => [id, { apiKey: systemRandom.hex(64), apiSecret: systemRandom.hex(64) }]),
  );
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

function botIdsOf({ bots }: Scenario): readonly string[] {
  return bots === undefined ? [DEFAULT_BOT_ID] : bots.map(({ botId }) => botId);
}

/** Of all accounts as if they were one. */
export function wholeTruth({ accounts }: Pick<Stage, 'accounts'>): Truth {
  const truths = accounts.map(account => account.truth());
  return {
    positions: truths.flatMap(({ positions }) => positions),
    orders: truths.flatMap(({ orders }) => orders),
    conditionals: truths.flatMap(({ conditionals }) => conditionals),
    fills: truths.flatMap(({ fills }) => fills),
  };
}
