/**
 * Scripted faults: what shall go wrong, with which requests, how often. Pure descriptions; wire/fault-effect.ts says
 * what each does.
 *
 * Of the faults that end a request (an error, a hang, a reset) only the first that matches is used up by it, so that
 * two of them in a row hit two requests in a row. Faults that merely colour a request (delay, a late position …)
 * work beside it, one of each kind per request.
 */

export type Fault =
  | { readonly kind: 'delay'; readonly ms: number /** Default before execution. */; readonly when?: 'before' | 'after' }
  | { readonly kind: 'hang-before' }
  | { readonly kind: 'hang-after' }
  | { readonly kind: 'reset-before' }
  | { readonly kind: 'reset-after' }
  | ({ readonly kind: 'http' } & HttpFault)
  | ({ readonly kind: 'http-after' } & HttpFault)
  | { readonly kind: '503-unknown'; readonly executed: boolean }
  | { readonly kind: '503-unavailable' }
  | { readonly kind: '503-internal'; readonly executed?: boolean }
  /** -1008. Spares reduce-only and closing orders and all that is not an order, unless forced. */
  | { readonly kind: '503-throttled'; readonly forced?: boolean }
  | { readonly kind: '503-no-code'; readonly executed?: boolean }
  | { readonly kind: 'html-403' }
  | { readonly kind: 'html-502'; readonly executed?: boolean }
  | { readonly kind: 'html-503'; readonly executed?: boolean }
  | { readonly kind: 'geo-451' }
  | { readonly kind: 'banned-418'; readonly retryAfterSeconds?: number }
  | { readonly kind: 'limited-429'; readonly retryAfterSeconds?: number }
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
  /** The venue's rules say no: HTTP 400 unless said, per item in a batch. */
  | { readonly kind: 'refuse'; readonly code: number; readonly msg?: string; readonly status?: number };

export interface HttpFault {
  readonly status: number;
  readonly code?: number;
  readonly msg?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Raw body instead of `{code, msg}`. */
  readonly body?: string;
}

export interface FaultRule {
  /** All that are given must match. `path` is exact; `account` is the account's name. */
  readonly on: {
    readonly method?: string;
    readonly path?: string;
    readonly symbol?: string;
    readonly account?: string;
  };
  /** Matching requests that are let through first. */
  readonly skip?: number;
  /** Default 1. */
  readonly times?: number;
  readonly fault: Fault;
}

export interface Faults {
  add(rule: FaultRule): void;
  clear(): void;
}

/** A request as faults see it. */
export interface Target {
  readonly method: string;
  readonly path: string;
  readonly symbols: readonly string[];
  readonly account: string | undefined;
  /** An order that -1008 exempts, or no order at all. */
  readonly exemptFromThrottle: boolean;
}

/** A fault that hit, with the symbol it was meant for, if any. */
export interface Hit {
  readonly fault: Fault;
  readonly symbol: string | undefined;
}

export interface FaultScript extends Faults {
  /** The faults for a request; uses them up. */
  take(target: Target): readonly Hit[];
}

export function createFaultScript(): FaultScript {
  let rules: { readonly rule: FaultRule; skip: number; times: number }[] = [];
  return {
    add(rule) {
      rules.push({ rule, skip: rule.skip ?? 0, times: rule.times ?? 1 });
    },
    clear() {
      rules = [];
    },
    take(target) {
      const hits: Hit[] = [];
      const taken = new Set<string>();
      for (const scripted of rules) {
        const { fault, on } = scripted.rule;
        if (scripted.times <= 0 || taken.has(slot(fault)) || !matches(scripted.rule, target)) continue;
        if (scripted.skip > 0) {
          scripted.skip -= 1;
          continue;
        }
        scripted.times -= 1;
        taken.add(slot(fault));
        hits.push({ fault, symbol: on.symbol });
      }
      return hits;
    },
  };
}

const COLOURING = ['delay', 'partial-fill', 'fill-during-cancel', 'trigger-now', 'late-position', 'string-code'];

/** At most one hit per slot and request: each colouring kind is its own, all that end a request share one. */
const slot = (fault: Fault): string => (COLOURING.includes(fault.kind) ? fault.kind : 'end');

function matches({ on, fault }: FaultRule, target: Target): boolean {
  return (
    (on.method === undefined || on.method === target.method) &&
    (on.path === undefined || on.path === target.path) &&
    (on.symbol === undefined || target.symbols.includes(on.symbol)) &&
    (on.account === undefined || on.account === target.account) &&
    !(fault.kind === '503-throttled' && fault.forced !== true && target.exemptFromThrottle)
  );
}
