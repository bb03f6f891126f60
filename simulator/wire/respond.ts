/**
 * The path of a request to the exchange and of its answer back, with the scripted faults:
 *
 *   half the round trip ─ scripted faults ─ journal ─ charge ─ admission ─ delay, engine queue ─ SERVE, or an error in
 *     its place ─ scripted answer ─ delay ─ half the round trip
 *
 * Time passes only in the pauses; due events are carried out right after each. While an address is in a 429 window or
 * banned, that is its answer, and no fault is used up.
 */

import { type AccountState, SHARED_IP } from '../engine/accounts/account.ts';
import { openHold } from '../engine/rules/limits.ts';
import { exchangeTimeMs, ipCounterOf, type World } from '../engine/world.ts';
import { type Admission, admit, charge, isHeld, type Visit } from './admit.ts';
import { hostOf, type OrderScript } from './endpoint.ts';
import { type Effect, effectOf } from './fault-effect.ts';
import { faultTargetOf } from './fault-target.ts';
import { closeEntry, openEntry } from './keep-journal.ts';
import { parseParams } from './params.ts';
import { happen } from './scripted-event.ts';
import { engineWaitMs, serveAdmitted, wireAnswerOf } from './serve.ts';
import type { RequestMoment, WireAnswer, WireReply, WireRequest } from './wire.ts';

export async function respond(world: World, request: WireRequest): Promise<WireReply> {
  const halfTripMs = roundTripMs(world, request.path) / 2;
  await pause(world, halfTripMs);
  const asker = askerOf(world, request);
  const { hits, effects } = faultsOf(world, request, asker);
  await pause(world, total(effects, 'delayOnTheWayMs'));
  const entry = openEntry(world, request, asker.params, asker.account);
  if (hits !== '') entry.fault = hits;
  const visit: Visit = { world, request, entry, host: asker.host, ip: asker.ip, headers: {} };
  const entered = enter(visit, effects);
  await pause(world, total(effects, 'delayBeforeMs') + (entered.kind === 'admitted' ? entered.waitMs : 0));
  const reply = carryOut(visit, entered, asker, effects);
  if (reply.kind === 'hang') return reply;
  await pause(world, total(effects, 'delayAfterMs') + halfTripMs);
  closeEntry(world, entry, reply);
  return reply;
}

/** The caller, before any check. */
interface Asker {
  readonly account: AccountState | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly host: Visit['host'];
  readonly ip: string;
}

function askerOf(world: World, request: WireRequest): Asker {
  const account = world.accounts.find(known => known.apiKey === request.headers['x-mbx-apikey']);
  const params = parseParams(request.query, request.body);
  return { account, params, host: hostOf(request.path), ip: account?.ip ?? SHARED_IP };
}

function faultsOf(world: World, request: WireRequest, { account, params, host, ip }: Asker) {
  const hits = isHeld(world, request, host, ip) ? [] : world.faults.take(faultTargetOf(request, params, account));
  return { hits: hits.map(({ fault }) => fault.kind).join('+'), effects: hits.map(effectOf) };
}

type Entered =
  /** The exchange's own 429 or 418 refuses it; scripted faults do not apply. */
  | { readonly kind: 'held'; readonly error: unknown }
  | { readonly kind: 'admitted'; readonly admission: Admission; readonly waitMs: number }
  | { readonly kind: 'refused'; readonly error: unknown }
  /** The script answers it, before any check. */
  | { readonly kind: 'scripted' };

function enter(visit: Visit, effects: readonly Effect[]): Entered {
  try {
    charge(visit);
  } catch (error) {
    return { kind: 'held', error };
  }
  try {
    if (effects.some(effect => effect.before !== undefined)) return { kind: 'scripted' };
    const admission = admit(visit);
    return { kind: 'admitted', admission, waitMs: engineWaitMs(visit.world, admission) };
  } catch (error) {
    return { kind: 'refused', error };
  }
}

function carryOut(visit: Visit, entered: Entered, { account, params }: Asker, effects: readonly Effect[]): WireReply {
  const { world, request, host, ip, headers } = visit;
  const { weightPerMinute } = ipCounterOf(world, ip, host);
  const { method, path } = request;
  const moment: RequestMoment = { timeMs: exchangeTimeMs(world), method, path, ip, weightPerMinute };
  for (const effect of effects) {
    if (effect.happen !== undefined && account !== undefined) happen(world, account, params, effect.happen);
  }
  const reply = entered.kind === 'held' ? wireAnswerOf(visit, entered.error) : answer(visit, entered, effects, moment);
  if (entered.kind !== 'held') for (const effect of effects) open(visit, account, effect.hold?.(moment));
  return reply.kind === 'reply' ? { ...reply, headers: { ...headers, ...reply.headers } } : reply;
}

function answer(
  visit: Visit,
  entered: Exclude<Entered, { kind: 'held' }>,
  effects: readonly Effect[],
  moment: RequestMoment,
): WireReply {
  if (entered.kind === 'scripted') {
    return effects.find(effect => effect.before !== undefined)?.before?.(moment) ?? { kind: 'hang' };
  }
  const real: WireAnswer =
    entered.kind === 'refused'
      ? wireAnswerOf(visit, entered.error)
      : serveAdmitted(visit, entered.admission, scriptOf(effects));
  const after = effects.filter(effect => effect.after !== undefined);
  return after.reduce<WireReply>(
    (reply, effect) => (reply.kind === 'reply' ? (effect.after?.(reply, moment) ?? reply) : reply),
    real,
  );
}

function scriptOf(effects: readonly Effect[]): OrderScript {
  const fillRatio = effects.find(effect => effect.fillRatio !== undefined)?.fillRatio;
  return {
    refusals: effects.flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal])),
    ...(fillRatio === undefined ? {} : { fillRatio }),
  };
}

/** -1015 concerns the orders of the account, everything else the address. */
function open(
  { world, host, ip }: Visit,
  account: AccountState | undefined,
  hold: ReturnType<NonNullable<Effect['hold']>>,
) {
  if (hold === undefined) return;
  const counter = hold.code === -1015 && account !== undefined ? account.counter : ipCounterOf(world, ip, host);
  openHold(counter, hold, exchangeTimeMs(world));
}

function roundTripMs(world: World, path: string): number {
  const { rttMs, jitterMs = 0, byPath = {} } = world.latency;
  return (byPath[path] ?? rttMs) + (jitterMs === 0 ? 0 : jitterMs * world.random());
}

async function pause(world: World, ms: number): Promise<void> {
  if (ms > 0) await world.clock.sleep(ms);
  world.schedule.settle(world.clock.nowMs());
}

const total = (effects: readonly Effect[], delay: 'delayOnTheWayMs' | 'delayBeforeMs' | 'delayAfterMs'): number =>
  effects.reduce((sum, effect) => sum + (effect[delay] ?? 0), 0);
