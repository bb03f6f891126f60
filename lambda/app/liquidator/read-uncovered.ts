/**
 * Reads what is not covered once: positions and open orders in other markets, and the spot margin orders of a portfolio
 * margin account. They are only reported. The read starts once the account was seen flat, or when a run takes long, and delays
 * nothing: what is not known when the run is over is not awaited. A preflight has a check of it.
 */

import type { PreflightCheck } from '../../contract.ts';
import type { Position, Rows } from '../../core/exchange/model.ts';
import type { RequestKind } from '../../core/exchange/request.ts';
import { OTHER_MARKETS } from '../../core/invocation/readiness.ts';
import { type UncoveredRead, warningsOfAll } from '../../core/liquidation/answer/market-ends.ts';
import type { Clock } from '../../ports.ts';
import { roomFor } from '../exchange/call-exchange.ts';
import type { AccountSession, ExchangeSession } from '../exchange/exchange-session.ts';
import { firstWithin } from '../first-within.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import type { PreflightTask } from './task.ts';

interface UncoveredReading {
  /** Begins the read, once. */
  begin(): void;
  /** What is known after `waitMs` at most; nothing if the read never began. Never rejects. */
  seen(waitMs: number): Promise<readonly UncoveredRead[]>;
}

/** All slots are taken: an answer frees one soon. */
const BUSY_MS = 50;

/** If the account is not flat by then, the read starts all the same. */
const LATEST_MS = 1_000;

export function startUncoveredReading(clock: Clock, account: AccountSession, signal: AbortSignal): UncoveredReading {
  const { uncovered } = account;
  const margin = account.covered.find(({ market }) => market.account === 'portfolio_margin');
  let marginOrders: UncoveredRead | undefined;
  const known = new Map<ExchangeSession, UncoveredRead>();
  let reading: Promise<unknown> | undefined;
  const begin = (): void => {
    reading ??= Promise.all([
      ...uncovered.map(session => readUncoveredMarket(clock, session, known, signal)),
      margin &&
        readMargin(clock, margin, signal).then(seen => {
          marginOrders = seen;
        }),
    ]);
  };
  if (uncovered.length > 0 || margin !== undefined)
    void clock.sleep(LATEST_MS, signal).then(() => !signal.aborted && begin());
  return {
    begin,
    async seen(waitMs) {
      if (reading === undefined) return uncovered.map(({ market }) => ({ market, ...NOT_READ }));
      await firstWithin(clock, waitMs, [reading]);
      const seen = uncovered.map(session => known.get(session) ?? { market: session.market, ...NOT_ANSWERED });
      return marginOrders === undefined ? seen : [...seen, marginOrders];
    },
  };
}

const NOT_READ = { positions: undefined, failure: undefined } as const;

const NOT_ANSWERED = {
  positions: undefined,
  failure: { certainty: 'unknown', subject: 'request', reason: 'no-answer', message: 'no answer in time' },
} as const;

async function readUncoveredMarket(
  clock: Clock,
  session: ExchangeSession,
  known: Map<ExchangeSession, UncoveredRead>,
  signal: AbortSignal,
): Promise<void> {
  const { market } = session;
  if (!(await hasRoom(clock, session, 'positions', signal))) return;
  // What one page shows is held, whether or not the other page comes.
  const reply = await session.send({ kind: 'positions', withOrders: true }, signal, part => {
    if (part.rows.length > 0) known.set(session, { market, ...seenIn(part as Rows<Position>) });
  });
  if (reply.ok) known.set(session, { market, ...seenIn(reply.value) });
  // An address that does not serve the market at all (a simulator, a proxy) has none.
  else if (reply.failure.reason === 'no-such-path') known.set(session, { market, ...NOT_READ });
  else known.set(session, { market, positions: undefined, failure: reply.failure });
}

/** Requests that clear the account go first. False: the run is over. */
async function hasRoom(
  clock: Clock,
  session: ExchangeSession,
  kind: RequestKind,
  signal: AbortSignal,
): Promise<boolean> {
  for (;;) {
    const nowMs = clock.nowMs();
    // Not urgent: while any host refuses requests, it is not read.
    const openAtMs = Math.max(...Object.values(session.rooms(nowMs)).map(room => room.openAtMs));
    const room = roomFor(session, kind, nowMs);
    if (room.ok && openAtMs <= nowMs) return true;
    await clock.sleep(Math.max(BUSY_MS, openAtMs - nowMs, room.ok ? 0 : (room.atMs ?? nowMs) - nowMs), signal);
    if (signal.aborted) return false;
  }
}

/** Undefined if it could not be read, which is not reported: spot margin orders are not futures. */
async function readMargin(
  clock: Clock,
  session: ExchangeSession,
  signal: AbortSignal,
): Promise<UncoveredRead | undefined> {
  if (!(await hasRoom(clock, session, 'margin-orders', signal))) return undefined;
  const reply = await session.send({ kind: 'margin-orders' }, signal);
  return reply.ok ? { market: session.market, ...NOT_READ, marginOrders: reply.value } : undefined;
}

/** What is there is reported even if other rows cannot be read; that nothing is there only if no row is unreadable. */
function seenIn({
  rows,
  unread,
  missing,
  ordersIn,
}: Rows<Position>): Pick<UncoveredRead, 'positions' | 'ordersIn' | 'failure'> {
  const [first] = unread;
  const isSeen = rows.length > 0 || (ordersIn?.length ?? 0) > 0 || first === undefined;
  if (isSeen || missing?.reason === 'no-such-path') return { positions: rows, ordersIn, failure: undefined };
  const failure = missing ?? { ...UNREADABLE, message: `a row cannot be read: ${first.problem}` };
  return { positions: undefined, failure };
}

const UNREADABLE = { certainty: 'unknown', subject: 'request', reason: 'bad-reply' } as const;

const PATIENCE_MS = 3_000;

/** One check of the other markets, unless there are none at this address; one of spot margin orders, if there are any. */
export async function readElsewhere(
  { clock }: LiquidatorPorts,
  { settings }: PreflightTask,
  account: AccountSession,
): Promise<readonly PreflightCheck[]> {
  const startedAtMs = clock.nowMs();
  const over = new AbortController();
  const uncoveredReading = startUncoveredReading(clock, account, over.signal);
  uncoveredReading.begin();
  const uncovered = await uncoveredReading.seen(PATIENCE_MS);
  over.abort('over');
  const duration_ms = Math.round(clock.nowMs() - startedAtMs);
  const name = OTHER_MARKETS;
  const warnings = warningsOfAll([], uncovered, settings);
  const margin = warnings
    .filter(({ code }) => code === 'MARGIN_ORDERS_OPEN')
    .map(({ message: detail, heading }) => ({
      ...{ name: 'spot margin orders', status: 'warning' as const, detail, heading, duration_ms },
    }));
  const [warning] = warnings.filter(({ code }) => code !== 'MARGIN_ORDERS_OPEN');
  if (warning === undefined) {
    const seen = uncovered.filter(one => one.positions !== undefined);
    if (seen.length === 0) return margin;
    const nothing = seen.every(one => one.ordersIn !== undefined)
      ? 'positions and orders that need margin'
      : 'positions';
    const detail = `not covered, and without ${nothing}: ${seen.map(one => one.market.title).join(', ')}`;
    return [{ name, status: 'ok', detail, duration_ms }, ...margin];
  }
  const { message: detail, heading } = warning;
  const status = warning.code === 'MARKET_NOT_COVERED' ? 'warning' : 'skipped';
  return [{ name, status, detail, heading, duration_ms }, ...margin];
}
