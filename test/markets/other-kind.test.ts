/**
 * `account =` names the wrong kind, and the API that would show it fails too. One fault of it delays nothing by more
 * than itself; where it lasts, nobody says that the key is refused without saying that the kind is not known.
 */

import { describe, expect, test } from 'vitest';
import type { PreflightAnswer } from '../../lambda/contract.ts';
import type { Fault } from '../../simulator/exchange.ts';
import { sampled } from '../faults/extent.ts';
import { liquidated } from '../support/bad-day.ts';
import { type LiquidationRig, liquidationRig, type RunChanges } from '../support/liquidation-rig.ts';

const FAULTS: readonly Fault[] = [
  { kind: 'hang-before' },
  { kind: 'hang-after' },
  { kind: 'delay', ms: 2_500 },
  { kind: 'reset-before' },
  { kind: '503-unavailable' },
  { kind: '503-internal' },
  { kind: 'html-502' },
  { kind: 'html-503' },
  { kind: 'html-403' },
  { kind: 'geo-451' },
  { kind: 'truncated-json' },
  { kind: 'http', status: 200, body: '<html><title>Hello</title></html>' },
  { kind: 'http', status: 500, body: '' },
  { kind: 'refuse', code: -1000 },
  { kind: 'refuse', code: -1021 },
];
const BANS: readonly Fault[] = [
  { kind: 'banned-418', retryAfterSeconds: 45 },
  { kind: 'limited-429', retryAfterSeconds: 30 },
];

const BLOCKED_PATHS = ['/fapi/', '/dapi/'].flatMap(api =>
  ['v3/positionRisk', 'v1/positionRisk', 'v1/account', 'v1/accountConfig', 'v1/positionSide/dual', 'v1/order/test']
    .concat(['v1/openOrders', 'v1/openAlgoOrders'])
    .map(path => `${api}${path}`),
);

interface Kind {
  readonly name: string;
  readonly portfolioMargin: boolean;
  readonly said: RunChanges;
  readonly remedy: string;
  /** Both pages that show the kind. */
  readonly pages: readonly string[];
}

const KINDS: readonly Kind[] = [
  {
    name: 'a portfolio margin account that is said to be futures',
    portfolioMargin: true,
    said: { exchange: { account: 'futures', markets: ['usdm', 'coinm'] } },
    remedy: 'account = portfolio_margin',
    pages: ['/papi/v1/um/positionRisk', '/papi/v1/cm/positionRisk'],
  },
  {
    name: 'a futures account that is said to be portfolio margin',
    portfolioMargin: false,
    said: { exchange: { account: 'portfolio_margin', markets: ['usdm', 'coinm'] } },
    remedy: 'account = futures',
    pages: ['/fapi/v3/positionRisk', '/fapi/v2/positionRisk'],
  },
];

function stage({ portfolioMargin, pages }: Kind, fault: Fault, times: number, wallet: boolean): LiquidationRig {
  const rig = liquidationRig({ portfolioMargin });
  rig.account.open('BTCUSDT', '0.5');
  rig.account.open('BTCUSD_PERP', '25');
  for (const path of pages) rig.exchange.faults.add({ on: { path }, times, fault });
  if (!wallet) rig.exchange.faults.add({ on: { host: 'wallet' }, times: 1_000, fault: { kind: '503-unavailable' } });
  return rig;
}

describe.each([51122, -1109])('a portfolio margin account that fapi and dapi call blocked (%d)', code => {
  const blocked = (portfolioMargin: boolean) => {
    const rig = liquidationRig({ portfolioMargin });
    rig.account.open('BTCUSDT', '0.5');
    rig.account.open('BTCUSD_PERP', '25');
    const body = JSON.stringify({ code, msg: 'no' });
    for (const path of BLOCKED_PATHS)
      rig.exchange.faults.add({ on: { path }, times: 1_000, fault: { kind: 'http', status: 400, body } });
    return rig;
  };
  const said: RunChanges = { exchange: { account: 'futures', markets: ['usdm', 'coinm'] } };

  test('is cleared through the API that takes it', async () => {
    const { answer } = await liquidated(blocked(true), {}, said);
    expect(answer).toMatchObject({ state: 'completed', warnings: [{ code: 'WRONG_ACCOUNT' }] });
  });

  test('is named by preflight and by a dry run', async () => {
    const rig = blocked(true);
    const { checks } = await rig.preflight(said);
    expect(checks).toContainEqual(
      expect.objectContaining({ detail: expect.stringContaining('account = portfolio_margin') }),
    );
    const { answer } = await liquidated(rig, { dry_run: true }, said);
    expect(answer.errors).toMatchObject([{ code: 'WRONG_ACCOUNT' }]);
  });

  test('and an account that is blocked, and of the named kind, is said to be blocked', async () => {
    const { answer } = await liquidated(blocked(false), {}, said);
    expect(answer.errors.map(error => error.code)).toContain('ACCOUNT_BLOCKED');
    expect(answer.warnings.map(warning => warning.code)).not.toContain('WRONG_ACCOUNT');
  });
});

const failedChecks = ({ checks }: PreflightAnswer) =>
  checks.filter(({ name, status }) => status === 'failed' && name.startsWith('key and account'));

