/**
 * A request by the venue's own rules, without faults and latency:
 *
 *   route ─ ban and weight ─ key ─ signature ─ order limits ─ endpoint ─ headers
 *
 * A refusal anywhere becomes its answer; any other error is a bug of the simulator and answered 500 with its message.
 */

import type { JournalEntry } from '../venue/journal.ts';
import { chargeOrders, chargeWeight, ordersUsed, refundOrders, weightUsed } from '../venue/limits.ts';
import { Refusal, refusal } from '../venue/refusal.ts';
import { ipCounterOf, venueTimeMs, type World } from '../venue/world.ts';
import { authenticateKey, authenticateSignature } from './authenticate.ts';
import type { Call, Endpoint, OrderScript } from './endpoint.ts';
import { type Params, readParams } from './params.ts';
import { routeOf } from './routes.ts';
import { refuseByScript } from './scripted-refusal.ts';
import { type Answer, jsonAnswer, type WireRequest } from './wire.ts';

/** Where a request comes from, and what goes along with it to the end. */
interface Visit {
  readonly world: World;
  readonly request: WireRequest;
  readonly ip: string;
  readonly script: OrderScript;
  readonly entry: JournalEntry;
  readonly headers: Record<string, string>;
}

/** Notes in `entry` what the request cost and whether it was executed. */
export function serve(
  world: World,
  request: WireRequest,
  ip: string,
  script: OrderScript,
  entry: JournalEntry,
): Answer {
  const visit: Visit = { world, request, ip, script, entry, headers: {} };
  try {
    const endpoint = routeOf(request.method, request.path);
    if (endpoint === undefined) throw refusal(-5000, `Path ${request.path}, Method ${request.method} is invalid`);
    chargeFor(visit, endpoint);
    const params = readParams(request.query, request.body);
    const value = endpoint.security === 'open' ? endpoint.answer(world, params) : serveAccount(visit, endpoint, params);
    entry.executed = true;
    return jsonAnswer(200, value, visit.headers);
  } catch (error) {
    return answerOf(visit, error);
  }
}

function chargeFor({ world, request, ip, entry, headers }: Visit, endpoint: Endpoint): void {
  const counter = ipCounterOf(world, ip);
  const nowMs = venueTimeMs(world);
  entry.weight =
    typeof endpoint.weight === 'number'
      ? endpoint.weight
      : endpoint.weight(readParams(request.query, request.body), world);
  try {
    chargeWeight(counter, ip, entry.weight, world.limits, world.rules, nowMs);
  } finally {
    headers['x-mbx-used-weight-1m'] = String(weightUsed(counter, nowMs));
  }
}

function serveAccount(visit: Visit, endpoint: Exclude<Endpoint, { security: 'open' }>, params: Params): unknown {
  const { world, request, ip, script } = visit;
  const account = authenticateKey(world, request, ip, endpoint.host ?? 'futures');
  if (endpoint.security === 'signed') authenticateSignature(world, account, request, params);
  const call: Call = { world, account, params, script };
  if (endpoint.orders !== undefined) return countOrders(visit, call, endpoint.orders, () => answerCall(call, endpoint));
  return answerCall(call, endpoint);
}

function answerCall(call: Call, endpoint: Exclude<Endpoint, { security: 'open' }>): unknown {
  refuseByScript(call.script, call.params.all.symbol);
  return endpoint.answer(call);
}

/** Charges the account, and tells it in the headers, also when the order is rejected. */
function countOrders(
  { world, ip, entry, headers }: Visit,
  call: Call,
  costOf: (call: Call) => { readonly tenSeconds: number; readonly minute: number },
  answer: () => unknown,
): unknown {
  const { counter } = call.account;
  const nowMs = venueTimeMs(world);
  const cost = costOf(call);
  try {
    chargeOrders(counter, cost, world.limits, { counter: ipCounterOf(world, ip), address: ip }, nowMs);
    entry.orders = cost.tenSeconds;
    try {
      return answer();
    } catch (error) {
      if (!world.rules.rejectedOrdersCount) refundOrders(counter, cost, nowMs);
      throw error;
    }
  } finally {
    const used = ordersUsed(counter, nowMs);
    headers['x-mbx-order-count-10s'] = String(used.tenSeconds);
    headers['x-mbx-order-count-1m'] = String(used.minute);
  }
}

function answerOf({ world, headers }: Visit, error: unknown): Answer {
  if (!(error instanceof Refusal)) return jsonAnswer(500, bugReport(error), headers);
  const status = world.rules.statusByCode[error.code] ?? error.status;
  return jsonAnswer(status, { code: error.code, msg: error.message }, { ...headers, ...error.headers });
}

const bugReport = (error: unknown) => ({ code: -1000, msg: `Simulator bug: ${String(error)}` });
