/** Which of the exchange's hosts turns us away: the other market is flat as if it were alone. */

import { describe, expect, test } from 'vitest';
import type { Fault } from '../../simulator/exchange.ts';
import { liquidated } from '../support/bad-day.ts';
import { liquidationRig } from '../support/liquidation-rig.ts';
import { pathsOf } from './mixed-account.ts';

const TOLD: readonly Fault[] = [
  { kind: 'http', status: 429, code: -1003, msg: 'Too many requests.', headers: { 'retry-after': '30' }, lastsMs: 0 },
  {
    kind: 'http',
    status: 418,
    code: -1003,
    msg: 'Way too many requests.',
    headers: { 'retry-after': '1200' },
    lastsMs: 0,
  },
  { kind: 'http', status: 403, body: '<html><title>Forbidden</title></html>' },
  { kind: 'http', status: 451, code: 0, msg: 'restricted location' },
];

describe.each([
  ['usdm', 'coinm', 'BTCUSD_PERP'],
  ['coinm', 'usdm', 'BTCUSDT'],
] as const)('where only %s is refused', (refused, other, symbol) => {
  test.each(TOLD.map(fault => [fault.kind === 'http' ? fault.status : 0, fault] as const))(
    `${other} is flat within a second (%i)`,
    async (_status, fault) => {
      const rig = liquidationRig();
      rig.account.open('BTCUSDT', '0.5');
      rig.account.open('BTCUSD_PERP', '25');
      for (const [method, path] of pathsOf('futures', refused))
        rig.exchange.faults.add({ on: { method, path }, fault, times: Number.POSITIVE_INFINITY });
      const day = await liquidated(rig, {}, { exchange: { markets: ['usdm', 'coinm'] } });
      expect(day.answer.success).toBe(false);
      expect(day.answer.markets?.find(({ market }) => market === other)).toMatchObject({ flat: true, positions: 0 });
      const closed = rig.account.moves.find(move => move.symbol === symbol);
      expect((closed?.atMs ?? Number.NaN) - day.startedAtMs).toBeLessThan(1_000);
      expect(rig.account.truth().positions.map(row => row.symbol)).toEqual([
        symbol === 'BTCUSDT' ? 'BTCUSD_PERP' : 'BTCUSDT',
      ]);
    },
  );
});

test('a market that is not covered is not read while fapi requests a wait', async () => {
  const rig = liquidationRig();
  rig.account.open('BTCUSDT', '0.5');
  const refusal: Fault = {
    ...{ kind: 'http', status: 429, code: -1003, msg: 'Too many requests.', lastsMs: 0 },
    headers: { 'retry-after': '4' },
  };
  rig.exchange.faults.add({ on: { method: 'POST', path: '/fapi/v1/order' }, fault: refusal, times: 1 });
  const { answer } = await liquidated(rig, {}, { liquidation: { timeoutMs: 20_000 } });
  expect(answer.success).toBe(true);
  const refusedAtMs = rig.exchange.journal.find(({ status }) => status === 429)?.answeredAtMs ?? Number.NaN;
  const asked = rig.exchange.journal.filter(({ path }) => path.startsWith('/dapi/'));
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter(({ receivedAtMs }) => receivedAtMs < refusedAtMs + 4_000)).toEqual([]);
});
