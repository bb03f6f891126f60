/**
 * The way of a request to the venue and of its answer back, with all that may go wrong on it:
 *
 *   half the round trip ─ journal ─ scripted faults ─ delay ─ SERVE, or an error in its place ─ scripted answer ─ delay
 *     ─ half the round trip
 *
 * Time passes only in the pauses; what falls due meanwhile is settled right after each.
 */

import { type AccountState, SHARED_IP } from '../venue/account.ts';
import type { JournalEntry } from '../venue/journal.ts';
import { venueTimeMs, type World } from '../venue/world.ts';
import type { OrderScript } from './endpoint.ts';
import { type Effect, effectOf, type Moment } from './fault-effect.ts';
import { targetOf } from './fault-target.ts';
import { closeEntry, openEntry } from './keep-journal.ts';
import { peekParams } from './params.ts';
import { happen } from './scripted-event.ts';
import { serve } from './serve.ts';
import type { WireReply, WireRequest } from './wire.ts';

export async function respond(world: World, request: WireRequest): Promise<WireReply> {
  const halfTripMs = roundTripMs(world, request.path) / 2;
  await pause(world, halfTripMs);
  const visit = arrive(world, request);
  await pause(world, total(visit.effects, 'delayBeforeMs'));
  const reply = carryOut(world, request, visit);
  if (reply.kind === 'hang') return reply;
  await pause(world, total(visit.effects, 'delayAfterMs') + halfTripMs);
  closeEntry(world, visit.entry, reply);
  return reply;
}

interface Visit {
  readonly account: AccountState | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly effects: readonly Effect[];
  readonly entry: JournalEntry;
}

function arrive(world: World, request: WireRequest): Visit {
  const account = world.accounts.find(known => known.apiKey === request.headers['x-mbx-apikey']);
  const params = peekParams(request.query, request.body);
  const entry = openEntry(world, request, params, account);
  const hits = world.faults.take(targetOf(request, params, account));
  if (hits.length > 0) entry.fault = hits.map(({ fault }) => fault.kind).join('+');
  return { account, params, entry, effects: hits.map(effectOf) };
}

function carryOut(world: World, request: WireRequest, { account, params, effects, entry }: Visit): WireReply {
  const moment: Moment = { timeMs: venueTimeMs(world), path: request.path, ip: account?.ip ?? SHARED_IP };
  for (const effect of effects) {
    if (effect.happen !== undefined && account !== undefined) happen(world, account, params, effect.happen);
  }
  const before = effects.find(effect => effect.before !== undefined)?.before;
  if (before !== undefined) return before(moment);
  const script: OrderScript = Object.assign({}, ...effects.map(effect => effect.orders));
  const real = serve(world, request, moment.ip, script, entry);
  const after = effects.filter(effect => effect.after !== undefined);
  return after.reduce<WireReply>(
    (reply, effect) => (reply.kind === 'reply' ? (effect.after?.(reply, moment) ?? reply) : reply),
    real,
  );
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
