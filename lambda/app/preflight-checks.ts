/** The part of the self-test that asks the exchange. Each question once, with the retries of every request. */

import type { PlannedAction, PreflightCheck } from '../contract.ts';
import { errorOfFailure } from '../core/answer-error.ts';
import { describePlan } from '../core/describe-plan.ts';
import type { Failure } from '../core/failure.ts';
import { leftover } from '../core/flatness.ts';
import type { AccountConfig, CloseOrder } from '../core/model.ts';
import { planRound } from '../core/plan.ts';
import { REQUESTS } from '../core/request-costs.ts';
import { attempt, type Outcome } from './attempt.ts';
import { observe } from './observe.ts';
import { createRateBudget } from './rate-budget.ts';
import type { Run } from './run.ts';

/** A check before it is named and timed. */
export type Checked = Pick<PreflightCheck, 'status' | 'detail' | 'heading'>;

const WHOLE_ACCOUNT = { closePositions: true, cancelOrders: true, symbols: undefined } as const;
/** The exchange accepts a timestamp up to 1000 ms ahead (General Info, "Timing security"); flatline corrects it, once, at a cost. */
const CLOCK_WARNING_MS = 500;

export async function checkExchange(
  run: Run,
): Promise<{ readonly checks: readonly PreflightCheck[]; readonly plan: readonly PlannedAction[] }> {
  const clock = await ask(
    run,
    'exchange and clock',
    attempt(run, REQUESTS.syncClock, (x, l) => x.syncClock(l)),
    offset =>
      Math.abs(offset) > CLOCK_WARNING_MS
        ? {
            status: 'warning',
            detail: `reachable; our clock is ${-offset} ms ahead of the exchange's, and is corrected`,
          }
        : ok(`reachable; our clock is ${-offset} ms ahead of the exchange's`),
  );
  if (clock.check.status === 'failed') return { checks: [clock.check], plan: [] };

  const [account, permissions, look] = await Promise.all([
    ask(
      run,
      'key and account',
      attempt(run, REQUESTS.accountConfig, (x, l) => x.accountConfig(l)),
      describeAccount,
    ),
    ask(
      run,
      "key's permissions",
      attempt(atAnotherHost(run), REQUESTS.keyPermissions, (x, l) => x.keyPermissions(l)),
      key => {
        if (!key.canTradeFutures) return failed('the key may not trade futures', 'The exchange refuses the key');
        if (key.canWithdraw) return { status: 'warning', detail: 'the key may WITHDRAW: take that right from it' };
        if (!key.ipRestricted)
          return {
            status: 'warning',
            detail: 'the key is not restricted to an IP address; idle ones lose their rights',
          };
        return ok('futures yes, withdrawals no, restricted to IP addresses');
      },
    ),
    lookAt(run),
  ]);
  const test = account.value
    ? await ask(
        run,
        'test order',
        attempt(run, REQUESTS.testOrder, (x, l) => x.testOrder(testOrder(account.value), l)),
        () => ok('a closing order is accepted'),
      )
    : undefined;
  return {
    checks: [
      clock.check,
      account.check,
      lenient(permissions.check),
      look.check,
      ...(test ? [refusedForItsSize(test)] : []),
    ],
    plan: look.plan,
  };
}

/** The wallet's host has limits and bans of its own: what it refuses says nothing about the futures' host. */
const atAnotherHost = (run: Run): Run => ({
  ...run,
  session: { ...run.session, stop: () => undefined },
  budget: createRateBudget(run.world.clock),
});

interface Asked<T> {
  readonly check: PreflightCheck;
  readonly value: T | undefined;
  readonly failure: Failure | undefined;
}

async function ask<T>(
  run: Run,
  name: string,
  asking: Promise<Outcome<T>>,
  judge: (value: T) => Checked,
): Promise<Asked<T>> {
  const { clock } = run.world;
  const startedAtMs = clock.nowMs();
  const outcome = await asking;
  const duration_ms = Math.round(clock.nowMs() - startedAtMs);
  if (outcome.ok)
    return { check: { name, ...judge(outcome.value), duration_ms }, value: outcome.value, failure: undefined };
  const { message, heading } = errorOfFailure(outcome.failure);
  return { check: { name, ...failed(message, heading), duration_ms }, value: undefined, failure: outcome.failure };
}

function describeAccount(account: AccountConfig): Checked {
  if (!account.canTrade) return failed('the account may not trade', 'The account may not trade');
  const mode = account.hedgeMode ? 'hedge mode' : 'one-way mode';
  return ok(`the key is valid; ${mode}${account.multiAssetsMargin ? ', multi-assets margin' : ''}`);
}

async function lookAt(run: Run): Promise<{ readonly check: PreflightCheck; readonly plan: readonly PlannedAction[] }> {
  const { snapshot, failures } = await observe(run, WHOLE_ACCOUNT, 'all');
  const name = 'positions and orders';
  const duration_ms = Math.round(snapshot.finishedAtMs - snapshot.startedAtMs);
  const [failure] = failures;
  if (failure) {
    const { message, heading } = errorOfFailure(failure);
    return { check: { name, ...failed(message, heading), duration_ms }, plan: [] };
  }
  const left = leftover(snapshot, WHOLE_ACCOUNT);
  const detail = `now would be closed: ${left.positions.length} positions, and cancelled: ${left.orders} orders`;
  return {
    check: { name, ...ok(detail), duration_ms },
    plan: planRound(snapshot, WHOLE_ACCOUNT, () => ({})).map(describePlan),
  };
}

/** The smallest close there is; order/test executes nothing. */
const testOrder = (account: AccountConfig | undefined): CloseOrder => ({
  symbol: 'BTCUSDT',
  side: 'SELL',
  positionSide: account?.hedgeMode ? 'LONG' : 'BOTH',
  quantity: '0.002',
  reduceOnly: !account?.hedgeMode,
  clientOrderId: 'fl-preflight',
});

/**
 * Whether order/test looks at the position is not documented, nor whether a close in hedge mode, which cannot be marked
 * reduce-only, is exempt from the minimum notional (-4164). Who is refused for that has a key, a form and a right that pass.
 */
function refusedForItsSize({ check, failure }: Asked<null>): PreflightCheck {
  const detail = failure && SIZE_DETAILS.get(failure.reason);
  return detail === undefined ? check : { name: check.name, duration_ms: check.duration_ms, ...ok(detail) };
}

const SIZE_DETAILS: ReadonlyMap<Failure['reason'], string> = new Map([
  ['reduce-only-rejected', 'a closing order is accepted; there is nothing to reduce'],
  ['too-small', 'a closing order is accepted; this one is too small to be executed'],
]);

/** The wallet's endpoint is another host, and not every key may read it: not knowing is a warning. */
const lenient = (check: PreflightCheck): PreflightCheck =>
  check.status === 'failed' && check.heading !== 'The exchange refuses the key'
    ? { name: check.name, status: 'skipped', detail: `not known: ${check.detail}`, duration_ms: check.duration_ms }
    : check;

const ok = (detail: string): Checked => ({ status: 'ok', detail });
const failed = (detail: string, heading: string): Checked => ({ status: 'failed', detail, heading });
