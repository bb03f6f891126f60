/**
 * Outages of the watch as a whole, for minutes at a time, and the times of the watchdog's runs: each minute, some late, some lost,
 * some twice. The seed determines all of it.
 */

import type { createRandom } from '../../simulator/engine/seeded-random.ts';

type Random = ReturnType<typeof createRandom>;

export const MINUTE = 60_000;

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * rule: the watchdog is not invoked. watchdog: it cannot reach the table, the bots can. table: neither can. writes: reads work, and every
 * write fails, of bots and watchdog alike. rows: so do those to the bots' rows, and the watchdog's own row works. brownout: so
 * do most writes. invoker: Lambda accepts no calls.
 */
export interface Outage extends Span {
  readonly kind: 'rule' | 'watchdog' | 'table' | 'writes' | 'rows' | 'brownout' | 'invoker';
  /** How the table fails. */
  readonly fault: 'refuse' | 'hang';
}

const KINDS = ['rule', 'watchdog', 'table', 'writes', 'rows', 'brownout', 'invoker'] as const;
const LONGEST_MS = 8 * MINUTE;

/** One after the other, each kind in turn, with pauses between; none in the first ten minutes. */
export function outagesOf(random: Random, forMs: number, quietMs: number): readonly Outage[] {
  const outages: Outage[] = [];
  let fromMs = 10 * MINUTE;
  for (let turn = 0; ; turn += 1) {
    fromMs += quietMs * (0.5 + random());
    const toMs = fromMs + (random() < 0.5 ? 30_000 + random() * 110_000 : 20_000 + random() * LONGEST_MS);
    if (toMs > forMs) return outages;
    const kind = KINDS[turn % KINDS.length] ?? 'rule';
    outages.push({ fromMs, toMs, kind, fault: random() < 0.5 ? 'refuse' : 'hang' });
    fromMs = toMs;
  }
}

/** Whether a heartbeat that was sent at this instant was stored. A brown-out loses most of them, always the same ones. */
export function isBeatLost(outages: readonly Outage[], atMs: number, name: number): boolean {
  const outage = outages.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
  if (outage === undefined || !losesHeartbeats(outage)) return false;
  if (outage.kind === 'brownout') return fractionOf(name * 31 + Math.floor(atMs)) < BROWNOUT_LOSES;
  return true;
}

/** Bots and operators repeat what these do not store. */
export const losesHeartbeats = ({ kind }: Pick<Outage, 'kind'>): boolean =>
  kind === 'table' || kind === 'writes' || kind === 'rows' || kind === 'brownout';

export const BROWNOUT_LOSES = 0.9;

/** In [0, 1), spread evenly over whole numbers. */
const fractionOf = (seed: number): number => ((Math.imul(seed ^ (seed >>> 15), 2_246_822_519) >>> 0) % 10_007) / 10_007;

export const isIn = (spans: readonly Span[], atMs: number): boolean =>
  spans.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);

/** Never two lost in a row unless the rule fails. */
export function tickInstants(random: Random, outages: readonly Outage[], forMs: number): readonly number[] {
  const ruleOutages = outages.filter(({ kind }) => kind === 'rule');
  const instants: number[] = [];
  let wasLost = false;
  for (let minute = 0; minute * MINUTE < forMs; minute += 1) {
    const atMs = minute * MINUTE + (random() < 0.8 ? random() * 2_000 : random() * 30_000);
    wasLost = minute > 0 && !wasLost && random() < 0.05;
    const isDoubled = random() < 0.05;
    const againMs = atMs + (random() < 0.5 ? 3 : random() * 20_000);
    if (wasLost || isIn(ruleOutages, atMs)) continue;
    instants.push(...(isDoubled ? [atMs, againMs] : [atMs]));
  }
  return instants.toSorted((a, b) => a - b);
}
