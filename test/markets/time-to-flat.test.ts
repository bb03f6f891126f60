/**
 * How long until an account is flat, in round trips alone: virtual time, so the figures are the same on every machine. The
 * rows of docs/benchmarks.md, "By kind of account", come from here (FLATLINE_PRINT=1).
 */

import { describe, expect, test } from 'vitest';
import { loadCoinSymbols } from '../../simulator/engine/symbols/default-symbols.ts';
import { flatAfterMs, liquidated } from '../support/bad-day.ts';
import { liquidationRig } from '../support/liquidation-rig.ts';

const KINDS = {
  usdm: { account: 'futures', markets: ['usdm'] },
  coinm: { account: 'futures', markets: ['coinm'] },
  both: { account: 'futures', markets: ['usdm', 'coinm'] },
  portfolio: { account: 'portfolio_margin', markets: ['usdm', 'coinm'] },
} as const;
type Kind = keyof typeof KINDS;

/** `both`: half of the positions in each market, each with an entry and a stop. */
async function measure(kind: Kind, positions: number) {
  const rig = liquidationRig({ rttMs: 50, portfolioMargin: kind === 'portfolio' });
  rig.exchange.addManySymbols(positions);
  for (const spec of loadCoinSymbols(positions)) rig.exchange.addSymbol(spec);
  for (let n = 1; n <= positions; n += 1) {
    const number = String(n).padStart(3, '0');
    const isCoin = kind === 'coinm' || (kind !== 'usdm' && n % 2 === 0);
    const symbol = isCoin ? `CN${number}USD_PERP` : `SYM${number}USDT`;
    rig.account.open(symbol, '40');
    rig.account.rest({ symbol, side: 'BUY', type: 'LIMIT', quantity: '40', price: '0.5' });
    if (n <= 60)
      rig.account.arm({ symbol, side: 'SELL', type: 'STOP_MARKET', triggerPrice: '0.4', closePosition: true });
  }
  const day = await liquidated(rig, {}, { exchange: KINDS[kind], liquidation: { timeoutMs: 12_000 } });
  expect(day.answer).toMatchObject({ state: 'completed', positions_closed: positions, errors: [], warnings: [] });
  expect(rig.account.violations).toEqual([]);
  const { journal } = rig.exchange;
  expect(journal.filter(({ status }) => status === 429)).toEqual([]);
  const figures = { flatMs: flatAfterMs(day) ?? Number.NaN, answeredMs: day.answeredAfterMs, requests: journal.length };
  if (process.env.FLATLINE_PRINT) {
    console.log(
      `| ${kind} | ${positions} | ${Math.round(figures.flatMs)} | ${Math.round(figures.answeredMs)} | ${figures.requests} |`,
    );
  }
  return figures;
}

describe.each([10, 100])('%d positions', positions => {
  test('go flat in each kind of account within 1.2 × of USDⓈ-M alone', async () => {
    const alone = await measure('usdm', positions);
    for (const kind of ['coinm', 'both', 'portfolio'] as const) {
      const { flatMs, answeredMs } = await measure(kind, positions);
      expect([kind, flatMs <= alone.flatMs * 1.2, answeredMs <= alone.answeredMs * 1.2]).toEqual([kind, true, true]);
    }
  });
});
