/**
 * The readiness self-test of the other markets, under every kind of fault: every page that it reads, once or always. READY
 * only when it is, in time, nothing touched; each failed check has a remedy, names the market that fails, and blames
 * key or kind of account only where the exchange refused the key.
 */

import { describe, expect, test } from 'vitest';
import type { PreflightAnswer } from '../../lambda/contract.ts';
import { ERROR_CODES } from '../../lambda/core/invocation/error-codes.ts';
import type { Clock } from '../../lambda/ports.ts';
import { sampled } from '../faults/extent.ts';
import { FAULT_KINDS, type FaultKind } from '../faults/fault-kinds.ts';
import { faultyNetwork } from '../faults/network.ts';
import { OPERATIONS, type Operation, type OperationName } from '../faults/operations.ts';
import { staysReady } from '../faults/readiness.ts';
import { liquidationRig, type RunChanges } from '../support/liquidation-rig.ts';

const LONGEST_MS = 15_000;

type Page = readonly [path: string, as: OperationName | 'not needed'];

const RIGHTS: Page = ['/sapi/v1/account/apiRestrictions', 'key permissions'];
const COINM: readonly Page[] = [
  ['/dapi/v1/time', 'server time'],
  // Of the account's rights and of its positions.
  ['/dapi/v1/account', 'account configuration'],
  ['/dapi/v1/positionSide/dual', 'account configuration'],
  ['/dapi/v1/positionRisk', 'open orders'],
  ['/dapi/v1/openOrders', 'open orders'],
  ['/dapi/v1/openAlgoOrders', 'open conditional orders'],
];
const USDM: readonly Page[] = [
  ['/fapi/v1/time', 'server time'],
  ['/fapi/v1/accountConfig', 'account configuration'],
  ['/fapi/v1/order/test', 'test order'],
  ['/fapi/v3/positionRisk', 'positions'],
  ['/fapi/v1/openOrders', 'open orders'],
  ['/fapi/v1/openAlgoOrders', 'open conditional orders'],
];
const PORTFOLIO: readonly Page[] = [
  ['/fapi/v1/time', 'server time'],
  ['/dapi/v1/time', 'server time'],
  ['/papi/v1/um/accountConfig', 'account configuration'],
  ['/papi/v1/um/positionRisk', 'open orders'],
  ['/papi/v1/um/openOrders', 'open orders'],
  ['/papi/v1/um/algo/openAlgoOrders', 'open conditional orders'],
  ['/papi/v1/um/conditional/openOrders', 'open conditional orders'],
  ['/papi/v1/cm/positionSide/dual', 'account configuration'],
  ['/papi/v1/cm/positionRisk', 'open orders'],
  ['/papi/v1/cm/account', 'open orders'],
  ['/papi/v1/cm/openOrders', 'open orders'],
  ['/papi/v1/cm/conditional/openOrders', 'open conditional orders'],
  ['/papi/v1/margin/openOrders', 'not needed'],
];

interface Kind {
  readonly name: string;
  readonly exchange: NonNullable<RunChanges['exchange']>;
  readonly pages: readonly Page[];
}

const KINDS: readonly Kind[] = [
  { name: 'COIN-M', exchange: { markets: ['coinm'] }, pages: [RIGHTS, ...COINM] },
  { name: 'USDⓈ-M and COIN-M', exchange: { markets: ['usdm', 'coinm'] }, pages: [...USDM, ...COINM] },
  {
    name: 'portfolio margin',
    exchange: { account: 'portfolio_margin', markets: ['usdm', 'coinm'] },
    pages: [RIGHTS, ...PORTFOLIO],
  },
];

interface Cell {
  readonly fault: FaultKind;
  readonly moment: 'first' | 'every';
}
const CELLS: readonly Cell[] = FAULT_KINDS.flatMap(fault =>
  (['first', 'every'] as const).map(moment => ({ fault, moment })),
);

