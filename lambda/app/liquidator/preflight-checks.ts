/** The part of the self-test that asks the exchange. Each question once, repeated by the rules of every request. */

import type { PlannedAction, PreflightCheck } from '../../contract.ts';
import { errorOfFailure } from '../../core/answer-error.ts';
import type { Failure } from '../../core/exchange/failure.ts';
import type { AccountConfig, CloseOrder, KeyPermissions } from '../../core/exchange/model.ts';
import { describePlan } from '../../core/liquidation/describe-plan.ts';
import { leftover } from '../../core/liquidation/leftover.ts';
import { errorsOf } from '../../core/liquidation/troubles.ts';
import { type Called, callExchange } from '../exchange/call-exchange.ts';
import type { ExchangeSession } from '../exchange/exchange-session.ts';
import type { World } from '../world.ts';
import { lookAtAccount } from './look-at-account.ts';
import type { PreflightTask } from './preflight-task.ts';

/** A check before it is named and timed. */
export type Checked = Pick<PreflightCheck, 'status' | 'detail' | 'heading'>;

/** The exchange accepts a timestamp up to 1000 ms ahead (General Info, "Timing security"); flatline corrects it, once, at a cost. */
const CLOCK_WARNING_MS = 500;

export async function checkExchange(
  world: World,
  task: PreflightTask,
  session: ExchangeSession,
): Promise<{ readonly checks: readonly PreflightCheck[]; readonly plan: readonly PlannedAction[] }> {
  const { liquidation } = task.settings;
  const job = { ...liquidation, jitter: world.random.fraction(), deadline: task.deadline };
  const caller = { clock: world.clock, session, job, signal: new AbortController().signal };
  const timed = <T>(name: string, asking: Promise<Called<T>>, judge: (value: T) => Checked) =>
    ask(world, name, asking, judge);

  const clock = await timed('exchange and clock', callExchange(caller, { kind: 'server-time' }), describeClock);
  if (clock.check.status === 'failed') return { checks: [clock.check], plan: [] };

  const [account, permissions, look] = await Promise.all([
    timed('key and account', callExchange(caller, { kind: 'account-config' }), describeAccount),
    timed("key's permissions", callExchange(caller, { kind: 'key-permissions' }), describePermissions),
    lookAt(world, task, session),
  ]);
  const test = account.value
    ? await timed('test order', callExchange(caller, { kind: 'test-order', order: testOrder(account.value) }), () =>
        ok('a closing order is accepted'),
      )
    : undefined;
  return {
    checks: [
      clock.check,
      account.check,
      lenient(permissions.check),
      look.check,
      ...(test ? [provesTheRight(test)] : []),
    ],
    plan: look.plan,
  };
}

interface Asked<T> {
  readonly check: PreflightCheck;
  readonly value: T | undefined;
  readonly failure: Failure | undefined;
}

async function ask<T>(
  { clock }: World,
  name: string,
  asking: Promise<Called<T>>,
  judge: (value: T) => Checked,
): Promise<Asked<T>> {
  const startedAtMs = clock.nowMs();
  const outcome = await asking;
  const duration_ms = Math.round(clock.nowMs() - startedAtMs);
  if (outcome.ok)
    return { check: { name, ...judge(outcome.value), duration_ms }, value: outcome.value, failure: undefined };
  const { message, heading } = errorOfFailure(outcome.failure);
  return { check: { name, ...failed(message, heading), duration_ms }, value: undefined, failure: outcome.failure };
}

function describeClock(offsetMs: number): Checked {
  const text = `reachable; our clock is ${-offsetMs} ms ahead of the exchange's`;
  return Math.abs(offsetMs) > CLOCK_WARNING_MS ? { status: 'warning', detail: `${text}, and is corrected` } : ok(text);
}

