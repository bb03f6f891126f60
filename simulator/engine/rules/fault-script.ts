/**
 * Scripted faults: which of them shall hit which requests, how often and for how long.
 *
 * Of the faults that end a request (an error, a hang, a reset) only the first that matches is used up by it, so that
 * two of them in a row hit two requests in a row. Faults that merely colour a request (delay, a late position …)
 * work beside it, one of each kind per request; of `bend-rows` all that match.
 */

import type { Host } from '../accounts/account.ts';
import type { ExchangeClock } from '../clock.ts';
import type { PositionSide, Side } from '../orders/order-state.ts';
import type { Fault } from './fault.ts';

export interface FaultRule {
  /** All that are given must match. `path` is exact; `account` is the account's name; one-way orders are on BOTH. */
  readonly on: {
    readonly method?: string;
    readonly path?: string;
    readonly host?: Host;
    readonly account?: string;
    readonly symbol?: string;
    readonly positionSide?: PositionSide;
    readonly side?: Side;
  };
  /** Matching requests that are let through first. */
  readonly skip?: number;
  /** Default 1, with `forMs` as often as it matches. */
  readonly times?: number;
  /** From when on and how long it works, in the exchange's own time since it was added. Default at once and always. */
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
  /** What it is about: its symbol, its order, each order of its batch. */
  readonly subjects: readonly Subject[];
  readonly account: string | undefined;
  /** An order that -1008 exempts, or no order at all. */
  readonly exemptFromThrottle: boolean;
}

/** What a request names, of whatever form. */
export interface Subject {
  readonly symbol?: unknown;
  readonly positionSide?: unknown;
  readonly side?: unknown;
}

/** A fault that hit, and what it was meant for. */
export interface Hit {
  readonly fault: Fault;
  readonly on: FaultRule['on'];
}

export interface FaultScript extends Faults {
  /** The faults for a request; uses them up. */
  take(target: Target): readonly Hit[];
}

export function createFaultScript(clock: Pick<ExchangeClock, 'nowMs'>): FaultScript {
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
        if (fault.kind !== 'bend-rows') taken.add(slot(scripted.rule));
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

const COLOURING = [
  'delay',
  'partial-fill',
  'fill-during-cancel',
  'trigger-now',
  'late-position',
  'others-close',
  'string-code',
  'bend-rows',
];

/**
 * At most one hit per slot and request: each colouring kind is its own, all that end a request share one. Refusals of
 * different items of a batch stand side by side.
 */
function slot({ fault, on }: FaultRule): string {
  if (COLOURING.includes(fault.kind)) return fault.kind;
  if (fault.kind === 'refuse' && isAboutItems(on)) return `refuse ${on.symbol} ${on.positionSide} ${on.side}`;
  return 'end';
}

/** Whether a rule is about some orders, not about whole requests. */
export const isAboutItems = (on: FaultRule['on']): boolean =>
  on.symbol !== undefined || on.positionSide !== undefined || on.side !== undefined;

/** Whether a rule's symbol, position side and side are those of `subject`. */
export const isAbout = (on: FaultRule['on'], subject: Subject): boolean =>
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
