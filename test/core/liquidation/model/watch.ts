/**
 * What must hold of every step of a run, checked while it is played, from what went over the wire and from the model's
 * books. It knows the engine's rules (docs: the engine's own header comments), and nothing of how they are kept.
 */

import type { Failure } from '../../../../lambda/core/exchange/failure.ts';
import type { CloseOrder } from '../../../../lambda/core/exchange/model.ts';
import { COSTS, type ExchangeRequest, symbolOfRequest } from '../../../../lambda/core/exchange/request.ts';
import type { EngineAnswer } from '../../../../lambda/core/liquidation/reduce.ts';
import type { EngineState } from '../../../../lambda/core/liquidation/state.ts';
import type { ModelExchange } from './model-exchange.ts';
import { thousandthsOf } from './quantity.ts';
import type { Rule, Violation } from './violations.ts';

type CloseRequest = Extract<ExchangeRequest, { kind: 'close' }>;

/** A read that serves for a close: sent at this instant or later. */
interface OpenQuestion {
  readonly recvWindowMs: number;
  /** The newest batch. What is heard of an older one is no news: a read came after it. */
  readonly names: ReadonlySet<string>;
  readonly sinceMs: number;
  /** Orders of the batch that have not ended. */
  open: number;
  /** Whether one of them may have been executed. */
  isUncertain: boolean;
}

/** Nobody waits longer for the answer of a request that goes out alone. */
const PATIENCE_MS = 2_000;

/** Failures of which nothing was heard from the exchange. */
const WIRE: ReadonlySet<string> = new Set(['not-sent', 'unreachable', 'no-answer', 'stale-connection']);

/** The same request in any second: positions are polled every 50 ms at most, and read after each close. */
const MOST_PER_SECOND: Readonly<Record<ExchangeRequest['kind'], number>> = {
  ...{ positions: 30, 'open-orders': 12, 'conditional-orders': 12, 'twap-orders': 10, rules: 5, 'server-time': 5 },
  ...{
    // Digits, a thin book, and each order that is seen to be gone are a reason to try at once.
    close: 12,
    'cancel-orders': 16,
    'cancel-order': 16,
    'cancel-conditionals': 16,
    'cancel-conditional': 16,
    'cancel-twap-order': 16,
  },
  ...{
    order: 6,
    'conditional-order': 6,
    fills: 0,
    'account-config': 0,
    'test-order': 0,
    'key-permissions': 0,
    'margin-orders': 0,
  },
};

/** What makes two requests the same: a close of another quantity, or in a wider window, is another one. */
function nameOf(request: ExchangeRequest): string {
  if (request.kind === 'close') {
    const { symbol, positionSide, quantity, price = 'market' } = request.order;
    return `close ${symbol} ${positionSide} ${quantity} ${price} ${request.recvWindowMs}`;
  }
  const symbol = 'symbol' in request ? request.symbol : '';
  const id =
    'algoId' in request
      ? request.algoId
      : 'orderId' in request
        ? request.orderId
        : request.kind === 'order'
          ? Object.values(request.by).join()
          : '';
  return `${request.kind} ${symbol} ${id}`;
}

export class Watch {
  readonly violations: Violation[] = [];
  readonly sent: { readonly atMs: number; readonly request: ExchangeRequest }[] = [];
  /** IDs of orders that a list showed to the engine in this attempt. */
  readonly shown = new Set<string>();
  private readonly model: ModelExchange;
  private readonly questions = new Map<string, OpenQuestion>();
  private readonly closedUntilMs = { futures: 0, wallet: 0, orders: 0 };
  /** Of the exchange's host, until a request that was sent after it passes. */
  private refusedAtMs: number | undefined;
  private newestRefusalMs = Number.NEGATIVE_INFINITY;
  /** Sent after it, and not answered. */
  private readonly probes = new Map<ExchangeRequest, number>();
  private readSentMs = Number.NEGATIVE_INFINITY;
  private readonly recent = new Map<string, number[]>();

  constructor(model: ModelExchange) {
    this.model = model;
  }

  /** Before the next attempt: what it read is forgotten, requested waits are not. */
  attemptBegins(): void {
    this.shown.clear();
    this.questions.clear();
    this.readSentMs = Number.NEGATIVE_INFINITY;
    this.probes.clear();
  }