async function play({ exchange }: Kind, [path]: Page, { fault, moment }: Cell) {
  const on = { method: path.endsWith('/order/test') ? 'POST' : 'GET', path };
  const times = moment === 'every' ? Number.POSITIVE_INFINITY : 1;
  const { does } = fault;
  let clock: Clock | undefined;
  const rig = liquidationRig({
    portfolioMargin: exchange.account === 'portfolio_margin',
    ...('network' in does
      ? { network: faultyNetwork({ fault: does.network, on, skip: 0, times }, () => clock as Clock) }
      : {}),
  });
  clock = rig.clock;
  rig.account.open('BTCUSDT', '0.5');
  rig.account.open('BTCUSD_PERP', '25');
  if ('exchange' in does) rig.exchange.faults.add({ on, times, fault: does.exchange });
  const before = rig.account.truth();
  const startedAtMs = rig.clock.nowMs();
  const answer = await rig.preflight({ exchange });
  const tookMs = rig.clock.nowMs() - startedAtMs;
  await rig.clock.sleep(5_000);
  const isTouched = JSON.stringify(rig.account.truth()) !== JSON.stringify(before);
  return { answer, tookMs, isTouched };
}

/** What COIN-M means by them: their text is not that of USDⓈ-M. */
const asSaidBy = ({ exchange }: Kind, path: string, fault: FaultKind): FaultKind =>
  exchange.account === undefined && path.startsWith('/dapi/') && ['-4087', '-4088'].includes(fault.name)
    ? { ...fault, about: 'request', why: 'our-bug' }
    : fault;

function wanted([path, as]: Page, fault: FaultKind, moment: Cell['moment']): boolean {
  if (as === 'not needed') return true;
  // Portfolio margin's older list may be gone.
  const isGone = fault.why === 'no-such-path' || fault.name === '-4120';
  if (path.includes('/um/conditional/') && isGone) return true;
  const operation = OPERATIONS.find(one => one.name === as) as Operation;
  return staysReady(operation, fault, moment);
}

const SHARED: readonly FaultKind['about'][] = ['address', 'account'];

function brokenBy(kind: Kind, [path]: Page, fault: FaultKind, { checks, ready }: PreflightAnswer): readonly string[] {
  const failed = checks.filter(({ status }) => status === 'failed');
  const broken: string[] = [];
  if (ready !== (failed.length === 0)) broken.push('ready, with failed checks, or the reverse');
  for (const { name, heading, detail } of failed) {
    if (heading === undefined) broken.push(`${name} without a cure`);
    if (heading === ERROR_CODES.WRONG_ACCOUNT.heading) broken.push(`${name} blames the kind of the account`);
    if (heading === ERROR_CODES.KEY_REFUSED.heading && fault.why !== 'key') broken.push(`${name} blames the key`);
    const isCoin = /dapi|\/cm\//.test(path);
    const other = isCoin ? /USDⓈ-M|margin UM/ : /COIN-M|margin CM/;
    // The API that accepts the key is named as well as the one that refuses it; one page shows the rights of a whole portfolio margin account.
    const isShared = SHARED.includes(fault.about) || fault.why === 'key' || path.endsWith('/um/accountConfig');
    if (kind.pages.length > 7 && !isShared && other.test(`${name} ${detail}`))
      broken.push(`${name} names the other market`);
  }
  return broken;
}

describe.each(KINDS)('$name', kind => {
  const cells = sampled(CELLS, 29);
  test.each(kind.pages)(`%s: ${cells.length} cells end as declared`, { timeout: 240_000 }, async (...page) => {
    const unexpected: unknown[] = [];
    for (const cell of cells) {
      const fault = asSaidBy(kind, page[0], cell.fault);
      const { answer, tookMs, isTouched } = await play(kind, page, cell);
      const broken = [...brokenBy(kind, page, fault, answer)];
      if (tookMs > LONGEST_MS) broken.push(`it took ${tookMs} ms`);
      if (isTouched) broken.push('it touched the account');
      if (answer.ready !== wanted(page, fault, cell.moment)) broken.push(`ready: ${answer.ready}`);
      const failed = answer.checks.filter(({ status }) => status === 'failed');
      if (broken.length > 0) unexpected.push([fault.name, cell.moment, broken, failed]);
    }
    expect(unexpected).toEqual([]);
  });
});
