/**
 * `node bench/engine.ts [positions …]`: processor time of the engine's own decisions, without a socket and without a clock.
 * Plays a liquidation of so many positions, a third with a resting order and a stop each, answers spread over 20 ms, and
 * says what one event costs in `reduce` and in `decide`, by what happened.
 */

import { parseArgs } from 'node:util';
import { leftOfAll, OPEN_FLOWS } from '../lambda/core/exchange/flow.ts';
import { MARKETS } from '../lambda/core/exchange/market.ts';
import type { Position } from '../lambda/core/exchange/model.ts';
import type { ExchangeRequest } from '../lambda/core/exchange/request.ts';
import type { Room } from '../lambda/core/exchange/room.ts';
import { decide } from '../lambda/core/liquidation/decide.ts';
import { type EngineAnswer, type EngineEvent, reduce } from '../lambda/core/liquidation/reduce.ts';
import { type EngineState, stateAtStart } from '../lambda/core/liquidation/state.ts';
import { deadlineFor } from '../lambda/core/liquidation/timing.ts';
import { machine, threadCpuMs } from './machine.ts';

const START_MS = 1_700_000_000_000;
const RTT_MS = 20;
const SLOTS = 100;

/** Spent on events of one kind. */
interface Spent {
  events: number;
  reduceMs: number;
  decideMs: number;
}

interface Account {
  readonly positions: Map<string, Position>;
  readonly orders: Set<string>;
  readonly stops: Set<string>;
}

function accountOf(count: number): Account {
  const names = Array.from({ length: count }, (_, index) => `S${index}USDT`);
  const position = (symbol: string, index: number): Position => ({
    ...{ symbol, positionSide: 'BOTH', amount: '1.500', entryPrice: '10', markPrice: '10', notional: `${15 + index}` },
    ...{ unrealizedPnl: '0', marginAsset: 'USDT', updatedAtMs: START_MS - 1_000 },
  });
  const third = names.filter((_, index) => index % 3 === 0);
  return {
    positions: new Map(names.map((symbol, index) => [symbol, position(symbol, index)])),
    orders: new Set(third),
    stops: new Set(third),
  };
}

function answerTo(account: Account, request: ExchangeRequest, nowMs: number): EngineAnswer {
  const passed = (value: unknown): EngineAnswer => ({ ok: true, value: value as never });
  const base = { side: 'SELL', positionSide: 'BOTH', quantity: '1.500', reduceOnly: true } as const;
  switch (request.kind) {
    case 'positions':
      return passed({ rows: [...account.positions.values()], unread: [] });
    case 'open-orders':
      return passed({
        rows: [...account.orders].map(symbol => ({
          ...base,
          ...{ symbol, orderId: `o${symbol}`, clientOrderId: '', executedQuantity: '0', reduceOnly: false },
        })),
        unread: [],
      });
    case 'conditional-orders':
      return passed({
        rows: [...account.stops].map(symbol => ({
          ...base,
          ...{
            symbol,
            algoId: `c${symbol}`,
            clientAlgoId: '',
            type: 'STOP_MARKET',
            triggerPrice: '5',
            closePosition: true,
          },
        })),
        unread: [],
      });
    case 'close': {
      const { symbol, quantity, clientOrderId } = request.order;
      account.positions.delete(symbol);
      const receipt = { orderId: clientOrderId, status: 'FILLED', executedQuantity: quantity, updatedAtMs: nowMs };
      return passed({ ...receipt, averagePrice: undefined });
    }
    case 'cancel-orders':
      account.orders.delete(request.symbol);
      return passed(null);
    case 'cancel-conditionals':
      account.stops.delete(request.symbol);
      return passed(null);
    case 'order':
      return passed({ orderId: 'o', status: 'CANCELED', executedQuantity: '0', updatedAtMs: nowMs });
    default:
      return passed({ rows: [], unread: [] });
  }
}

