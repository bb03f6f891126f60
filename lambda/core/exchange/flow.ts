/**
 * What may go out after the exchange refused a request for its rate, and how much at once. Who goes on after a refusal is
 * banned, so the next request goes out alone, as a probe, and only when it passes do others follow.
 *
 *   open ── refused ──▶ waiting ── wait is over ──▶ probing ── a probe passes ──▶ reopening, one more for each ──▶ open
 *                          ▲                             │ refused: a longer wait       │ refused
 *                          └─────────────────────────────┴──────────────────────────────┘
 *
 * One more for each that passes doubles them with each round trip. A refusal speaks about the address, and closes it for
 * the requested wait. But the exchange may refuse one kind of request and let all others pass: so each kind has a flow of its
 * own, and only the refused kind, and those of which none passed since, wait for longer than requested.
 */

import type { RequestCost } from './request.ts';

export interface Flow {
  /** So many at once. */
  readonly most: number;
  /** The answer to an earlier request says nothing about the present. */
  readonly refusedAtMs: number;
  readonly notBeforeMs: number;
  /** `own`: one of its requests was refused. `beside`: one of another kind was, and none of its own passed since. */
  readonly probing: 'no' | 'own' | 'beside';
  /** True: any request with weight that passes allows one more. False: only one of its own kind does. */
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

/** A request on its way. */
export interface SentRequest {
  readonly cost: RequestCost;
  readonly atMs: number;
}

/** The wait that the exchange requested, and what becomes of it where it is refused again and again. */
export interface Wait {
  readonly requestedMs: number;
  readonly grownMs: number;
}

/** 300 closes go out in two rounds. Fewer: more round trips. More: more handshakes in a cold function. */
export const MOST_AT_ONCE = 160;

export const OPEN_FLOW: Flow = {
  ...{ most: MOST_AT_ONCE, refusedAtMs: Number.NEGATIVE_INFINITY, notBeforeMs: 0 },
  ...{ probing: 'no', isShared: true },
};
export const OPEN_FLOWS: Flows = { byName: new Map(), others: OPEN_FLOW, refusedAtMs: Number.NEGATIVE_INFINITY };

const flowOf = ({ byName, others }: Flows, name: string): Flow => byName.get(name) ?? others;

/** The first refusal of those that were sent together counts. */
export const isNews = ({ refusedAtMs }: { readonly refusedAtMs: number }, sent: SentRequest): boolean =>
  sent.atMs >= refusedAtMs;

export const refused = (nowMs: number, notBeforeMs: number): Flow => ({
  ...{ most: 1, refusedAtMs: nowMs, notBeforeMs },
  ...{ probing: 'own', isShared: false },
});

/** A refusal that speaks about the address. */
export function addressRefused(
  flows: Flows,
  { cost, atMs }: SentRequest,
  { requestedMs, grownMs }: Wait,
  nowMs: number,
): Flows {
  const flow = flowOf(flows, cost.name);
  if (atMs < flows.refusedAtMs) {
    // On its way with one that was refused before.
    const isOld = flow.probing !== 'beside';
    return isOld ? flows : withFlow(flows, cost.name, { ...flow, probing: 'own', isShared: false });
  }
  const beside = (other: Flow): Flow => ({
    ...other,
    ...{ most: 1, refusedAtMs: nowMs },
    notBeforeMs: Math.max(other.notBeforeMs, nowMs + (other.probing === 'beside' ? grownMs : requestedMs)),
    probing: other.probing === 'own' ? 'own' : 'beside',
  });
  const all = changed(flows, beside);
  return withFlow({ ...all, refusedAtMs: nowMs }, cost.name, refused(nowMs, nowMs + grownMs));
}

/** Another API of the same pool was refused, this one was not, so a probe goes out at once, and others if it passes. */
export function otherApiRefused(flows: Flows, nowMs: number): Flows {
  const beside = (flow: Flow): Flow => ({
    ...flow,
    ...{ most: 1, refusedAtMs: nowMs, probing: flow.probing === 'own' ? 'own' : 'beside' },
  });
  return { ...changed(flows, beside), refusedAtMs: nowMs };
}

/** One that was sent after the refusal passed. */
export function passed(flow: Flow, sent: SentRequest): Flow {
  if (flow.most >= MOST_AT_ONCE || !isNews(flow, sent)) return flow;
  const most = flow.most + 1;
  return most >= MOST_AT_ONCE ? OPEN_FLOW : { ...flow, most, probing: 'no', notBeforeMs: 0 };
}

/** What has a weight shows that the address may ask again; what weighs nothing shows it for its own kind alone. */
export function addressPassed(flows: Flows, sent: SentRequest): Flows {
  if (flows === OPEN_FLOWS || !isNews(flows, sent)) return flows;
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

/** Until then no kind of request may go out. */
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
