/**
 * What holds for every mixed account and every random run, judged by the exchange's truth: nothing is opened, enlarged or
 * flipped in any market · the answer by the deadline · "completed" only of markets that are flat · what is not covered is
 * left exactly as it was · stops survive with the positions that stayed · the trouble of one market holds up no other.
 */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Truth } from '../../simulator/engine/accounts/truth.ts';
import type { JournalEntry } from '../../simulator/engine/journal.ts';
import { tries } from '../faults/extent.ts';
import { isCoin, type MixedAccount, mixedAccount, stageOf } from './mixed-account.ts';

const RUNS = tries(100);

async function suffer(bad: MixedAccount) {
  const rig = stageOf(bad);
  const before = rig.account.truth();
  const startedAtMs = rig.clock.nowMs();
  const { account, markets, liquidation } = bad;
  const answer = await rig.run({}, { liquidation, exchange: { account, markets } });
  return { rig, before, answer, tookMs: rig.clock.nowMs() - startedAtMs, after: rig.account.truth() };
}

const isCovered =
  ({ markets }: MixedAccount) =>
  (row: { readonly symbol: string }): boolean =>
    markets.includes(isCoin(row) ? 'coinm' : 'usdm');

const part = ({ positions, orders, conditionals }: Truth, isIn: (row: { readonly symbol: string }) => boolean) => ({
  positions: positions.filter(isIn),
  orders: orders.filter(isIn),
  conditionals: conditionals.filter(isIn),
});

/** Each page of positions, by the paths that serve it. */
const POSITION_PAGES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'futures usdm': [['/fapi/v3/positionRisk', '/fapi/v2/positionRisk']],
  'futures coinm': [['/dapi/v1/positionRisk'], ['/dapi/v1/account']],
  'portfolio_margin usdm': [['/papi/v1/um/positionRisk']],
  'portfolio_margin coinm': [['/papi/v1/cm/positionRisk'], ['/papi/v1/cm/account']],
};
const readsOf = (journal: readonly JournalEntry[], paths: readonly string[]): number =>
  journal.filter(({ path, status }) => paths.includes(path) && status === 200).length;

/** The requests that were to change something of such a symbol. */
const writesTo = (journal: readonly JournalEntry[], isIn: (row: { readonly symbol: string }) => boolean) =>
  journal
    .filter(({ method, params: { symbol } }) => method !== 'GET' && symbol !== undefined && isIn({ symbol }))
    .map(({ method, path, params }) => `${method} ${path} ${params.symbol}`);

/**
 * COIN-M symbols whose closes were refused as more than can be reduced. An order that no list shows may stand in the way, so
 * all orders of the symbol are cancelled, and in this market the stops are among them (want-cancels.ts).
 */
const inTheWay = (journal: readonly JournalEntry[]): ReadonlySet<string | undefined> =>
  new Set(
    journal
      .filter(
        ({ method, code, params }) =>
          method === 'POST' && isCoin({ symbol: params.symbol ?? '' }) && (code === -2022 || code === -4118),
      )
      .map(({ params }) => params.symbol),
  );

test('for every mixed account and every schedule of faults', async () => {
  await fc.assert(
    fc.asyncProperty(mixedAccount, async bad => {
      const { rig, before, answer, tookMs, after } = await suffer(bad);
      const covered = isCovered(bad);
      expect(rig.account.violations).toEqual([]);
      expect(tookMs).toBeLessThanOrEqual(bad.liquidation.timeoutMs ?? 0);
      expect(answer.success).toBe(answer.state === 'completed');
      expect(writesTo(rig.exchange.journal, row => !covered(row))).toEqual([]);
      // Where the price runs away, the account's own stops fill, in every market: that is the exchange's doing.
      if (!bad.faults.some(({ fault }) => fault.kind === 'trigger-now'))
        expect(part(after, row => !covered(row))).toEqual(part(before, row => !covered(row)));
      if (answer.state === 'completed') {
        expect(part(after, covered)).toEqual({ positions: [], orders: [], conditionals: [] });
        expect(answer.errors).toEqual([]);
      } else expect(answer.errors.length).toBeGreaterThan(0);
      const { account } = bad;
      for (const { market, flat, covered: isCoveredMarket } of answer.markets ?? []) {
        const own = part(after, row => isCoin(row) === (market === 'coinm'));
        if (!isCoveredMarket || !flat) continue;
        expect(own).toEqual({ positions: [], orders: [], conditionals: [] });
        // Also where nothing was held there: nobody says flat of what was not read, each page twice.
        for (const pages of POSITION_PAGES[`${account} ${market}`] ?? [])
          expect([market, readsOf(rig.exchange.journal, pages) >= 2]).toEqual([market, true]);
      }
      const traded = new Set(after.fills.map(fill => fill.symbol));
      const swept = inTheWay(rig.exchange.journal);
      const kept = after.positions.map(row => row.symbol).filter(symbol => !traded.has(symbol) && !swept.has(symbol));
      const stops = (truth: Truth) =>
        truth.conditionals.filter(one => one.closePosition && kept.includes(one.symbol)).map(one => one.algoId);
      expect(stops(after)).toEqual(stops(before));
    }),
    { numRuns: RUNS },
  );
});

test('for every mixed account without a fault, one call makes all that is covered flat', async () => {
  await fc.assert(
    fc.asyncProperty(mixedAccount, async bad => {
      const liquidation = { timeoutMs: 12_000, retryDelayMs: 100 };
      const { before, answer, after, rig } = await suffer({ ...bad, faults: [], liquidation });
      const covered = isCovered(bad);
      expect(answer).toMatchObject({ state: 'completed', errors: [] });
      expect(part(after, covered)).toEqual({ positions: [], orders: [], conditionals: [] });
      // Orders that only reduce need no margin, so the look does not show them.
      const isHeldElsewhere = [...before.positions, ...before.orders.filter(order => !order.reduceOnly)].some(
        row => !covered(row),
      );
      expect(answer.warnings.map(({ code }) => code)).toEqual(isHeldElsewhere ? ['MARKET_NOT_COVERED'] : []);
      expect(rig.exchange.journal.filter(({ status }) => status === 429)).toEqual([]);
    }),
    { numRuns: Math.ceil(RUNS / 3) },
  );
});

test('whatever happens to one market, the other becomes flat as if it were alone', async () => {
  await fc.assert(
    fc.asyncProperty(mixedAccount, async bad => {
      // Only faults of COIN-M, and none that speaks of the address or the key, which the markets share.
      const isShared = ({ fault }: MixedAccount['faults'][number]): boolean =>
        /429|418|403|451|-?key/.test(fault.kind) ||
        ('retryAfterSeconds' in fault && fault.retryAfterSeconds !== undefined);
      const faults = bad.faults.filter(rule => /dapi|cm/.test(rule.on.path ?? '') && !isShared(rule));
      const liquidation = { timeoutMs: 5_000, retryDelayMs: 100 };
      const { answer, after } = await suffer({ ...bad, markets: ['usdm', 'coinm'], faults, liquidation });
      expect(answer.markets?.find(({ market }) => market === 'usdm')).toMatchObject({ flat: true });
      expect(part(after, row => !isCoin(row))).toEqual({ positions: [], orders: [], conditionals: [] });
    }),
    { numRuns: Math.ceil(RUNS / 3) },
  );
});
