/**
 * Scripted faults: what shall go wrong, with which requests, how often. Pure descriptions; wire/fault-effect.ts says
 * what each does.
 *
 * Of the faults that end a request (an error, a hang, a reset) only the first that matches is used up by it, so that
 * two of them in a row hit two requests in a row. Faults that merely colour a request (delay, a late position …)
 * work beside it, one of each kind per request.
 */

import type { Host } from './account.ts';
import type { VenueClock } from './clock.ts';
import type { RetryAfterForm } from './hold.ts';
import type { PositionSide, Side } from './order-state.ts';
import type { OthersClose } from './others-close.ts';

export type Fault =
  /**
   * On the way: the request comes later. Before (default): it is accepted, and carried out later. After: the answer
   * comes later.
   */
  | { readonly kind: 'delay'; readonly ms: number; readonly when?: 'on-the-way' | 'before' | 'after' }
  | { readonly kind: 'hang-before' }
  | { readonly kind: 'hang-after' }
  | { readonly kind: 'reset-before' }
  | { readonly kind: 'reset-after' }
  | ({ readonly kind: 'http' } & HttpFault)
  | ({ readonly kind: 'http-after' } & HttpFault)
  /** As `{msg}`, or as `{timestamp, path, msg}`, which has been seen too (LHPControl#16). */
  | { readonly kind: '503-unknown'; readonly executed: boolean; readonly shape?: 'msg' | 'path' }
  | { readonly kind: '503-unavailable' }
  | { readonly kind: '503-internal'; readonly executed?: boolean }
  /** -1008. Spares reduce-only and closing orders and all that is not an order, unless forced. */
  | { readonly kind: '503-throttled'; readonly forced?: boolean }
  | { readonly kind: '503-no-code'; readonly executed?: boolean }
  /** The path has moved: 404 with -5000, as for one that never was. */
  | { readonly kind: 'gone-404' }
  /** By default 401/-2015; `code` and `status` may be any. */
  | { readonly kind: 'key-refused'; readonly status?: number; readonly code?: number }
  /** -1004, "Server is busy"; HTTP 400 unless said. */
  | { readonly kind: 'busy-1004'; readonly status?: number }
  | { readonly kind: 'html-403' }
  | { readonly kind: 'html-502'; readonly executed?: boolean }
  | { readonly kind: 'html-503'; readonly executed?: boolean }
  | { readonly kind: 'geo-451' }
  /** Bans the address: whatever it sends is 418 until the end. */
  | ({ readonly kind: 'banned-418' } & HoldFault)
  /** Opens a window in which the address gets the same again; with -1015, the orders of the account. */
  | ({ readonly kind: 'limited-429'; readonly code?: -1003 | -1015 } & HoldFault)
  | { readonly kind: 'truncated-json' }
  | { readonly kind: 'error-in-200'; readonly code?: number; readonly msg?: string; readonly executed?: boolean }
  /** `code` of the answer becomes a string, as seen on cancel-all. */
  | { readonly kind: 'string-code' }
  /** Fills this part of the order, then the order is EXPIRED. */
  | { readonly kind: 'partial-fill'; readonly ratio: number | string }
  /** Each resting order the request would cancel fills first. */
  | { readonly kind: 'fill-during-cancel' }
  /** Waiting conditional orders (of the symbol, or this one) trigger first; `settlesAfterMs` of -4117 if given. */
  | {
      readonly kind: 'trigger-now';
      readonly symbol?: string;
      readonly algoId?: string;
      readonly settlesAfterMs?: number;
    }
  | {
      readonly kind: 'late-position';
      readonly symbol: string;
      readonly signedAmount: string;
      readonly afterMs: number;
      readonly positionSide?: 'BOTH' | 'LONG' | 'SHORT';
    }
  /** Rows of the answer's list come out bent; every rule of this kind that matches works on it. */
  | ({ readonly kind: 'bend-rows' } & BendRows)
  /** Others reduce the position just before the request is carried out, or some time later. */
  | ({ readonly kind: 'others-close'; readonly symbol: string; readonly afterMs?: number } & OthersClose)
  /** The venue's rules say no: HTTP 400 unless said, per item in a batch. */
  | { readonly kind: 'refuse'; readonly code: number; readonly msg?: string; readonly status?: number };

/** How to bend rows, of those that have all fields of `where`, or of all. In this order. */
export interface BendRows {
  readonly where?: Readonly<Record<string, string | number | boolean>>;
  /** They are missing: a list that forgets what lives. */
  readonly hide?: boolean;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly drop?: readonly string[];
  /** Amounts with their sign turned. */
  readonly negate?: readonly string[];
  readonly rename?: Readonly<Record<string, string>>;
  /** Rows that are not there at all: a list that remembers what is gone. */
  readonly add?: readonly Readonly<Record<string, unknown>>[];
}

export interface HoldFault {
  /** Default 1 for a 429, 120 for a 418. */
  readonly retryAfterSeconds?: number;
  /** How Retry-After is written. `zero`, `past-date` and `none` do not name the end; it is then the full minute. */
  readonly retryAfter?: RetryAfterForm;
  /** How long it really lasts, if not as long as the header says; 0: this one request only. */
  readonly lastsMs?: number;
}

/** With status 429 or 418 it opens a window or a ban as those do, as long as its Retry-After says. */
export interface HttpFault {
  readonly status: number;
  readonly code?: number;
  readonly msg?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Raw body instead of `{code, msg}`. */
  readonly body?: string;
  /** How long a 429 or 418 really lasts, if not as long as the header says; 0: this one request only. */
  readonly lastsMs?: number;
}

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
  /** From when on and how long it works, in the venue's own time since it was added. Default at once and always. */
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

export function createFaultScript(clock: Pick<VenueClock, 'nowMs'>): FaultScript {
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
