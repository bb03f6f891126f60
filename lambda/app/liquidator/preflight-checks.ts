/** The part of the self-test that reads from the exchange. */

import type { PlannedAction, PreflightCheck } from '../../contract.ts';
import type { Failure } from '../../core/exchange/failure.ts';
import type { AccountKind, MarketName } from '../../core/exchange/market.ts';
import type { AccountConfig, CloseOrder, KeyPermissions } from '../../core/exchange/model.ts';
import { errorOfFailure } from '../../core/invocation/answer-error.ts';
import { describePlan } from '../../core/liquidation/answer/describe-plan.ts';
import { errorsOfAll, type MarketEnd, marketEndOf, remainingOfAll } from '../../core/liquidation/answer/market-ends.ts';
import { type Called, type Caller, callExchange } from '../exchange/call-exchange.ts';
import type { AccountSession, ExchangeSession } from '../exchange/exchange-session.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import { anyAnswer, kindMessage, kindOfRefusedKey, TRADES, WRONG_KIND, withKind } from './kind-of-account.ts';
import { readAccount } from './read-account.ts';
import { readElsewhere } from './read-uncovered.ts';
import { callersOf, type PreflightTask } from './task.ts';

/** A check before it is named and timed. */
export type Checked = Pick<PreflightCheck, 'status' | 'detail' | 'heading'>;

/** The exchange accepts a timestamp up to 1000 ms ahead (General Info, "Timing security"); flatline corrects it, once, at a cost. */
const CLOCK_WARNING_MS = 500;

export async function checkExchange(
  ports: LiquidatorPorts,
  task: PreflightTask,
  account: AccountSession,
): Promise<{ readonly checks: readonly PreflightCheck[]; readonly plan: readonly PlannedAction[] }> {
  const callers = callersOf(ports, task);
  const callerIn = (session: ExchangeSession): Caller => callers(session, new AbortController().signal);
  const [first] = account.covered;
  if (first === undefined) throw new Error('an account without a market');
  const title = titleOf(account);
  const askingClocks = account.covered.map(session => {
    const asking = callExchange(callerIn(session), { kind: 'server-time' });
    return ask(ports, title('exchange and clock', session), asking, describeClock);
  });
  const clockChecks = Promise.all(askingClocks).then(clocks => clocks.map(one => one.check));
  // One answer is enough: a host that does not answer must not use up the time of the others.
  if (!(await anyAnswer(askingClocks, clock => clock.failure === undefined)))
    return { checks: await clockChecks, plan: [] };

  const askingKey = callExchange(callerIn(first), { kind: 'key-permissions' });
  const askingPermissions = ask(ports, "key's permissions", askingKey, key =>
    describePermissions(key, task.settings.exchange.account),
  );
  const askingMarkets = account.covered.map(session =>
    checkMarket(ports, callerIn(session), name => title(name, session)),
  );
  const askingKind = kindOfRefusedKey(
    account.otherKind && callerIn(account.otherKind),
    askingMarkets.map(async one => (await one).failure),
    askingPermissions.then(one => one.value),
  );
  const [permissions, kind, other, positions, ...markets] = await Promise.all([
    askingPermissions,
    askingKind,
    readElsewhere(ports, task, account),
    readPositions(ports, task, account),
    ...askingMarkets,
  ]);
  const reported = withKind(kind);
  return {
    checks: [
      ...(await clockChecks),
      ...markets.map(one => reported(one.account)),
      lenient(permissions.check),
      reported(positions.check),
      ...markets.flatMap(one => one.test ?? []),
      ...other,
    ],
    plan: positions.plan,
  };
}

/** If there are several markets, each check names its market. */
const titleOf =
  ({ covered }: AccountSession) =>
  (name: string, { market }: ExchangeSession): string =>
    covered.length > 1 ? `${name} (${market.title})` : name;

interface MarketChecks {
  readonly account: PreflightCheck;
  readonly test: PreflightCheck | undefined;
  readonly failure: Failure | undefined;
}

/** The checks of one market. */
async function checkMarket(
  ports: LiquidatorPorts,
  caller: Caller,
  title: (name: string) => string,
): Promise<MarketChecks> {
  const { testOrder } = caller.session.market;
  const asking = callExchange(caller, { kind: 'account-config' });
  const account = await ask(ports, title('key and account'), asking, describeAccount);
  const order = account.value && testOrder && testOrderOf(testOrder, account.value);
  const testing = order && callExchange(caller, { kind: 'test-order', order });
  const test = testing && (await ask(ports, title('test order'), testing, () => ok('a closing order is accepted')));
  return { account: account.check, test: test && provesTheRight(test), failure: account.failure };
}

interface Asked<T> {
  readonly check: PreflightCheck;
  readonly value: T | undefined;
  readonly failure: Failure | undefined;
}

async function ask<T>(
  { clock }: LiquidatorPorts,
  name: string,
  asking: Promise<Called<T>>,
  describe: (value: T) => Checked,
): Promise<Asked<T>> {
  const startedAtMs = clock.nowMs();
  const outcome = await asking;
  const duration_ms = Math.round(clock.nowMs() - startedAtMs);
  if (outcome.ok)
    return { check: { name, ...describe(outcome.value), duration_ms }, value: outcome.value, failure: undefined };
  const { message, heading } = errorOfFailure(outcome.failure);
  return { check: { name, ...failed(message, heading), duration_ms }, value: undefined, failure: outcome.failure };
}