function describeAccount(account: AccountConfig): Checked {
  if (!account.canTrade) return failed('the account may not trade', 'The account may not trade');
  const mode = account.hedgeMode ? 'hedge mode' : 'one-way mode';
  return ok(`the key is valid; ${mode}${account.multiAssetsMargin ? ', multi-assets margin' : ''}`);
}

function describePermissions(key: KeyPermissions): Checked {
  if (!key.canTradeFutures) return failed('the key may not trade futures', 'The exchange refuses the key');
  if (key.canWithdraw) return { status: 'warning', detail: 'the key may WITHDRAW: take that right from it' };
  if (!key.ipRestricted) {
    return { status: 'warning', detail: 'the key is not restricted to an IP address; idle ones lose their rights' };
  }
  return ok('futures yes, withdrawals no, restricted to IP addresses');
}

async function lookAt(
  world: World,
  task: PreflightTask,
  session: ExchangeSession,
): Promise<{ readonly check: PreflightCheck; readonly plan: readonly PlannedAction[] }> {
  const startedAtMs = world.clock.nowMs();
  const request = {
    action: 'liquidate',
    trigger: 'manual',
    botId: task.bot.botId,
    correlationId: task.correlationId,
  } as const;
  const whole = { ...request, dryRun: true, symbols: undefined, reason: undefined, trip: undefined, resume: undefined };
  const { liquidation } = task.settings;
  const settings = { ...task.settings, liquidation: { ...liquidation, closePositions: true, cancelOrders: true } };
  const { state, end } = await lookAtAccount(world, { ...task, settings, request: whole }, session);
  const name = 'positions and orders';
  const duration_ms = Math.round(world.clock.nowMs() - startedAtMs);
  const left = leftover(state);
  if (!left.verified) {
    const [error] = errorsOf(state, end, left, settings);
    return {
      check: {
        name,
        ...failed(error?.message ?? 'not read whole', error?.heading ?? 'The result could not be verified'),
        duration_ms,
      },
      plan: [],
    };
  }
  const detail = `now would be closed: ${left.positions.length} positions, and cancelled: ${left.orders} orders`;
  return { check: { name, ...ok(detail), duration_ms }, plan: describePlan(state) };
}

/** The smallest close there is; order/test executes nothing. */
const testOrder = (account: AccountConfig): CloseOrder => ({
  symbol: 'BTCUSDT',
  side: 'SELL',
  positionSide: account.hedgeMode ? 'LONG' : 'BOTH',
  quantity: '0.002',
  reduceOnly: !account.hedgeMode,
  clientOrderId: 'fl-preflight',
});

/**
 * Whether order/test looks at the position, the book or the margin is not documented. Who is refused for one of these has
 * a key, a form and a right that pass: the order was read, and judged as an order.
 */
function provesTheRight({ check, failure }: Asked<null>): PreflightCheck {
  const detail = failure && RIGHT_DETAILS.get(failure.reason);
  return detail === undefined ? check : { name: check.name, duration_ms: check.duration_ms, ...ok(detail) };
}

const RIGHT_DETAILS: ReadonlyMap<Failure['reason'], string> = new Map([
  ['reduce-only-rejected', 'a closing order is accepted; there is nothing to reduce'],
  ['too-small', 'a closing order is accepted; this one is too small to be executed'],
  ['thin-book', 'a closing order is accepted; the book of BTCUSDT is empty at the moment'],
  ['overloaded', 'a closing order is accepted; the exchange is overloaded at the moment'],
  ['rejected', 'a closing order is read and judged; this one could not be executed now'],
]);

/** The wallet's endpoint is another host, and not every key may read it: not knowing is a warning. */
const lenient = (check: PreflightCheck): PreflightCheck =>
  check.status === 'failed' && check.detail !== 'the key may not trade futures'
    ? { name: check.name, status: 'skipped', detail: `not known: ${check.detail}`, duration_ms: check.duration_ms }
    : check;

const ok = (detail: string): Checked => ({ status: 'ok', detail });
const failed = (detail: string, heading: string): Checked => ({ status: 'failed', detail, heading });
