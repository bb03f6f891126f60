/**
 * How many requests may go out after the exchange refused one for its rate. Going on would lead to a ban, so the next request
 * goes out alone, as a probe; others follow when it passes.
 *
 *   open ── refused ──▶ waiting ── wait is over ──▶ probing ── a probe passes ──▶ reopening, one more for each ──▶ open
 *                          ▲                             │ refused: a longer wait       │ refused
 *                          └─────────────────────────────┴──────────────────────────────┘
 *
 * One more for each that passes doubles the number with each round trip. A refusal concerns the address, and closes it for
 * the requested wait. But the exchange may refuse only one kind of request, so each kind has its own flow: only the refused
 * kind, and kinds of which none passed since, wait longer than requested.
 */

import type { RequestCost } from './request.ts';

export interface Flow {
  /** The most requests on their way. */
  readonly most: number;
  /** Answers to requests sent before do not count. */
  readonly refusedAtMs: number;
  readonly notBeforeMs: number;
  /** `own`: a request of this kind was refused. `other`: one of another kind was, and none of this kind passed since. */
  readonly probing: 'no' | 'own' | 'other';
  /** Whether any request with weight that passes allows one more, or only one of this kind. */
  readonly isShared: boolean;
}

export interface Flows {
  /** By the name of the request. */
  readonly byName: ReadonlyMap<string, Flow>;
  /** Of all other names. */
  readonly others: Flow;
  /** When the address was last refused. */
  readonly refusedAtMs: number;
}

export interface SentRequest {
  readonly cost: RequestCost;
  readonly atMs: number;
}

/** `grownMs`: the wait after repeated refusals. */
export interface Wait {
  readonly requestedMs: number;
  readonly grownMs: number;
}

/** 300 closes go out in two rounds. More would mean more handshakes in a cold function. */
export const MOST_REQUESTS_OUT = 160;

export const OPEN_FLOW: Flow = {
  ...{ most: MOST_REQUESTS_OUT, refusedAtMs: Number.NEGATIVE_INFINITY, notBeforeMs: 0 },
  ...{ probing: 'no', isShared: true },
};
export const OPEN_FLOWS: Flows = { byName: new Map(), others: OPEN_FLOW, refusedAtMs: Number.NEGATIVE_INFINITY };

const flowOf = ({ byName, others }: Flows, name: string): Flow => byName.get(name) ?? others;

/** Of requests that were sent together only the first refusal counts. */
export const isNewer = ({ refusedAtMs }: { readonly refusedAtMs: number }, sent: SentRequest): boolean =>
  sent.atMs >= refusedAtMs;

export const refused = (nowMs: number, notBeforeMs: number): Flow => ({
  ...{ most: 1, refusedAtMs: nowMs, notBeforeMs },
  ...{ probing: 'own', isShared: false },
});

export function addressRefused(
  flows: Flows,
  { cost, atMs }: SentRequest,
  { requestedMs, grownMs }: Wait,
  nowMs: number,
): Flows {
  const flow = flowOf(flows, cost.name);
  if (atMs < flows.refusedAtMs) {
    // It was sent together with one that was refused before.
    const isOld = flow.probing !== 'other';
    return isOld ? flows : withFlow(flows, cost.name, { ...flow, probing: 'own', isShared: false });
  }
  const closed = (other: Flow): Flow => ({
    ...other,
    ...{ most: 1, refusedAtMs: nowMs },
    notBeforeMs: Math.max(other.notBeforeMs, nowMs + (other.probing === 'other' ? grownMs : requestedMs)),
    probing: other.probing === 'own' ? 'own' : 'other',
  });
  const all = changed(flows, closed);
  return withFlow({ ...all, refusedAtMs: nowMs }, cost.name, refused(nowMs, nowMs + grownMs));
}

/** Another API of the same pool was refused: here a probe goes out at once, and others follow if it passes. */
export function otherApiRefused(flows: Flows, nowMs: number): Flows {
  const closed = (flow: Flow): Flow => ({
    ...flow,
    ...{ most: 1, refusedAtMs: nowMs, probing: flow.probing === 'own' ? 'own' : 'other' },
  });
  return { ...changed(flows, closed), refusedAtMs: nowMs };
}

/** A request that was sent after the refusal passed. */
export function passed(flow: Flow, sent: SentRequest): Flow {
  if (flow.most >= MOST_REQUESTS_OUT || !isNewer(flow, sent)) return flow;
  const most = flow.most + 1;
  return most >= MOST_REQUESTS_OUT ? OPEN_FLOW : { ...flow, most, probing: 'no', notBeforeMs: 0 };
}

