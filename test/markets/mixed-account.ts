/** Random accounts with both markets, of both kinds, and what may befall them. */

import fc from 'fast-check';
import type { Settings } from '../../lambda/core/config/settings.ts';
import type { MarketName } from '../../lambda/core/exchange/market.ts';
import type { FaultRule } from '../../simulator/exchange.ts';
import { type LiquidationRig, liquidationRig, type RunChanges } from '../support/liquidation-rig.ts';
import { anyFault, type Holding, hold, randomRun } from '../support/random-account.ts';

const COINS = [
  { symbol: 'BTCUSD_PERP', mark: 67_000 },
  { symbol: 'ETHUSD_PERP', mark: 3_300 },
  { symbol: 'ADAUSD_PERP', mark: 0.45 },
  { symbol: 'BTCUSD_261225', mark: 67_900 },
] as const;

const PATHS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  usdm: [
    ['GET', '/fapi/v3/positionRisk'],
    ['GET', '/fapi/v1/openOrders'],
    ['GET', '/fapi/v1/openAlgoOrders'],
    ['DELETE', '/fapi/v1/allOpenOrders'],
    ['POST', '/fapi/v1/order'],
  ],
  coinm: [
    ['GET', '/dapi/v1/positionRisk'],
    ['GET', '/dapi/v1/account'],
    ['GET', '/dapi/v1/openOrders'],
    ['GET', '/dapi/v1/openAlgoOrders'],
    ['DELETE', '/dapi/v1/allOpenOrders'],
    ['DELETE', '/dapi/v1/algoOpenOrders'],
    ['DELETE', '/dapi/v1/algoOrder'],
    ['DELETE', '/dapi/v1/order'],
    ['POST', '/dapi/v1/order'],
    ['GET', '/dapi/v1/userTrades'],
    ['GET', '/dapi/v1/exchangeInfo'],
  ],
  'portfolio-usdm': [
    ['GET', '/papi/v1/um/positionRisk'],
    ['GET', '/papi/v1/um/openOrders'],
    ['GET', '/papi/v1/um/algo/openAlgoOrders'],
    ['GET', '/papi/v1/um/conditional/openOrders'],
    ['DELETE', '/papi/v1/um/allOpenOrders'],
    ['DELETE', '/papi/v1/um/algo/allOpenOrders'],
    ['DELETE', '/papi/v1/um/conditional/allOpenOrders'],
    ['DELETE', '/papi/v1/um/algo/order'],
    ['POST', '/papi/v1/um/order'],
    ['GET', '/papi/v1/um/userTrades'],
  ],
  'portfolio-coinm': [
    ['GET', '/papi/v1/cm/positionRisk'],
    ['GET', '/papi/v1/cm/account'],
    ['GET', '/papi/v1/cm/openOrders'],
    ['GET', '/papi/v1/cm/conditional/openOrders'],
    ['DELETE', '/papi/v1/cm/allOpenOrders'],
    ['DELETE', '/papi/v1/cm/conditional/allOpenOrders'],
    ['DELETE', '/papi/v1/cm/conditional/order'],
    ['POST', '/papi/v1/cm/order'],
    ['GET', '/papi/v1/cm/userTrades'],
  ],
};

/** What one market asks of the exchange while it is cleared. */
export const pathsOf = (account: Settings['exchange']['account'], name: MarketName) =>
  PATHS[account === 'futures' ? name : `portfolio-${name}`] ?? [];

const coinHolding = fc.constantFrom(...COINS).chain(({ symbol }) => {
  const quantity = fc.integer({ min: 1, max: 9_000 }).map(String);
  return fc.record({
    ...{ symbol: fc.constant<string>(symbol), long: quantity, short: quantity },
    which: fc.constantFrom('none' as const, 'long' as const, 'short' as const, 'both' as const),
    ...{ entry: fc.boolean(), takeProfit: fc.boolean(), stop: fc.boolean(), stopEntry: fc.boolean() },
    older: fc.boolean(),
  });
});

export interface MixedAccount {
  readonly account: Settings['exchange']['account'];
  readonly markets: readonly MarketName[];
  readonly rig: Parameters<typeof liquidationRig>[0] & object;
  readonly holdings: readonly Holding[];
  readonly coins: readonly (Holding & { readonly older: boolean })[];
  readonly faults: readonly FaultRule[];
  readonly liquidation: NonNullable<RunChanges['liquidation']>;
}

export const mixedAccount: fc.Arbitrary<MixedAccount> = fc
  .record({
    account: fc.constantFrom('futures' as const, 'portfolio_margin' as const),
    markets: fc.constantFrom<readonly MarketName[]>(['usdm', 'coinm'], ['usdm', 'coinm'], ['coinm'], ['usdm']),
    coins: fc.uniqueArray(coinHolding, { selector: one => one.symbol, maxLength: 4 }),
    bad: randomRun,
    coinAlgoExtras: fc.boolean(),
    coinCodes: fc.constantFrom('own' as const, 'um' as const),
    olderUmConditionals: fc.boolean(),
  })
  .chain(({ account, markets, coins, bad, ...unconfirmed }) => {
    const paths = markets.flatMap(name => pathsOf(account, name));
    const rule: fc.Arbitrary<FaultRule> = fc.record({
      on: fc.constantFrom(...paths).map(([method, path]) => ({ method, path })),
      skip: fc.integer({ min: 0, max: 3 }),
      times: fc.constantFrom(1, 1, 2, 5, Number.POSITIVE_INFINITY),
      fault: anyFault,
    });
    return fc.record({
      ...{ account: fc.constant(account), markets: fc.constant(markets), coins: fc.constant(coins) },
      rig: fc.constant({
        ...bad.rig,
        portfolioMargin: account === 'portfolio_margin',
        unconfirmed: { ...bad.rig.unconfirmed, ...unconfirmed },
      }),
      holdings: fc.constant(bad.holdings),
      faults: fc.array(rule, { maxLength: 4 }),
      liquidation: fc.constant(bad.changes.liquidation ?? {}),
    });
  });

/** The account at the exchange, which watches from here on. */
export function stageOf({ rig: options, holdings, coins, faults }: MixedAccount): LiquidationRig {
  const rig = liquidationRig(options);
  const { hedgeMode = false } = options;
  for (const own of holdings) hold(rig, own, hedgeMode);
  for (const own of coins) hold(rig, own, hedgeMode, COINS.find(one => one.symbol === own.symbol)?.mark, own.older);
  for (const rule of faults) rig.exchange.faults.add(rule);
  rig.account.watch();
  return rig;
}

export const isCoin = ({ symbol }: { readonly symbol: string }): boolean => symbol.includes('USD_');
