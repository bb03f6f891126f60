/** How many requests the flows of an address (flow.ts) still allow at an instant. */

import { type Flow, type Flows, isNewer, MOST_AT_ONCE, OPEN_FLOWS, type SentRequest } from './flow.ts';
import type { RequestCost } from './request.ts';

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
  if (flow.most >= MOST_AT_ONCE) return { left: MOST_AT_ONCE, isProbing, freeAtMs: undefined, isOut: false };
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

const OPEN: FlowLeft = { left: MOST_AT_ONCE, isProbing: false, freeAtMs: undefined };
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