function describeClock(offsetMs: number): Checked {
  const text = `reachable; our clock is ${Math.abs(offsetMs)} ms ${offsetMs > 0 ? 'behind' : 'ahead of'} the exchange's`;
  return Math.abs(offsetMs) > CLOCK_WARNING_MS
    ? { status: 'warning', detail: `${text}; flatline corrects for it` }
    : ok(text);
}

function describeAccount(account: AccountConfig): Checked {
  if (!account.canTrade) return failed('the account may not trade', 'The account may not trade');
  const mode = account.hedgeMode ? 'hedge mode' : 'one-way mode';
  return ok(`the key is valid; ${mode}${account.multiAssetsMargin ? ', multi-assets margin' : ''}`);
}

function describePermissions(key: KeyPermissions, account: AccountKind): Checked {
  const kind = key.canTradePortfolioMargin ? 'portfolio_margin' : 'futures';
  const mayTrade = key.canTradeFutures || key.canTradePortfolioMargin;
  if (mayTrade && kind !== account) return failed(kindMessage(kind), WRONG_KIND);
  if (!mayTrade) return failed('the key may not trade futures', 'The exchange refuses the key');
  if (key.canWithdraw) return { status: 'warning', detail: 'the key may WITHDRAW: take that right from it' };
  if (!key.ipRestricted) {
    return {
      status: 'warning',
      detail: 'the key is not restricted to IP addresses; such a key loses rights if it is not used',
    };
  }
  return ok(`${TRADES[kind]} yes, withdrawals no, restricted to IP addresses`);
}

async function readPositions(
  ports: LiquidatorPorts,
  task: PreflightTask,
  account: AccountSession,
): Promise<{ readonly check: PreflightCheck; readonly plan: readonly PlannedAction[] }> {
  const startedAtMs = ports.clock.nowMs();
  const { botId } = task.bot;
  const request = {
    ...({ action: 'liquidate', trigger: 'manual', botId, correlationId: task.correlationId, dryRun: true } as const),
    ...{ symbols: undefined, reason: undefined, trip: undefined, resume: undefined },
  };
  const { liquidation } = task.settings;
  const settings = { ...task.settings, liquidation: { ...liquidation, closePositions: true, cancelOrders: true } };
  const results = await readAccount(ports, { ...task, settings, request }, account);
  const name = 'positions and orders';
  const duration_ms = Math.round(ports.clock.nowMs() - startedAtMs);
  const ends = results.map(marketEndOf);
  const remaining = remainingOfAll(ends);
  if (!remaining.verified) {
    // ATTEMPTS_EXHAUSTED is the normal end of a read.
    const [error] = errorsOfAll(ends, settings).filter(({ code }) => code !== 'ATTEMPTS_EXHAUSTED');
    const where = error?.market === undefined ? '' : `${titleIn(ends, error.market)}: `;
    const heading = error?.heading ?? 'The result could not be verified';
    const check = { name, ...failed(`${where}${error?.message ?? 'not read whole'}`, heading), duration_ms };
    return { check, plan: [] };
  }
  const covered = ends.length > 1 ? ` (${ends.map(({ state }) => state.job.market.title).join(', ')})` : '';
  const detail = `now would be closed: ${remaining.positions.length} positions, and cancelled: ${remaining.orders} orders${covered}`;
  return { check: { name, ...ok(detail), duration_ms }, plan: results.flatMap(({ state }) => describePlan(state)) };
}

const titleIn = (ends: readonly MarketEnd[], name: MarketName): string =>
  ends.find(({ state }) => state.job.market.name === name)?.state.job.market.title ?? name;

/** The smallest close; order/test executes nothing. */
const testOrderOf = (
  smallest: { readonly symbol: string; readonly quantity: string },
  account: AccountConfig,
): CloseOrder => ({
  ...smallest,
  side: 'SELL',
  positionSide: account.hedgeMode ? 'LONG' : 'BOTH',
  reduceOnly: !account.hedgeMode,
  clientOrderId: 'fl-preflight',
});

/**
 * It is not documented whether order/test checks the position, the book or the margin. A refusal for one of these shows that
 * the key, its rights and the form of the order are accepted.
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
  ['price-band', 'a closing order is read and judged; this one could not be executed now'],
]);

/** The permissions are at the wallet's host, which not every key may read: a failed read counts as skipped. */
const lenient = (check: PreflightCheck): PreflightCheck =>
  check.status === 'failed' && check.detail !== 'the key may not trade futures' && check.heading !== WRONG_KIND
    ? { name: check.name, status: 'skipped', detail: `not known: ${check.detail}`, duration_ms: check.duration_ms }
    : check;

export const ok = (detail: string): Checked => ({ status: 'ok', detail });
export const failed = (detail: string, heading: string): Checked => ({ status: 'failed', detail, heading });