/** A request with weight shows it for the address, one without only for its own kind. */
export function addressPassed(flows: Flows, sent: SentRequest): Flows {
  if (flows === OPEN_FLOWS || !isNewer(flows, sent)) return flows;
  const { name, weight } = sent.cost;
  const shared = weight > 0 ? changed(flows, flow => (flow.isShared ? passed(flow, sent) : flow)) : flows;
  const own = passed(flowOf(flows, name), sent);
  const next = withFlow(shared, name, own);
  const isOpen = next.others === OPEN_FLOW && [...next.byName.values()].every(flow => flow === OPEN_FLOW);
  return isOpen ? OPEN_FLOWS : next;
}

/** Whether some kind of request was refused and none of that kind has passed since. */
export const isAnyRefused = ({ byName }: Flows): boolean =>
  [...byName.values()].some(({ probing }) => probing === 'own');

/** Before this no request may go out. */
export const closedUntilMs = ({ byName, others }: Flows): number =>
  Math.min(others.notBeforeMs, ...[...byName.values()].map(flow => flow.notBeforeMs));

const withFlow = (flows: Flows, name: string, flow: Flow): Flows => ({
  ...flows,
  byName: new Map(flows.byName).set(name, flow),
});

const changed = (flows: Flows, change: (flow: Flow) => Flow): Flows => ({
  ...flows,
  byName: new Map([...flows.byName].map(([name, flow]) => [name, change(flow)])),
  others: change(flows.others),
});

interface FlowLeft {
  readonly left: number;
  readonly isProbing: boolean;
  /** When more may be allowed; undefined if an answer must come first. */
  readonly freeAtMs: number | undefined;
}

export interface FlowsLeft {
  readonly byName: ReadonlyMap<string, FlowLeft>;
  readonly others: FlowLeft;
  /** A probe is on its way: nothing else goes out before its answer, or this instant. */
  readonly behindUntilMs: number;
}

/** A request without an answer delays others no longer than this. */
export const PROBE_PATIENCE_MS = 2_000;

/** `out`: the flow's requests on their way. */
export function flowLeft(
  flow: Flow,
  out: readonly SentRequest[],
  nowMs: number,
): FlowLeft & { readonly isOut: boolean } {
  const isProbing = flow.probing !== 'no';
  if (flow.most >= MOST_REQUESTS_OUT) return { left: MOST_REQUESTS_OUT, isProbing, freeAtMs: undefined, isOut: false };
  const awaited = out.filter(sent => isNewer(flow, sent) && sent.atMs + PROBE_PATIENCE_MS > nowMs);
  const isOut = awaited.length > 0;
  if (flow.notBeforeMs > nowMs) return { left: 0, isProbing, freeAtMs: flow.notBeforeMs, isOut };
  const freeAtMs = isOut ? Math.min(...awaited.map(sent => sent.atMs)) + PROBE_PATIENCE_MS : undefined;
  return { left: Math.max(0, flow.most - awaited.length), isProbing, freeAtMs, isOut };
}

export function leftOfAll(flows: Flows, out: Iterable<SentRequest>, nowMs: number): FlowsLeft {
  // The usual case, in each decision.
  if (flows === OPEN_FLOWS) return ALL_OPEN;
  const sent = [...out];
  let behindUntilMs = 0;
  const leftIn = (flow: Flow, isIts: (name: string) => boolean): FlowLeft => {
    const its = sent.filter(one => isIts(one.cost.name));
    const left = flowLeft(flow, its, nowMs);
    if (left.isProbing && left.isOut) behindUntilMs = Math.max(behindUntilMs, left.freeAtMs ?? 0);
    return left;
  };
  const byName = new Map([...flows.byName].map(([name, flow]) => [name, leftIn(flow, one => one === name)]));
  const others = leftIn(flows.others, name => !flows.byName.has(name));
  return { byName, others, behindUntilMs };
}

const OPEN: FlowLeft = { left: MOST_REQUESTS_OUT, isProbing: false, freeAtMs: undefined };
const ALL_OPEN: FlowsLeft = { byName: new Map(), others: OPEN, behindUntilMs: 0 };

export function leftFor(flows: FlowsLeft, { name }: RequestCost, nowMs: number): FlowLeft {
  const flow = flows.byName.get(name) ?? flows.others;
  return flows.behindUntilMs > nowMs ? { ...flow, left: 0, freeAtMs: flows.behindUntilMs } : flow;
}

/** What is left after one more. */
export function afterOne(flows: FlowsLeft, { name }: RequestCost, nowMs: number): FlowsLeft {
  if (flows === ALL_OPEN) return flows;
  const flow = flows.byName.get(name) ?? flows.others;
  if (flow.isProbing) return { ...flows, behindUntilMs: nowMs + PROBE_PATIENCE_MS };
  const less = { ...flow, left: flow.left - 1 };
  return flows.byName.has(name)
    ? { ...flows, byName: new Map(flows.byName).set(name, less) }
    : { ...flows, others: less };
}
