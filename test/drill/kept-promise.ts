/** Evidence of scenarios that kept their promise, written by hand, for judges and screens to be tried on. */

import type { Answer, AuditEventType } from '../../lambda/contract.ts';
import type { Truth } from '../../simulator/engine/accounts/truth.ts';
import type { JournalEntry } from '../../simulator/exchange.ts';
import type {
  AuditLogItem,
  BeatEvidence,
  CallEvidence,
  Evidence,
  IncidentEvidence,
  TickEvidence,
  TickReportEvidence,
} from '../../simulator/scenarios/evidence.ts';
import { remainingOf } from '../support/stored-records.ts';

export const T0 = Date.UTC(2024, 1, 29, 12, 0, 0);
export const ID = 'liq_20240229_120000_abc123';

export const NOTHING: Truth = { positions: [], orders: [], conditionals: [], fills: [] };

type Position = Truth['positions'][number];
type Order = Truth['orders'][number];
type Conditional = Truth['conditionals'][number];
type Fill = Truth['fills'][number];

export const position = (
  symbol: string,
  amount: string,
  positionSide: Position['positionSide'] = 'BOTH',
): Position => ({
  symbol,
  amount,
  positionSide,
});

export const order = (symbol: string, orderId: string, changes: Partial<Order> = {}): Order => ({
  ...{ symbol, orderId, clientOrderId: `c${orderId}`, side: 'BUY', positionSide: 'BOTH', quantity: '0.5' },
  ...{ executed: '0', price: '60300', reduceOnly: false },
  ...changes,
});

export const stop = (symbol: string, algoId: string, changes: Partial<Conditional> = {}): Conditional => ({
  ...{ symbol, algoId, side: 'SELL', positionSide: 'BOTH', type: 'STOP_MARKET', quantity: '0', triggerPrice: '53600' },
  ...{ reduceOnly: false, closePosition: true, status: 'NEW' },
  ...changes,
});

export const fill = (symbol: string, side: Fill['side'], quantity: string, changes: Partial<Fill> = {}): Fill => ({
  ...{ symbol, side, quantity, positionSide: 'BOTH', price: '67000', realizedPnl: '0', orderId: '1' },
  ...{ clientOrderId: 'fl-1', atMs: T0 + 120 },
  ...changes,
});

let seq = 0;
/** Answered 200 and carried out by default; arrives `atMs` after the start and takes 10 ms. */
export function request(
  method: string,
  path: string,
  atMs: number,
  params: Readonly<Record<string, string>> = {},
  changes: Partial<JournalEntry> = {},
): JournalEntry {
  seq += 1;
  return {
    ...{ seq, method, path, params, receivedAtMs: T0 + atMs, answeredAtMs: T0 + atMs + 10, account: 'drill' },
    ...{ status: 200, code: undefined, executed: true, weight: 1, orders: 0, fault: undefined },
    ...changes,
  };
}

export const readOfPositions = (atMs: number): JournalEntry => request('GET', '/fapi/v3/positionRisk', atMs);

export const close = (
  symbol: string,
  side: 'BUY' | 'SELL',
  atMs: number,
  changes: Partial<JournalEntry> = {},
): JournalEntry =>
  request(
    'POST',
    '/fapi/v1/order',
    atMs,
    { symbol, side, quantity: '0.500', positionSide: 'BOTH', reduceOnly: 'true' },
    changes,
  );

export const answer = (changes: Partial<Answer> = {}): Answer => ({
  ...{ headline: 'FLAT', state: 'completed', success: true, correlation_id: ID, bot_id: 'default', trigger: 'drill' },
  ...{ positions_closed: 2, positions_failed: 0, orders_cancelled: 1, total_realized_pnl: '0', realized_pnl: {} },
  ...{ pnl_is_estimate: false, commissions: {}, duration_seconds: 0.3, rounds: 3, errors: [], warnings: [] },
  ...{ remaining: remainingOf(), replayed: false, dry_run: false, attempt: 1 },
  ...{ started_at: '2024-02-29T12:00:00.000000Z', finished_at: '2024-02-29T12:00:00.300000Z' },
  ...changes,
});

export const call = (name: string, changes: Partial<CallEvidence> = {}): CallEvidence => ({
  ...{ call: name, on: 'A', correlationId: ID, startedAtMs: T0, endedAtMs: T0 + 300, cold: false },
  ...{ answer: answer(), outcome: 'answered', exchangeRequests: 3, exchangeActions: 2 },
  ...changes,
});

export const item = (event_type: AuditEventType, changes: Partial<AuditLogItem> = {}): AuditLogItem => ({
  ...{ correlation_id: ID, timestamp: '2024-02-29T12:00:00.100000Z', event_type, writer: 'a1', attempt: 1, data: {} },
  ...changes,
});

export const intact = (writer: string) => ({
  writer,
  kind: 'intact',
  items: 2,
  sentence: `${writer}: 2 items, intact.`,
});

export const incident = (changes: Partial<IncidentEvidence> = {}): IncidentEvidence => ({
  ...{ correlationId: ID, state: 'completed', attempts: 1 },
  auditLog: [item('liquidation_started'), item('liquidation_completed')],
  chain: { ok: true, sealed: true, segments: [intact('a1')] },
  ...changes,
});

/** A long, a short, an order and a stop; one call; flat. */
export const normalEvidence = (): Evidence => ({
  stage: { positions: 2, hedge: false, rttMs: 20 },
  before: {
    ...NOTHING,
    positions: [position('BTCUSDT', '0.5'), position('ETHUSDT', '-4')],
    orders: [order('BTCUSDT', '11')],
    conditionals: [stop('BTCUSDT', '21')],
  },
  after: { ...NOTHING, fills: [fill('BTCUSDT', 'SELL', '0.5'), fill('ETHUSDT', 'BUY', '4')] },
  violations: [],
  journal: [
    readOfPositions(20),
    request('DELETE', '/fapi/v1/allOpenOrders', 60, { symbol: 'BTCUSDT' }),
    close('BTCUSDT', 'SELL', 100),
    close('ETHUSDT', 'BUY', 100),
    readOfPositions(140),
  ],
  calls: [call('liquidate')],
  incidents: [incident()],
  bots: [],
  ticks: [],
  logs: [],
  leaks: [],
});

export const lateItem = item('bot_late', { writer: 'w-1', attempt: 0 });
export const deadItem = item('bot_dead', { writer: 'w-2', attempt: 0 });
export const taken = (atMs: number): BeatEvidence => ({ atMs: T0 + atMs, outcome: 'taken', correlationId: undefined });
export const refused: BeatEvidence = { atMs: T0 + 6_900, outcome: 'tripped', correlationId: ID };
export const tick = (changes: Partial<TickReportEvidence> = {}): TickEvidence => ({
  ...{ startedAtMs: T0, endedAtMs: T0 + 6_100 },
  report: { due: 1, late: ['drill'], fired: [], sentinels: 0, resumed: [], unproven: [], problems: [], ...changes },
});
