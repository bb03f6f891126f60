/** The faults that can be scripted for a request. wire/fault-effect.ts carries them out. */

import type { HeldSide } from '../orders/order-state.ts';
import type { RetryAfterForm } from './hold.ts';

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
  /** 404 with -5000, as for an unknown path. */
  | { readonly kind: 'gone-404' }
  /** By default 401/-2015; `code` and `status` may be any. */
  | { readonly kind: 'key-refused'; readonly status?: number; readonly code?: number }
  /** -1004, "Server is busy"; HTTP 400 unless said. */
  | { readonly kind: 'busy-1004'; readonly status?: number }
  | { readonly kind: 'html-403' }
  | { readonly kind: 'html-502'; readonly executed?: boolean }
  | { readonly kind: 'html-503'; readonly executed?: boolean }
  | { readonly kind: 'geo-451' }
  /** Bans the address: every request is 418 until the end. */
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
  /** Changes rows of the answer's list; every rule of this kind that matches applies. */
  | ({ readonly kind: 'change-rows' } & RowFault)
  /** Others reduce the position just before the request is carried out, or some time later. */
  | ({ readonly kind: 'others-close'; readonly symbol: string; readonly afterMs?: number } & OthersClose)
  /** A refusal by the exchange's rules: HTTP 400 by default, per item in a batch. */
  | { readonly kind: 'refuse'; readonly code: number; readonly msg?: string; readonly status?: number };

/** How to change the rows that have all fields of `where`; without it, all rows. In this order. */
export interface RowFault {
  readonly where?: Readonly<Record<string, string | number | boolean>>;
  /** They are missing. */
  readonly hide?: boolean;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly drop?: readonly string[];
  /** Amounts with their sign turned. */
  readonly negate?: readonly string[];
  readonly rename?: Readonly<Record<string, string>>;
  /** Further rows, of what no longer exists. */
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

export interface OthersClose {
  /** Needed in hedge mode when both sides are open. */
  readonly positionSide?: HeldSide;
  /** Default all of it; never more than there is. */
  readonly quantity?: string;
  /** Default the mark price. */
  readonly price?: string;
  /** Default: the owner. The client IDs of the exchange's liquidation begin with `autoclose-`. */
  readonly by?: 'owner' | 'liquidation';
}
