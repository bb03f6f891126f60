/**
 * A tiny exchange for the reducer's properties: synchronous, in virtual time, in whole numbers. It takes requests and
 * answers them later, as its schedule says; what is true stands in its books.
 *
 *   ask ── wire ──▶ arrive ─┬─ limits, key, clock, halt, fate ──▶ refused
 *                           └─ queue ──▶ executed in the books ──▶ answer ── wire ──▶ onReply
 */

import type { Rows } from '../../../../lambda/core/exchange/model.ts';
import { COSTS, type ExchangeRequest, symbolOfRequest } from '../../../../lambda/core/exchange/request.ts';
import type { EngineAnswer } from '../../../../lambda/core/liquidation/reduce.ts';
import { answerTo } from './answers.ts';
import { type BookOrder, Books, signOf } from './books.ts';
import { type Refusal, refused } from './failed.ts';
import { Limits, type ModelUsage } from './limits.ts';
import { bothPages, type InPart, onePage } from './pages.ts';
import type { Fate, Fault, Says, Schedule } from './schedule.ts';
import { type Dice, diceOf } from './seeded-numbers.ts';
import { Timeline } from './timeline.ts';

export type OnReply = (answer: EngineAnswer, usage: ModelUsage) => void;
/** One page of a list, before the whole of it. */
export type OnPart = (rows: Rows<unknown>) => void;

export class ModelExchange {
  readonly schedule: Schedule;
  readonly startMs: number;
  readonly timeline = new Timeline();
  readonly books = new Books();
  readonly limits: Limits;
  /** Of this instant. */
  nowMs: number;
  /** The key that the caller signs with: 1 after it was read anew from a rotated secret. */
  keyInUse = 0;
  /** The network delivers what it delivered before. */
  isRepeat = false;
  private clockSetAtMs: number;
  private readonly dice: Dice;
  private readonly seen: number[];

  constructor(schedule: Schedule, startMs: number) {
    this.schedule = schedule;
    this.startMs = startMs;
    this.nowMs = startMs;
    this.clockSetAtMs = startMs - 1;
    this.dice = diceOf(schedule.seed + 1);
    this.seen = schedule.faults.map(() => 0);
    this.limits = new Limits(schedule, startMs);
    this.open();
  }

  /** Since the start of the run. */
  get sinceMs(): number {
    return this.nowMs - this.startMs;
  }

  send(request: ExchangeRequest, onReply: OnReply, onPart: OnPart = () => undefined): void {
    const fate = this.fateOf(request);
    const { wireMs, spreadMs } = this.schedule.exchange;
    const there = wireMs + this.dice.int(0, spreadMs) + (fate?.kind === 'slow' ? fate.thereMs : 0);
    const back = wireMs + this.dice.int(0, spreadMs) + (fate?.kind === 'slow' ? fate.backMs : 0);
    if (fate?.kind === 'lost') {
      this.say(fate.says, fate.afterMs, onReply);
      return;
    }
    const sentAtMs = this.nowMs;
    const key = this.keyInUse;
    const clockSetAtMs = this.clockSetAtMs;
    const deliver =
      fate?.kind === 'unanswered'
        ? () => undefined
        : fate?.kind === 'in-part'
          ? this.pageByPage(request, { fate, sentAtMs, back }, onReply, onPart)
          : (answer: EngineAnswer, usage: ModelUsage) => this.put(back, () => onReply(answer, usage));
    this.put(there, () => this.arrive(request, { sentAtMs, key, clockSetAtMs, fate }, deliver));
    if (fate?.kind === 'twice') {
      this.put(there + fate.afterMs, () =>
        this.arrive(request, { sentAtMs, key, clockSetAtMs, fate, isRepeat: true }, () => undefined),
      );
    }
    if (fate?.kind === 'unanswered') this.say(fate.says, there + fate.afterMs, onReply);
  }

  /** The second page is read when it comes: it may show what has changed meanwhile. */
  private pageByPage(
    request: ExchangeRequest,
    { fate, sentAtMs, back }: { readonly fate: InPart; readonly sentAtMs: number; readonly back: number },
    onReply: OnReply,
    onPart: OnPart,
  ): OnReply {
    return (first, usage) => {
      if (!first.ok) {
        this.put(back, () => onReply(first, usage));
        return;
      }
      const symbols = [...this.books.positions.values()].map(({ symbol }) => symbol);
      this.put(back, () => onPart(onePage(request, first, fate, symbols, false)));
      this.put(back + fate.restMs, () => {
        const value = fate.isLost ? onePage(request, first, fate, symbols, true) : undefined;
        const whole = bothPages(first, answerTo(this, request, sentAtMs, undefined), fate);
        onReply(value === undefined ? whole : { ok: true, value: value as never }, usage);
      });
    };
  }

  /** A new secret is read; whether it is another one. */
  readSecret(): boolean {
    const { key } = this.schedule;
    const newest = key !== undefined && this.sinceMs >= key.secretAtMs ? 1 : 0;
    const isNew = newest !== this.keyInUse;
    this.keyInUse = newest;
    return isNew;
  }

  private put(afterMs: number, happen: () => void): void {
    this.timeline.put(this.nowMs + afterMs, happen);
  }

  private say(says: Says, afterMs: number, onReply: OnReply): void {
    if (says === 'silence') return;
    const certainty = says === 'unreachable' ? 'unreached' : 'unknown';
    this.put(afterMs, () => onReply(refused({ certainty, subject: 'request', reason: says }), NO_USAGE));
  }