function run(count: number, spent: Map<string, Spent>): { readonly requests: number; readonly flatMs: number } {
  const account = accountOf(count);
  const inbox: { readonly atMs: number; readonly name: string; readonly make: (atMs: number) => EngineEvent }[] = [];
  let state: EngineState = stateAtStart({
    ...{
      scope: { closePositions: true, cancelOrders: true, symbols: undefined },
      correlationId: 'liq_20231114_221320_abcdef',
    },
    ...{ attemptName: '1', deadline: deadlineFor(START_MS, 20_000, 60_000), maxRetries: 3, retryDelayMs: 500 },
    ...{ jitter: 0.5, recvWindowMs: 5_000, hasWallet: false, market: MARKETS.usdm },
  });
  let nowMs = START_MS;
  let requests = 0;
  const timed = <T>(name: string, part: 'reduceMs' | 'decideMs', work: () => T): T => {
    const beganAtMs = performance.now();
    const result = work();
    const entry = spent.get(name) ?? { events: 0, reduceMs: 0, decideMs: 0 };
    spent.set(name, entry);
    entry[part] += performance.now() - beganAtMs;
    if (part === 'reduceMs') entry.events += 1;
    return result;
  };
  let name = 'may-act';
  state = reduce(state, { kind: 'may-act', atMs: nowMs, attemptName: '1', carried: undefined });
  for (;;) {
    const room: Room = {
      ...{
        openAtMs: 0,
        slots: SLOTS - state.pending.size,
        flows: leftOfAll(OPEN_FLOWS, [], nowMs),
        weightLimit: 2_400,
        weightLeft: 2_000,
      },
      ...{ weightFreeAtMs: nowMs + 1_000, ordersLeft: 300, ordersFreeAtMs: nowMs + 1_000 },
    };
    const decision = timed(name, 'decideMs', () => decide(state, nowMs, { futures: room, wallet: room }));
    if (decision.kind === 'end') return { requests, flatMs: nowMs - START_MS };
    if (decision.requests.length > 0) {
      const first = state.nextId;
      state = timed('sent', 'reduceMs', () =>
        reduce(state, { kind: 'sent', atMs: nowMs, requests: decision.requests }),
      );
      decision.requests.forEach((request, index) => {
        requests += 1;
        const atMs = nowMs + RTT_MS + ((first + index) % 20);
        const make = (at: number): EngineEvent => ({
          ...{ kind: 'answered', atMs: at, id: first + index },
          answer: answerTo(account, request, at),
        });
        inbox.push({ atMs, name: request.kind, make });
      });
      inbox.sort((a, b) => a.atMs - b.atMs);
    }
    const next = inbox[0];
    if (next === undefined || next.atMs > decision.timerAtMs) {
      nowMs = decision.timerAtMs;
      name = 'timer';
      continue;
    }
    inbox.shift();
    nowMs = Math.max(nowMs, next.atMs);
    name = next.name;
    const event = next.make(nowMs);
    state = timed(name, 'reduceMs', () => reduce(state, event));
  }
}

const { positionals } = parseArgs({ allowPositionals: true });
const counts = positionals.length === 0 ? [10, 100, 300] : positionals.map(Number);
console.log(`${machine()}; one decision after each event\n`);
for (const count of counts) {
  for (let warm = 0; warm < 5; warm += 1) run(count, new Map());
  const spent = new Map<string, Spent>();
  const runs = Math.max(3, Math.ceil(1_000 / count));
  let last = { requests: 0, flatMs: 0 };
  const beganCpuMs = threadCpuMs();
  for (let at = 0; at < runs; at += 1) last = run(count, spent);
  const cpuMs = threadCpuMs() - beganCpuMs;
  const all = [...spent.values()];
  const events = all.reduce((sum, one) => sum + one.events, 0);
  const total = (part: 'reduceMs' | 'decideMs'): number => all.reduce((sum, one) => sum + one[part], 0);
  const micros = (ms: number, by: number): string => ((ms * 1_000) / Math.max(1, by)).toFixed(1).padStart(8);
  // Of this thread alone: on a busy machine the figures below hold waiting as well.
  const perRun = cpuMs / runs;
  console.log(
    `${count} positions: ${last.requests} requests, flat after ${last.flatMs} ms, ${perRun.toFixed(1)} ms of processor time, ${((perRun * 1_000) / (events / runs)).toFixed(0)} µs an event`,
  );
  console.log(`  ${'µs per event'.padEnd(22)}${'reduce'.padStart(8)}${'decide'.padStart(8)}   events of a run`);
  console.log(
    `  ${'all'.padEnd(22)}${micros(total('reduceMs'), events)}${micros(total('decideMs'), events)}   ${events / runs}`,
  );
  for (const [kind, one] of [...spent].sort((a, b) => b[1].reduceMs + b[1].decideMs - a[1].reduceMs - a[1].decideMs)) {
    const by = Math.max(1, one.events);
    console.log(
      `  ${kind.padEnd(22)}${micros(one.reduceMs, by)}${micros(one.decideMs, by)}   ${(one.events / runs).toFixed(0)}`,
    );
  }
}