describe.each(KINDS)('$name', kind => {
  test.each([{ wallet: true }, { wallet: false }])(
    'becomes flat in the same attempt although the page that shows the kind fails once (wallet: $wallet)',
    async ({ wallet }) => {
      for (const fault of sampled(FAULTS, 2)) {
        const { rig, answer, answeredAfterMs } = await liquidated(stage(kind, fault, 1, wallet), {}, kind.said);
        expect([fault, answer.state], answer.headline).toEqual([fault, 'completed']);
        expect(answer.warnings[0]).toMatchObject({
          code: 'WRONG_ACCOUNT',
          message: expect.stringContaining(kind.remedy),
        });
        expect(answeredAfterMs).toBeLessThan(3_000);
        expect(rig.account.truth().positions).toEqual([]);
        expect(rig.account.violations).toEqual([]);
      }
    },
  );

  test('is named by preflight although the page that shows the kind fails once and the wallet always', async () => {
    for (const fault of sampled(FAULTS, 2)) {
      const failed = failedChecks(await stage(kind, fault, 1, false).preflight(kind.said));
      expect(failed).toHaveLength(2);
      for (const { detail } of failed) expect([fault, detail]).toEqual([fault, expect.stringContaining(kind.remedy)]);
    }
  });

  test('is named by preflight by the rights of the key where the page fails always', async () => {
    for (const fault of sampled([...FAULTS, ...BANS], 3)) {
      const rig = stage(kind, fault, Number.POSITIVE_INFINITY, true);
      const startedAtMs = rig.clock.nowMs();
      const failed = failedChecks(await rig.preflight(kind.said));
      for (const { heading } of failed) expect([fault, heading]).toEqual([fault, 'The account is of another kind']);
      expect(rig.clock.nowMs() - startedAtMs).toBeLessThan(15_000);
    }
  });

  test('whose kind cannot be read is reported as of unknown kind, with the remedy', async () => {
    for (const fault of sampled([...FAULTS, ...BANS], 3)) {
      const forever = Number.POSITIVE_INFINITY;
      // A slow page still shows the kind.
      if (fault.kind === 'delay') continue;
      const failed = failedChecks(await stage(kind, fault, forever, false).preflight(kind.said));
      expect(failed).toHaveLength(2);
      for (const { detail } of failed) expect(detail).toMatch(new RegExp(`${kind.remedy}.*is not known`));
      const { answer } = await liquidated(stage(kind, fault, forever, false), {}, kind.said);
      expect(answer.state).toBe('failed');
      for (const { message } of answer.errors.filter(({ code }) => code === 'KEY_REFUSED'))
        expect([fault, message]).toEqual([fault, expect.stringMatching(`${kind.remedy}.*is not known`)]);
    }
  });

  test('whose kind cannot be read is tried again soon, and becomes flat when the API is back', async () => {
    const rig = stage(kind, { kind: '503-unavailable' }, Number.POSITIVE_INFINITY, false);
    const { answer } = await liquidated(rig, {}, kind.said);
    expect(answer.state).toBe('failed');
    const [next] = rig.invoked;
    expect(next).toMatchObject({ resume: { hop: 2 } });
    rig.exchange.faults.clear();
    const again = await rig.run({}, { ...kind.said, rawEvent: next });
    expect(again).toMatchObject({ state: 'completed', warnings: [{ code: 'WRONG_ACCOUNT' }] });
    expect(rig.clock.nowMs() - Date.parse(answer.finished_at)).toBeLessThan(4_000);
    expect(rig.account.truth().positions).toEqual([]);
  });
});

test('a market that does not answer does not delay the question of the other kind', async () => {
  const rig = liquidationRig({ portfolioMargin: true });
  rig.account.open('BTCUSDT', '0.5');
  rig.account.open('BTCUSD_PERP', '25');
  for (const page of ['positionRisk', 'account', 'openOrders', 'openAlgoOrders'])
    rig.exchange.faults.add({
      ...{ on: { path: `/dapi/v1/${page}` }, times: Number.POSITIVE_INFINITY },
      fault: { kind: 'hang-before' },
    });
  const { answer, answeredAfterMs } = await liquidated(rig, {}, { exchange: { markets: ['usdm', 'coinm'] } });
  expect(answer).toMatchObject({ state: 'completed', warnings: [{ code: 'WRONG_ACCOUNT' }] });
  expect(answeredAfterMs).toBeLessThan(2_000);
});

test('a refused key on the test network, which has no portfolio margin, is a refused key at once', async () => {
  const rig = liquidationRig();
  rig.account.refuseKey({ status: 401, code: -2015 });
  const changes: RunChanges = { exchange: { environment: 'testnet', baseUrl: 'https://demo-fapi.binance.com' } };
  const { answer, answeredAfterMs } = await liquidated(rig, {}, changes);
  expect(answer.errors[0]).toMatchObject({ code: 'KEY_REFUSED', message: expect.not.stringContaining('not known') });
  expect(answeredAfterMs).toBeLessThan(1_000);
  expect(rig.exchange.journal.filter(({ path }) => path.startsWith('/papi/'))).toEqual([]);
});
