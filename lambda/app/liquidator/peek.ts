/**
 * One cheap look at what is not covered, beside the proof: positions and open orders in other markets, and the spot margin
 * orders of a portfolio margin account. What is there is said, and left alone. It begins once the account was seen flat, or
 * when a run takes long, and holds up nobody: what is not known when the run is over is not waited for.
 */

import { costIn } from '../../core/exchange/market.ts';
import type { Position, Rows } from '../../core/exchange/model.ts';
import type { RequestKind } from '../../core/exchange/request.ts';
import { take } from '../../core/exchange/room.ts';
import type { Peek } from '../../core/liquidation/answer/market-ends.ts';
import type { Clock } from '../../ports.ts';
import type { AccountSession, ExchangeSession } from '../exchange/exchange-session.ts';

export interface Peeking {
  /** Begins the read, once. */
  begin(): void;
  /** What is known by now, at most `waitMs` later; of a read that never began, nothing. Never rejects. */
  seen(waitMs: number): Promise<readonly Peek[]>;
}

/** All slots are taken: an answer frees one soon. */
const BUSY_MS = 50;

/** If the account is not flat by then, the peek starts all the same: the run takes long anyway. */
const LATEST_MS = 1_000;

export function startPeeking(clock: Clock, account: AccountSession, signal: AbortSignal): Peeking {
  const { uncovered } = account;
  const margin = account.covered.find(({ market }) => market.account === 'portfolio_margin');
  let marginOrders: Peek | undefined;
  const known = new Map<ExchangeSession, Peek>();
  let looking: Promise<unknown> | undefined;
  const noteMargin = (seen: Peek | undefined): void => {
    marginOrders = seen;
  };
  const begin = (): void => {
    looking ??= Promise.all([
      ...uncovered.map(session => peek(clock, session, known, signal)),
      margin && readMargin(clock, margin, signal).then(noteMargin),
    ]);
  };
  if (uncovered.length > 0 || margin !== undefined)
    void clock.sleep(LATEST_MS, signal).then(() => !signal.aborted && begin());
  return {
    begin,
    async seen(waitMs) {
      if (looking === undefined) return uncovered.map(({ market }) => ({ market, ...NOT_READ }));
      const answered = new AbortController();
      await Promise.race([looking, clock.sleep(waitMs, answered.signal)]);
      answered.abort('answered');
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

async function peek(
  clock: Clock,
  session: ExchangeSession,
  known: Map<ExchangeSession, Peek>,
  signal: AbortSignal,
): Promise<void> {
  const { market } = session;
  if (!(await hasRoom(clock, session, 'positions', signal))) return;
  // What one page shows is held, whether or not the other page comes.
  const reply = await session.ask({ kind: 'positions', withOrders: true }, signal, part => {
    if (part.rows.length > 0) known.set(session, { market, ...seenIn(part as Rows<Position>) });
  });
  if (reply.ok) known.set(session, { market, ...seenIn(reply.value) });
  // An address that does not serve the market at all (a simulator's, a proxy's) has none.
  else if (reply.failure.reason === 'no-such-path')
    known.set(session, { market, positions: undefined, failure: undefined });
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
    // Nobody needs this read at once: while any host turns us away, it asks none of them.
    const openAtMs = Math.max(...Object.values(session.rooms(nowMs)).map(room => room.openAtMs));
    const room = take(session.limiter('futures').room(nowMs), costIn(session.market, kind), 'can-wait', nowMs);
    if (room.ok && openAtMs <= nowMs) return true;
    await clock.sleep(Math.max(BUSY_MS, openAtMs - nowMs, room.ok ? 0 : (room.atMs ?? nowMs) - nowMs), signal);
    if (signal.aborted) return false;
  }
}

/** Undefined if it could not be read: spot margin orders are not futures, so a failed read is not reported. */
async function readMargin(clock: Clock, session: ExchangeSession, signal: AbortSignal): Promise<Peek | undefined> {
  if (!(await hasRoom(clock, session, 'margin-orders', signal))) return undefined;
  const reply = await session.ask({ kind: 'margin-orders' }, signal);
  return reply.ok ? { market: session.market, ...NOT_READ, marginOrders: reply.value } : undefined;
}

/** What is there is reported even if other rows cannot be read; that nothing is there only if no row is unreadable. */
function seenIn({ rows, unread, missing, ordersIn }: Rows<Position>): Pick<Peek, 'positions' | 'ordersIn' | 'failure'> {
  const [first] = unread;
  const isSeen = rows.length > 0 || (ordersIn?.length ?? 0) > 0 || first === undefined;
  if (isSeen || missing?.reason === 'no-such-path') return { positions: rows, ordersIn, failure: undefined };
  return {
    positions: undefined,
    failure: missing ?? { ...UNREADABLE, message: `a row cannot be read: ${first.problem}` },
  };
}

const UNREADABLE = { certainty: 'unknown', subject: 'request', reason: 'bad-reply' } as const;
