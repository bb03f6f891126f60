/**
 * The way of a request through the venue, and of its answer back:
 *
 *   half the round trip ─ settle what is due ─ journal ─ scripted faults ─ route ─ ban and weight ─ key ─ signature
 *     ─ order limits ─ endpoint ─ headers ─ scripted answer ─ half the round trip
 *
 * A refusal anywhere becomes its answer; any other error is a bug of the simulator and answered 500 with its message.
 */

import { type AccountState, SHARED_IP } from '../venue/account.ts';
import type { JournalEntry } from '../venue/journal.ts';
import { chargeOrders, chargeWeight, ordersUsed, refundOrders, weightUsed } from '../venue/limits.ts';
import { Refusal, refusal } from '../venue/refusal.ts';
import { ipCounterOf, venueTimeMs, type World } from '../venue/world.ts';
import { authenticateKey, authenticateSignature } from './authenticate.ts';
import type { Call, Endpoint, OrderScript } from './endpoint.ts';
import { type Effect, effectOf, type Moment } from './fault-effect.ts';
import { targetOf } from './fault-target.ts';
import { type Params, peekParams, readParams } from './params.ts';
import { routeOf } from './routes.ts';
import { happen } from './scripted-event.ts';
import { refuseByScript } from './scripted-refusal.ts';
import { type Answer, jsonAnswer, type WireReply, type WireRequest } from './wire.ts';

export async function respond(world: World, request: WireRequest): Promise<WireReply> {
  const halfTripMs = roundTripMs(world, request.path) / 2;
  await pause(world, halfTripMs);
  const account = world.accounts.find(known => known.apiKey === request.headers['x-mbx-apikey']);
  const ip = account?.ip ?? SHARED_IP;
  const params = peekParams(request.query, request.body);
  const entry = open(world, request, params, account);
  const hits = world.faults.take(targetOf(request, params, account?.name));
  const effects = hits.map(effectOf);
  if (hits.length > 0) entry.fault = hits.map(({ fault }) => fault.kind).join('+');
  const moment = (): Moment => ({ timeMs: venueTimeMs(world), path: request.path, ip });

  await pause(world, total(effects, 'delayBeforeMs'));
  world.schedule.settle(world.clock.nowMs());
  const before = effects.find(effect => effect.before !== undefined)?.before;
  const reply =
    before === undefined ? execute(world, request, account, params, effects, entry, moment()) : before(moment());
  await pause(world, total(effects, 'delayAfterMs') + halfTripMs);
  close(world, entry, reply);
  return reply;
}

function execute(
  world: World,
  request: WireRequest,
  account: AccountState | undefined,
  params: Readonly<Record<string, string>>,
  effects: readonly Effect[],
  entry: JournalEntry,
  moment: Moment,
): WireReply {
  for (const effect of effects) {
    if (effect.happen !== undefined && account !== undefined) happen(world, account, params, effect.happen);
  }
  const script: OrderScript = Object.assign({}, ...effects.map(effect => effect.orders));
  const real = serve(world, request, moment.ip, script, entry);
  return effects.reduce<WireReply>(
    (reply, effect) => (effect.after === undefined || reply.kind !== 'reply' ? reply : effect.after(reply, moment)),
    real,
  );
}

/** The venue by its own rules. */
function serve(world: World, request: WireRequest, ip: string, script: OrderScript, entry: JournalEntry): Answer {
  const counter = ipCounterOf(world, ip);
  const headers: Record<string, string> = {};
  try {
    const endpoint = routeOf(request.method, request.path);
    if (endpoint === undefined) throw refusal(-5000, `Path ${request.path}, Method ${request.method} is invalid`);
    entry.weight = weightOf(endpoint, request, world);
    try {
      chargeWeight(counter, ip, entry.weight, world.limits, world.rules, venueTimeMs(world));
    } finally {
      headers['x-mbx-used-weight-1m'] = String(weightUsed(counter, venueTimeMs(world)));
    }
    const params = readParams(request.query, request.body);
    const value =
      endpoint.security === 'open'
        ? endpoint.answer(world, params)
        : serveAccount(world, endpoint, request, params, ip, script, entry, headers);
    entry.executed = true;
    return jsonAnswer(200, value, headers);
  } catch (error) {
    return answerOf(error, world, headers);
  }
}