  private fateOf(request: ExchangeRequest): Fate | undefined {
    const symbol = symbolOfRequest(request);
    let fate: Fate | undefined;
    this.schedule.faults.forEach((fault, index) => {
      if (!isMeant(fault, request, symbol) || this.sinceMs >= fault.untilMs) return;
      const count = this.seen[index] ?? 0;
      this.seen[index] = count + 1;
      if (count >= fault.skip && count < fault.skip + fault.times) fate ??= fault.fate;
    });
    return fate;
  }

  private arrive(
    request: ExchangeRequest,
    sent: {
      readonly sentAtMs: number;
      readonly key: number;
      readonly clockSetAtMs: number;
      readonly fate: Fate | undefined;
      readonly isRepeat?: true;
    },
    deliver: OnReply,
  ): void {
    const cost = COSTS[request.kind];
    const limit = this.limits.charge(cost, this.nowMs);
    const usage = this.limits.usage(this.nowMs);
    const failure = limit ?? this.refusal(request, sent);
    if (failure !== undefined) {
      deliver(refused(failure), cost.host === 'futures' ? usage : NO_USAGE);
      return;
    }
    const execute = (): void => {
      this.isRepeat = sent.isRepeat ?? false;
      deliver(answerTo(this, request, sent.sentAtMs, sent.fate), usage);
    };
    if (request.kind === 'server-time') this.clockSetAtMs = this.nowMs;
    const { queueMs, queueUntilMs } = this.schedule.exchange;
    const waits = request.kind === 'close' && queueMs > 0 && this.sinceMs < queueUntilMs;
    if (!waits) {
      execute();
      return;
    }
    if (request.recvWindowMs < this.nowMs + queueMs - sent.sentAtMs) {
      this.put(queueMs, () => deliver(refused({ certainty: 'refused', subject: 'target', reason: 'window' }), usage));
      return;
    }
    this.put(queueMs, execute);
  }

  private refusal(
    request: ExchangeRequest,
    sent: { readonly key: number; readonly clockSetAtMs: number; readonly fate: Fate | undefined },
  ): Refusal | undefined {
    const { key, clockSetAtMs, fate } = sent;
    if (fate?.kind === 'refused') return fate.failure;
    const rotation = this.schedule.key;
    if (rotation !== undefined && this.sinceMs >= rotation.atMs && key === 0 && request.kind !== 'server-time')
      return { certainty: 'refused', subject: 'key', reason: 'key' };
    const stepped = this.schedule.clockSteps.some(atMs => this.sinceMs >= atMs && clockSetAtMs < this.startMs + atMs);
    const signed = request.kind !== 'server-time' && request.kind !== 'rules';
    return stepped && signed ? { certainty: 'refused', subject: 'request', reason: 'clock' } : undefined;
  }

  private open(): void {
    const { positions, orders, conditionals, twapOrders, trades } = this.schedule;
    const { books, startMs } = this;
    for (const { symbol, side, amount } of positions) books.change(symbol, side, amount, startMs - 60_000, undefined);
    orders.forEach((order, index) => {
      const { fillsAtMs, ...rest } = order;
      this.rest({ ...rest, id: `o${index}`, kind: 'order', closePosition: false }, fillsAtMs);
    });
    conditionals.forEach((order, index) => {
      const { triggersAtMs, ...rest } = order;
      this.rest({ ...rest, id: `c${index}`, kind: 'conditional', fillsOnCancel: false }, triggersAtMs);
    });
    twapOrders.forEach((_, index) => {
      this.runTwap(index);
    });
    for (const { atMs, symbol, side, delta, reduceOnly } of trades) {
      this.put(atMs, () => {
        const held = books.position(symbol, side)?.amount ?? 0;
        const opens = !reduceOnly && (side === 'BOTH' || (side === 'LONG') === delta > 0);
        const reduces = held !== 0 && Math.sign(held) === -Math.sign(delta);
        const size = reduces ? Math.min(Math.abs(held), Math.abs(delta)) : opens ? Math.abs(delta) : 0;
        if (size > 0) books.change(symbol, side, Math.sign(delta) * size, this.nowMs, 'trade');
      });
    }
  }

  private rest(
    order: Pick<BookOrder, 'id' | 'kind' | 'symbol' | 'side' | 'positionSide' | 'quantity' | 'reduceOnly'> &
      Pick<BookOrder, 'closePosition' | 'fillsOnCancel'>,
    fillsAtMs: number | undefined,
  ): void {
    const openedAtMs = this.startMs - 60_000;
    const own: BookOrder = {
      ...order,
      ...{ openedAtMs, executed: 0, status: 'NEW', childOrderId: undefined, updatedAtMs: openedAtMs },
      goneAtMs: Number.POSITIVE_INFINITY,
    };
    this.books.orders.push(own);
    if (fillsAtMs !== undefined) this.put(fillsAtMs, () => this.books.fill(own, this.nowMs));
  }

  private runTwap(index: number): void {
    const twapOrder = this.schedule.twapOrders[index];
    if (twapOrder === undefined) return;
    const { symbol, side, positionSide, quantity, everyMs, untilMs } = twapOrder;
    const own = { id: `s${index}`, symbol, live: true };
    this.books.twapOrders.push(own);
    const tick = (): void => {
      if (!own.live) return;
      this.books.change(symbol, positionSide, signOf(side) * quantity, this.nowMs, own.id);
      this.put(everyMs, tick);
    };
    this.put(everyMs, tick);
    this.put(untilMs, () => {
      own.live = false;
    });
  }
}

const isMeant = ({ on, symbol: of }: Fault, { kind }: ExchangeRequest, symbol: string | undefined): boolean =>
  (on === kind || (on === 'any' && kind !== 'server-time')) && (of === undefined || of === symbol);

export const NO_USAGE: ModelUsage = {};
