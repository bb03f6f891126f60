/**
 * Scripted faults: which requests they apply to, how often and for how long.
 *
 * Of the faults that end a request (an error, a hang, a reset) only the first that matches is used up by it, so that two
 * of them apply to two requests in a row. Faults that only change a request (delay, a late position …) apply as well, one
 * of each kind; of `change-rows` all that match.
 */

import type { Host } from '../accounts/account.ts';
import type { SimulatorClock } from '../clock.ts';
import type { HeldSide, OrderSide } from '../orders/order-state.ts';
import type { Fault } from './fault.ts';

export interface FaultRule {
  /** All that are given must match. `path` is exact; `account` is the account's name; one-way orders are on BOTH. */
  readonly on: {
    readonly method?: string;
    readonly path?: string;
    readonly host?: Host;
    readonly account?: string;
    readonly symbol?: string;
    readonly positionSide?: HeldSide;
    readonly side?: OrderSide;
  };
  /** Matching requests that are let through first. */
  readonly skip?: number;
  /** Default 1, with `forMs` as often as it matches. */
  readonly times?: number;
  /** When it starts, counted from when it was added, and how long it lasts. Default: at once, and always. */
  readonly afterMs?: number;
  readonly forMs?: number;
  readonly fault: Fault;
}

/** For `times`: at every request that matches. */
export const ALWAYS = Number.POSITIVE_INFINITY;

export interface Faults {
  add(rule: FaultRule): void;
  clear(): void;
}

/** A request as faults see it. */
export interface Target {
  readonly method: string;
  readonly path: string;
  readonly host: Host;
  /** Its symbol, its order, each order of its batch. */
  readonly subjects: readonly FaultSubject[];
  readonly account: string | undefined;
  /** An order that -1008 exempts, or no order at all. */
  readonly exemptFromThrottle: boolean;
}

/** What a request names. The values are not checked yet. */
export interface FaultSubject {
  readonly symbol?: unknown;
  readonly positionSide?: unknown;
  readonly side?: unknown;
}

/** A fault that applies, and the `on` of its rule. */
export interface Hit {
  readonly fault: Fault;
  readonly on: FaultRule['on'];
}

export interface FaultScript extends Faults {
  /** The faults for a request; uses them up. */
  take(target: Target): readonly Hit[];
}

export function createFaultScript(clock: Pick<SimulatorClock, 'nowMs'>): FaultScript {
  let rules: Scripted[] = [];
  return {
    add(rule) {
      const { skip = 0, afterMs = 0, forMs = ALWAYS, times = forMs === ALWAYS ? 1 : ALWAYS } = rule;
      const fromMs = clock.nowMs() + afterMs;
      rules.push({ rule, skip, times, fromMs, untilMs: fromMs + forMs });
    },
    clear() {
      rules = [];
    },
    take(target) {
      const hits: Hit[] = [];
      const taken = new Set<string>();
      const nowMs = clock.nowMs();
      for (const scripted of rules) {
        if (nowMs < scripted.fromMs || nowMs >= scripted.untilMs) continue;
        const { fault, on } = scripted.rule;
        if (scripted.times <= 0 || taken.has(slot(scripted.rule)) || !matches(scripted.rule, target)) continue;
        if (scripted.skip > 0) {
          scripted.skip -= 1;
          continue;
        }
        scripted.times -= 1;
        if (fault.kind !== 'change-rows') taken.add(slot(scripted.rule));
        hits.push({ fault, on });
      }
      return hits;
    },
  };
}

interface Scripted {
  readonly rule: FaultRule;
  skip: number;
  times: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** They change a request, and do not end it. */
const CHANGING: ReadonlySet<string> = new Set([
  ...['delay', 'partial-fill', 'fill-during-cancel', 'trigger-now', 'others-close'],
  ...['string-code', 'change-rows'],
]);

/**
 * At most one fault for each slot and request: each changing kind has its own, all that end a request share one. Refusals
 * of different items of a batch are independent.
 */
function slot({ fault, on }: FaultRule): string {
  if (CHANGING.has(fault.kind)) return fault.kind;
  if (fault.kind === 'refuse' && isAboutItems(on)) return `refuse ${on.symbol} ${on.positionSide} ${on.side}`;
  return 'end';
}

/** Whether a rule is about some orders, not about whole requests. */
export const isAboutItems = (on: FaultRule['on']): boolean =>
  on.symbol !== undefined || on.positionSide !== undefined || on.side !== undefined;

/** Whether a rule's symbol, position side and side are those of `subject`. */
export const isAbout = (on: FaultRule['on'], subject: FaultSubject): boolean =>
  (on.symbol === undefined || on.symbol === subject.symbol) &&
  (on.positionSide === undefined || on.positionSide === (subject.positionSide ?? 'BOTH')) &&
  (on.side === undefined || on.side === subject.side);

function matches({ on, fault }: FaultRule, target: Target): boolean {
  return (
    (on.method === undefined || on.method === target.method) &&
    (on.path === undefined || on.path === target.path) &&
    (on.host === undefined || on.host === target.host) &&
    (!isAboutItems(on) || target.subjects.some(subject => isAbout(on, subject))) &&
    (on.account === undefined || on.account === target.account) &&
    !(fault.kind === '503-throttled' && fault.forced !== true && target.exemptFromThrottle)
  );
}
