/**
 * The exchange's rules, kept for all accounts of a container: a megabyte that changes rarely and is the same for
 * everyone. Old rules are asked for again, because steps, maxima and statuses do change.
 */

import type { ExchangeRules } from '../../core/model.ts';

export interface RulesCache {
  get(nowMs: number): ExchangeRules | undefined;
  put(rules: ExchangeRules, askedAtMs: number): void;
}

const MAX_AGE_MS = 10 * 60_000;

export function createRulesCache(): RulesCache {
  let kept: { readonly rules: ExchangeRules; readonly askedAtMs: number } | undefined;
  return {
    get: nowMs => (kept && nowMs - kept.askedAtMs < MAX_AGE_MS ? kept.rules : undefined),
    put(rules, askedAtMs) {
      kept = { rules, askedAtMs };
    },
  };
}
