/**
 * An admitted request: it may wait in the matching engine, and is executed or refused. A refusal becomes its answer; any
 * other error is a bug of the simulator, and is answered 500 with its message.
 */

import { refundOrders } from '../engine/rules/limits.ts';
import { Refusal } from '../engine/rules/refusal.ts';
import { exchangeTimeMs, type World } from '../engine/world.ts';
import { type Admission, showOrderCounts, type Visit } from './admit.ts';
import { checkEngineWindow } from './authenticate.ts';
import { type EndpointCall, type OrderScript, refuseRequest } from './endpoint.ts';
import { batchItems } from './params.ts';
import { jsonAnswer, refusalAnswer, type WireAnswer } from './wire.ts';

/** How long the request waits in the matching engine, by the symbols that it names: a batch as its slowest order. */
export function engineWaitMs(world: World, admission: Admission): number {
  if (!passesEngine(world, admission)) return 0;
  const { waitMs, bySymbol = {} } = world.engineQueue;
  const { symbol, batchOrders } = admission.call.params.all;
  const named = batchOrders === undefined ? [symbol] : (batchItems(batchOrders) ?? []).map(item => item.symbol);
  return Math.max(0, ...named.map(name => (name === undefined ? undefined : bySymbol[name]) ?? waitMs));
}

/** Notes in the entry whether it was executed. */
export function serveAdmitted(visit: Visit, admission: Admission, script: OrderScript): WireAnswer {
  try {
    const value = carryOut(visit, admission, script);
    visit.entry.executed = true;
    return jsonAnswer(200, value, visit.headers);
  } catch (error) {
    return wireAnswerOf(visit, error);
  }
}

/** The answer to an error: the refusal that it is, or the report of a bug. */
export function wireAnswerOf({ world, headers, request }: Visit, error: unknown): WireAnswer {
  if (!(error instanceof Refusal)) {
    return jsonAnswer(500, { code: -1000, msg: `Simulator bug: ${String(error)}` }, headers);
  }
  const shown = request.path.startsWith('/dapi/') && world.rules.coinCodes === 'own' ? inCoinCodes(error) : error;
  return refusalAnswer(shown, headers, error.status);
}

function carryOut({ world, headers, host }: Visit, admission: Admission, script: OrderScript): unknown {
  if (admission.kind === 'open') return admission.endpoint.answer(world, admission.params, admission.market);
  const { endpoint, cost } = admission;
  const call: EndpointCall = { ...admission.call, script };
  try {
    if (passesEngine(world, admission)) checkEngineWindow(world, call.params);
    refuseRequest(script, endpoint.refusesByItem === true);
    const value = endpoint.answer(call);
    if (cost !== undefined) showOrderCounts(headers, call, host);
    return value;
  } catch (error) {
    if (cost !== undefined) {
      if (!world.rules.rejectedOrdersCount) refundOrders(call.account.counter, cost, exchangeTimeMs(world));
    }
    throw error;
  }
}

function passesEngine(world: World, admission: Admission): admission is Extract<Admission, { kind: 'account' }> {
  if (admission.kind === 'open') return false;
  const { queue } = admission.endpoint;
  return queue !== undefined && (queue !== 'conditionals' || world.rules.conditionalsQueueInEngine);
}

/** COIN-M, "Error Codes": the errors that have another number there. */
const COIN_CODES: ReadonlyMap<number, number> = new Map([
  [-4087, -4089],
  [-4088, -4090],
  [-4118, -4112],
  [-4131, -4113],
  [-4164, -4178],
  [-5028, -4188],
]);

function inCoinCodes(refusal: Refusal): Refusal {
  const code = COIN_CODES.get(refusal.code);
  return code === undefined ? refusal : new Refusal(code, refusal.message, refusal.status, refusal.headers);
}
