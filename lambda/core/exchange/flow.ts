/**
 * How many requests may be on their way at once after the exchange refused one for its rate. Who goes on after a refusal is
 * banned, so the next one goes out alone, as a probe.
 *
 *   open ── refused ──▶ probing ── a probe passes ──▶ reopening: one more for each that passes ──▶ open
 *             ▲            │ refused: the next probe    │ refused
 *             └────────────┴────────────────────────────┘
 *
 * One more for each that passes doubles them with each round trip. Reads, cancels and orders have a flow each, because the
 * exchange may refuse one of them and let the others pass; but a probe of any of them goes out alone.
 */

import type { Operation, RequestCost } from './request.ts';

export interface Flow {
  /** So many at once. */
  readonly most: number;
  /** What was sent before tells nothing of how it is now. */
  readonly refusedAtMs: number;
  /** `own`: one of its requests was refused. `beside`: another operation's was, and speaks about the address. */
  readonly probing: 'no' | 'own' | 'beside';
}

export type Flows = Readonly<Record<Operation, Flow>>;

/** A request on its way. */
export interface Sent {
  readonly cost: RequestCost;
  readonly atMs: number;
}

/** Of 300 closes half: each further half costs a round trip. A cold function pays a handshake for each. */
export const MOST_AT_ONCE = 160;

/** A request that has no answer for so long holds up no other one. */
export const PROBE_PATIENCE_MS = 2_000;

export const OPEN_FLOW: Flow = { most: MOST_AT_ONCE, refusedAtMs: Number.NEGATIVE_INFINITY, probing: 'no' };
export const OPEN_FLOWS: Flows = { read: OPEN_FLOW, cancel: OPEN_FLOW, order: OPEN_FLOW };

/** The first refusal of those that were sent together counts. */
export const isNews = (flow: Flow, sent: Sent): boolean => sent.atMs >= flow.refusedAtMs;

export const refused = (nowMs: number): Flow => ({ most: 1, refusedAtMs: nowMs, probing: 'own' });

/** A refusal that speaks about the address: every operation waits for a probe. */
export function addressRefused(flows: Flows, sent: Sent, nowMs: number): Flows {
  const { operation } = sent.cost;
  if (!isNews(flows[operation], sent)) return flows;
  const beside = (flow: Flow): Flow => ({
    ...refused(nowMs),
    probing: flow.probing === 'own' ? 'own' : 'beside',
  });
  const { read, cancel, order } = flows;
  return { read: beside(read), cancel: beside(cancel), order: beside(order), [operation]: refused(nowMs) };
}

/** One that was sent after the refusal passed. */
export function passed(flow: Flow, sent: Sent): Flow {
  if (flow.most >= MOST_AT_ONCE || !isNews(flow, sent)) return flow;
  const most = flow.most + 1;
  return most >= MOST_AT_ONCE ? OPEN_FLOW : { ...flow, most, probing: 'no' };
}

/** What has a weight shows that the address may ask again; a close weighs nothing, and shows it for closes alone. */
export function addressPassed(flows: Flows, sent: Sent): Flows {
  const { operation, weight } = sent.cost;
  const own = passed(flows[operation], sent);
  if (own === flows[operation]) return flows;
  const next = { ...flows, [operation]: own };
  if (weight === 0) return next;
  const released = (flow: Flow): Flow => (flow.probing === 'beside' ? passed(flow, sent) : flow);
  const { read, cancel, order } = next;
  return { read: released(read), cancel: released(cancel), order: released(order) };
}

/** What of a flow is left, and when a request that is waited for in vain stops counting. */
export interface FlowLeft {
  readonly left: number;
  readonly isProbing: boolean;
  readonly freeAtMs: number | undefined;
}

export type FlowsLeft = Readonly<Record<Operation, FlowLeft>>;

/** `out`: the requests of its operation that are on their way. */
export function leftOf(flow: Flow, out: readonly Sent[], nowMs: number): FlowLeft {
  const isProbing = flow.probing !== 'no';
  if (flow.most >= MOST_AT_ONCE) return { left: MOST_AT_ONCE, isProbing, freeAtMs: undefined };
  const awaited = out.filter(sent => isNews(flow, sent) && sent.atMs + PROBE_PATIENCE_MS > nowMs);
  const first = Math.min(...awaited.map(sent => sent.atMs));
  const freeAtMs = awaited.length === 0 ? undefined : first + PROBE_PATIENCE_MS;
  return { left: Math.max(0, flow.most - awaited.length), isProbing, freeAtMs };
}

/** All three together: while a probe is on its way, nothing else goes out. */
export function leftOfAll(flows: Flows, out: Iterable<Sent>, nowMs: number): FlowsLeft {
  const { read, cancel, order } = flows;
  // The usual case, asked for before each decision.
  if (read === OPEN_FLOW && cancel === OPEN_FLOW && order === OPEN_FLOW) return ALL_OPEN;
  const sent = [...out];
  const leftIn = (operation: Operation): FlowLeft =>
    leftOf(
      flows[operation],
      sent.filter(one => one.cost.operation === operation),
      nowMs,
    );
  const all = { read: leftIn('read'), cancel: leftIn('cancel'), order: leftIn('order') };
  const probe = Object.values(all).find(one => one.isProbing && one.left === 0);
  return probe === undefined ? all : behindProbe(all, probe.freeAtMs);
}

const OPEN: FlowLeft = { left: MOST_AT_ONCE, isProbing: false, freeAtMs: undefined };
const ALL_OPEN: FlowsLeft = { read: OPEN, cancel: OPEN, order: OPEN };

export function behindProbe({ read, cancel, order }: FlowsLeft, freeAtMs: number | undefined): FlowsLeft {
  const behind = (flow: FlowLeft): FlowLeft => ({ ...flow, left: 0, freeAtMs });
  return { read: behind(read), cancel: behind(cancel), order: behind(order) };
}