function serveAccount(
  world: World,
  endpoint: Exclude<Endpoint, { security: 'open' }>,
  request: WireRequest,
  params: Params,
  ip: string,
  script: OrderScript,
  entry: JournalEntry,
  headers: Record<string, string>,
): unknown {
  const account = authenticateKey(world, request, ip);
  if (endpoint.security === 'signed') authenticateSignature(world, account, request, params);
  const call: Call = { world, account, params, script };
  const nowMs = venueTimeMs(world);
  const cost = endpoint.orders?.(call);
  try {
    if (cost !== undefined) {
      chargeOrders(account.counter, cost, world.limits, { counter: ipCounterOf(world, ip), address: ip }, nowMs);
      entry.orders = cost.tenSeconds;
    }
    try {
      refuseByScript(script, params.all.symbol);
      return endpoint.answer(call);
    } catch (error) {
      if (cost !== undefined && !world.rules.rejectedOrdersCount) refundOrders(account.counter, cost, nowMs);
      throw error;
    }
  } finally {
    if (cost !== undefined) {
      const used = ordersUsed(account.counter, nowMs);
      headers['x-mbx-order-count-10s'] = String(used.tenSeconds);
      headers['x-mbx-order-count-1m'] = String(used.minute);
    }
  }
}

function weightOf(endpoint: Endpoint, request: WireRequest, world: World): number {
  const { weight } = endpoint;
  return typeof weight === 'number' ? weight : weight(readParams(request.query, request.body), world);
}

function answerOf(error: unknown, world: World, headers: Readonly<Record<string, string>>): Answer {
  if (!(error instanceof Refusal)) {
    return jsonAnswer(
      500,
      { code: -1000, msg: `Simulator bug: ${error instanceof Error ? error.message : 'no Error'}` },
      headers,
    );
  }
  const status = world.rules.statusByCode[error.code] ?? error.status;
  return jsonAnswer(status, { code: error.code, msg: error.message }, { ...headers, ...error.headers });
}

function roundTripMs(world: World, path: string): number {
  const { rttMs, jitterMs = 0, byPath = {} } = world.latency;
  return (byPath[path] ?? rttMs) + (jitterMs === 0 ? 0 : jitterMs * world.random());
}

async function pause(world: World, ms: number): Promise<void> {
  if (ms > 0) await world.clock.sleep(ms);
  world.schedule.settle(world.clock.nowMs());
}

const total = (effects: readonly Effect[], delay: 'delayBeforeMs' | 'delayAfterMs'): number =>
  effects.reduce((sum, effect) => sum + (effect[delay] ?? 0), 0);

function open(
  world: World,
  request: WireRequest,
  params: Readonly<Record<string, string>>,
  account: AccountState | undefined,
): JournalEntry {
  const { signature: _, ...shown } = params;
  const entry: JournalEntry = {
    seq: world.journal.length + 1,
    receivedAtMs: world.clock.nowMs(),
    answeredAtMs: undefined,
    method: request.method,
    path: request.path,
    params: shown,
    account: account?.name,
    status: undefined,
    code: undefined,
    executed: false,
    weight: 0,
    orders: 0,
    fault: undefined,
  };
  world.journal.push(entry);
  return entry;
}

function close(world: World, entry: JournalEntry, reply: WireReply): void {
  if (reply.kind !== 'reply') return;
  entry.answeredAtMs = world.clock.nowMs();
  entry.status = reply.status;
  const code = /^\{"code":"?(-?\d+)/.exec(reply.body)?.[1];
  if (code !== undefined && code !== '200') entry.code = Number(code);
}