  sending(state: EngineState, requests: readonly ExchangeRequest[], atMs: number): void {
    const closes = new Map<string, CloseRequest[]>();
    for (const request of requests) {
      this.sent.push({ atMs, request });
      this.checkWaits(request, atMs);
      this.checkAlone(request, atMs);
      this.checkPace(request, atMs);
      this.checkScope(state, request);
      if (request.kind === 'close') {
        const { symbol, positionSide } = request.order;
        const key = `${symbol}|${positionSide}`;
        const batch = closes.get(key);
        if (batch) batch.push(request);
        else closes.set(key, [request]);
      } else if (COSTS[request.kind].operation === 'cancel') this.checkProtection(request);
    }
    for (const [key, orders] of closes) this.checkCloses(state, key, orders, atMs);
  }

  answered(request: ExchangeRequest, sentAtMs: number, answer: EngineAnswer, atMs: number): void {
    if (!answer.ok) this.hear(request, answer.failure, atMs);
    this.heardOfProbe(request, sentAtMs, answer, atMs);
    if (request.kind === 'close') this.heardOfClose(request.order, answer, atMs);
    if (!answer.ok) return;
    if (request.kind === 'positions') this.readSentMs = Math.max(this.readSentMs, sentAtMs);
    if (request.kind === 'open-orders' || request.kind === 'conditional-orders') {
      const { rows } = answer.value as {
        readonly rows: readonly { readonly orderId?: string; readonly algoId?: string }[];
      };
      for (const { orderId, algoId } of rows) this.shown.add(orderId ?? algoId ?? '');
    }
  }

  /** Whether the engine was shown the order in this attempt, or the one that it came from. */
  wasShown = (id: string): boolean => this.shown.has(id.replace(/^child of /, ''));

  say(rule: Rule, what: string): void {
    this.violations.push({ rule, says: `${this.model.sinceMs.toFixed(1)} ms: ${what}` });
  }

  private hear(request: ExchangeRequest, { reason, retryAfterMs }: Failure, atMs: number): void {
    if (retryAfterMs === undefined) return;
    const { host } = COSTS[request.kind];
    if (reason === 'order-limit') this.closedUntilMs.orders = Math.max(this.closedUntilMs.orders, atMs + retryAfterMs);
    if (reason === 'weight-limit' || reason === 'ip-ban')
      this.closedUntilMs[host] = Math.max(this.closedUntilMs[host], atMs + retryAfterMs);
  }

  private checkWaits(request: ExchangeRequest, atMs: number): void {
    const { host, orders } = COSTS[request.kind];
    if (atMs < this.closedUntilMs[host]) this.say('wait', `${request.kind} went out before a requested wait was over`);
    if (orders > 0 && atMs < this.closedUntilMs.orders)
      this.say('wait', 'an order went out before a requested wait was over');
  }

  private checkAlone(request: ExchangeRequest, atMs: number): void {
    if (this.refusedAtMs === undefined || COSTS[request.kind].host !== 'futures') return;
    for (const [probe, sentAtMs] of this.probes)
      if (atMs - sentAtMs < PATIENCE_MS) this.say('alone', `${request.kind} went out beside ${probe.kind}`);
    this.probes.set(request, atMs);
  }

  private heardOfProbe(request: ExchangeRequest, sentAtMs: number, answer: EngineAnswer, atMs: number): void {
    if (COSTS[request.kind].host !== 'futures') return;
    this.probes.delete(request);
    const reason = answer.ok ? undefined : answer.failure.reason;
    // A request on its way when another one was refused proves nothing.
    if (sentAtMs < this.newestRefusalMs) return;
    if (reason === 'weight-limit' || reason === 'ip-ban') {
      this.refusedAtMs = atMs;
      this.newestRefusalMs = atMs;
    } else if (reason === undefined || !WIRE.has(reason)) this.refusedAtMs = undefined;
    if (this.refusedAtMs === undefined) this.probes.clear();
  }

  private checkPace(request: ExchangeRequest, atMs: number): void {
    const isRead = request.kind === 'positions';
    const most = MOST_PER_SECOND[request.kind] + (isRead ? this.closesSince(atMs - 1_000) : 0);
    const name = nameOf(request);
    const recent = this.recent.get(name) ?? [];
    // The orders of one batch are one try.
    if (request.kind === 'close' && recent.at(-1) === atMs) return;
    this.recent.set(name, recent);
    while (recent.length > 0 && (recent[0] ?? 0) <= atMs - 1_000) recent.shift();
    recent.push(atMs);
    if (recent.length > most) this.say('pace', `${request.kind} was sent ${recent.length} times within a second`);
  }

