/** What the matrix, the crash points and the races found, each with the case that showed it. docs/reliability.md lists them. */

import { expect, test } from 'vitest';
import { liquidationRig } from '../support/liquidation-rig.ts';

const FOREVER = Number.POSITIVE_INFINITY;

test('the reason is what the exchange said, not that our own deadline cut the last look short', async () => {
  const rig = liquidationRig();
  rig.account.open('BTCUSDT', '0.500');
  const on = { method: 'GET', path: '/fapi/v1/openAlgoOrders' };
  rig.venue.faults.add({ on, times: FOREVER, fault: { kind: 'http', status: 400, code: -1102 } });
  const answer = await rig.run({}, { liquidation: { timeoutMs: 5_000 } });
  expect(answer.errors.map(error => [error.code, error.exchange_code])).toEqual([
    ['CLOSE_REFUSED', -1102],
    ['TIMEOUT', undefined],
    ['NOT_VERIFIED', undefined],
  ]);
});

test('an attempt that was resumed names its own time, not the caller’s', async () => {
  const rig = liquidationRig();
  rig.account.open('BTCUSDT', '0.500');
  rig.venue.faults.add({ on: {}, times: FOREVER, fault: { kind: 'hang-before' } });
  const timeout = (answer: Awaited<ReturnType<typeof rig.run>>) =>
    answer.errors.find(error => error.code === 'TIMEOUT')?.message;
  expect(timeout(await rig.run())).toBe('not flat within timeout_seconds = 5');
  expect(timeout(await rig.run({}, { rawEvent: rig.invoked[0] }))).toBe('not flat within the 20 s of this attempt');
});
