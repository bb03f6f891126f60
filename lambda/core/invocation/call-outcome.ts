/**
 * The outcome of a call of the liquidator, and whether a value is a complete answer, so that others need not check again: a
 * stored one may have been edited by hand, one of the liquidator may be of another version or cut short.
 */

import * as z from 'zod/mini';
import { type Answer, type PreflightAnswer, STATES } from '../../contract.ts';

export type CallOutcome =
  | { readonly kind: 'answered'; readonly payload: unknown }
  /** Lambda did not accept the call: nothing was started. `why` is a sentence. */
  | { readonly kind: 'not-taken'; readonly why: string }
  /** It was or may have been started, and no answer came. */
  | { readonly kind: 'unknown'; readonly why: string };

export const answerIn = (payload: unknown): Answer | undefined => (isWholeAnswer(payload) ? payload : undefined);

export const preflightIn = (payload: unknown): PreflightAnswer | undefined =>
  isWholePreflight(payload) ? payload : undefined;

/** The sentence for a call without a usable answer. */
export const whyNoAnswer = (outcome: CallOutcome): string =>
  outcome.kind === 'answered' ? 'The liquidator answered something that is no answer of its own.' : outcome.why;

/** Of a liquidation, a dry run or a refusal. */
export const isWholeAnswer = (value: unknown): value is Answer => answer.safeParse(value).success;

export const isWholePreflight = (value: unknown): value is PreflightAnswer => preflight.safeParse(value).success;

const text = z.string();
const count = z.int().check(z.nonnegative());
const decimal = z.string().check(z.regex(/^-?\d{1,40}(?:\.\d{1,40})?$/));
const byAsset = z.record(z.string(), decimal);

const problems = z.array(z.object({ code: text, message: text, heading: text, symbol: z.optional(text) }));

const plan = z.array(
  z.object({
    ...{ symbol: text, notional: text, not_closable: z.optional(text) },
    ...{ cancel_orders: count, cancel_conditional_entries: count, cancel_protective_after_close: count },
    closes: z.array(z.object({ side: text, position_side: text, quantity: text })),
  }),
);

const position = z.object({
  ...{ symbol: text, position_side: text, amount: text, notional: text },
  protective_orders: z.nullable(count),
});

const answer = z.object({
  ...{ headline: text, started_at: text, finished_at: text, state: z.enum(STATES) },
  ...{ correlation_id: z.nullable(text), bot_id: z.nullable(text), trigger: z.nullable(text) },
  ...{ positions_closed: count, positions_failed: count, orders_cancelled: count },
  ...{ rounds: count, attempt: count, duration_seconds: z.number() },
  flat_after_seconds: z.optional(z.number()),
  ...{ total_realized_pnl: z.nullable(decimal), realized_pnl: z.optional(byAsset), commissions: byAsset },
  ...{ errors: problems, warnings: problems, plan: z.optional(plan) },
  remaining: z.object({ verified: z.boolean(), orders: count, positions: z.array(position) }),
});

const preflight = z.object({
  ...{ headline: z.enum(['READY', 'READY, WITH WARNINGS', 'NOT READY']), ready: z.boolean() },
  ...{ correlation_id: text, bot_id: text, duration_seconds: z.number() },
  checks: z.array(
    z.object({
      ...{ name: text, detail: text, heading: z.optional(text), duration_ms: z.number() },
      status: z.enum(['ok', 'warning', 'failed', 'skipped']),
    }),
  ),
  plan,
});