  /** Also of one batch: their answers come at different times, and each is followed by a read. */
  private closesSince(sinceMs: number): number {
    const first = this.sent.findLastIndex(one => one.atMs <= sinceMs) + 1;
    return this.sent.slice(first).filter(one => one.request.kind === 'close').length;
  }

  private checkScope({ job: { scope } }: EngineState, request: ExchangeRequest): void {
    const { operation } = COSTS[request.kind];
    if (operation === 'read') return;
    if (operation === 'order' && !scope.closePositions) this.say('scope', 'a position was closed that was to be left');
    if (operation === 'cancel' && !scope.cancelOrders) this.say('scope', 'orders were cancelled that were to be left');
    const symbol = symbolOfRequest(request);
    if (symbol !== undefined && scope.symbols !== undefined && !scope.symbols.includes(symbol))
      this.say('scope', `${request.kind} of ${symbol}, which is out of scope`);
  }

  private checkCloses(state: EngineState, key: string, closes: readonly CloseRequest[], atMs: number): void {
    const orders = closes.map(one => one.order);
    const recvWindowMs = closes[0]?.recvWindowMs ?? 0;
    const [{ symbol, positionSide } = {} as CloseOrder] = orders;
    const position = state.symbols.get(symbol)?.targets.find(one => one.side === positionSide)?.position;
    const sum = orders.reduce((total, { quantity }) => total + Number(quantity) * 1_000, 0);
    const seen = Math.abs(thousandthsOf(position?.amount ?? '0') ?? 0);
    if (!(sum <= seen + 1e-6)) this.say('size', `${key}: orders for ${sum}, and the last read showed ${seen}`);
    const names = new Set(orders.map(order => order.clientOrderId));
    if (names.size < orders.length) this.say('name', `${key}: two orders have the same name`);
    const question = this.questions.get(key);
    // One whose window was too narrow will be refused for it, like the one before it.
    const isWider = question !== undefined && recvWindowMs > question.recvWindowMs;
    if (
      !isWider &&
      question !== undefined &&
      (question.open > 0 || question.isUncertain) &&
      this.readSentMs < question.sinceMs
    )
      this.say('unread', `${key}: another order without a read after one that may have been executed`);
    this.questions.set(key, { names, recvWindowMs, sinceMs: atMs, open: orders.length, isUncertain: false });
  }

  private heardOfClose({ symbol, positionSide, clientOrderId }: CloseOrder, answer: EngineAnswer, atMs: number): void {
    const key = `${symbol}|${positionSide}`;
    const question = this.questions.get(key);
    if (!question?.names.has(clientOrderId)) return;
    const mayBeExecuted = answer.ok || answer.failure.certainty === 'unknown';
    this.questions.set(key, {
      names: question.names,
      recvWindowMs: question.recvWindowMs,
      sinceMs: mayBeExecuted ? atMs : question.sinceMs,
      open: question.open - 1,
      isUncertain: question.isUncertain || mayBeExecuted,
    });
  }

  /** Protection of a position that the newest read must have shown, and that is still there. */
  private checkProtection(request: ExchangeRequest): void {
    if (request.kind !== 'cancel-conditionals' && request.kind !== 'cancel-conditional') return;
    const { books, schedule } = this.model;
    const lagMs = Math.max(schedule.exchange.positionLagMs, 0);
    for (const { symbol, side, amount, openedAtMs } of books.positions.values()) {
      if (symbol !== request.symbol || amount === 0 || openedAtMs > this.readSentMs - lagMs) continue;
      const protective = books.orders.find(
        order =>
          order.kind === 'conditional' &&
          order.status === 'NEW' &&
          order.symbol === symbol &&
          order.positionSide === side &&
          (order.closePosition || order.reduceOnly || side !== 'BOTH') &&
          (order.side === 'SELL') === amount > 0 &&
          (request.kind === 'cancel-conditionals' || request.algoId === order.id),
      );
      if (protective)
        this.say('stops', `${symbol} ${side} is open, and ${request.kind} takes its stop ${protective.id}`);
    }
  }
}
