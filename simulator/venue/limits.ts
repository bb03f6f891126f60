/**
 * The rate limits: weight per IP and orders per account, in fixed windows that begin on full minutes and full ten
 * seconds of the venue's time; 429 when a window is exhausted, 418 for an IP that goes on regardless.
 *
 *   used ──► limit ──► 429 429 429 … ──► 418 until <instant>   (2 min, then twice as long each time, at most 3 days)
 */

import { Refusal } from './refusal.ts';

export interface Limits {
  readonly weightPerMinute: number;
  readonly ordersPerTenSeconds: number;
  readonly ordersPerMinute: number;
  /** How many 429 within one minute an IP gets before it is banned, */
  readonly refusalsBeforeBan: number;
  /** not counting those that were on their way when it got the first: the ban is for going on after a 429. */
  readonly onTheirWayMs: number;
}

/** Live exchangeInfo.rateLimits; when refusals become a ban is nowhere stated but in words (General Info, "Limits"). */
export const LIMITS: Limits = {
  weightPerMinute: 2400,
  ordersPerTenSeconds: 300,
  ordersPerMinute: 1200,
  refusalsBeforeBan: 10,
  onTheirWayMs: 1_000,
};

const MINUTE_MS = 60_000;
const TEN_SECONDS_MS = 10_000;
const FIRST_BAN_MS = 2 * MINUTE_MS;
const LONGEST_BAN_MS = 3 * 24 * 60 * MINUTE_MS;

interface Window {
  readonly lengthMs: number;
  startMs: number;
  used: number;
}

export interface IpCounter {
  readonly weight: Window;
  readonly refusals: Window;
  firstRefusalMs: number;
  bans: number;
  bannedUntilMs: number;
}

export interface OrderCounter {
  readonly tenSeconds: Window;
  readonly minute: Window;
}

export interface OrderCost {
  readonly tenSeconds: number;
  readonly minute: number;
}

export const createIpCounter = (): IpCounter => ({
  weight: window(MINUTE_MS),
  refusals: window(MINUTE_MS),
  firstRefusalMs: Number.NEGATIVE_INFINITY,
  bans: 0,
  bannedUntilMs: 0,
});

export const createOrderCounter = (): OrderCounter => ({
  tenSeconds: window(TEN_SECONDS_MS),
  minute: window(MINUTE_MS),
});

/** Charges an IP for a request, in the venue's time. Throws 418 while banned, 429 over the limit. */
export function chargeWeight(
  counter: IpCounter,
  ip: string,
  weight: number,
  limits: Limits,
  rules: { readonly weightlessCallsBlocked: boolean },
  nowMs: number,
): void {
  if (nowMs < counter.bannedUntilMs) throw banned(ip, counter.bannedUntilMs, nowMs);
  const used = add(counter.weight, weight, nowMs);
  if (used <= limits.weightPerMinute || (weight === 0 && !rules.weightlessCallsBlocked)) return;
  noteRefusal(counter, ip, limits, nowMs);
  const sentence =
    `Too many requests; current limit of IP(${ip}) is ${limits.weightPerMinute} requests per minute. ` +
    'Please use the websocket for live updates to avoid polling the API.';
  throw new Refusal(-1003, sentence, 429, retryAfter(endOf(counter.weight) - nowMs));
}

/** Charges an account for an order. Throws 429 with -1015 over a limit, and charges nothing then. */
export function chargeOrders(
  counter: OrderCounter,
  cost: OrderCost,
  limits: Limits,
  ip: { readonly counter: IpCounter; readonly address: string },
  nowMs: number,
): void {
  const perTenSeconds = usedIn(counter.tenSeconds, nowMs) + cost.tenSeconds;
  const perMinute = usedIn(counter.minute, nowMs) + cost.minute;
  const tooMany =
    perTenSeconds > limits.ordersPerTenSeconds
      ? { window: counter.tenSeconds, text: `${limits.ordersPerTenSeconds} orders per TEN_SECONDS` }
      : perMinute > limits.ordersPerMinute
        ? { window: counter.minute, text: `${limits.ordersPerMinute} orders per MINUTE` }
        : undefined;
  if (tooMany !== undefined) {
    noteRefusal(ip.counter, ip.address, limits, nowMs);
    const sentence = `Too many new orders; current limit is ${tooMany.text}.`;
    throw new Refusal(-1015, sentence, 429, retryAfter(endOf(tooMany.window) - nowMs));
  }
  add(counter.tenSeconds, cost.tenSeconds, nowMs);
  add(counter.minute, cost.minute, nowMs);
}

/** Takes back what a rejected order was charged. */
export function refundOrders(counter: OrderCounter, cost: OrderCost, nowMs: number): void {
  add(counter.tenSeconds, -cost.tenSeconds, nowMs);
  add(counter.minute, -cost.minute, nowMs);
}

export function weightUsed(counter: IpCounter, nowMs: number): number {
  return usedIn(counter.weight, nowMs);
}

export function ordersUsed(counter: OrderCounter, nowMs: number): OrderCost {
  return { tenSeconds: usedIn(counter.tenSeconds, nowMs), minute: usedIn(counter.minute, nowMs) };
}

function noteRefusal(counter: IpCounter, ip: string, limits: Limits, nowMs: number): void {
  if (nowMs - counter.firstRefusalMs >= MINUTE_MS) counter.firstRefusalMs = nowMs;
  if (nowMs - counter.firstRefusalMs < limits.onTheirWayMs) return;
  if (add(counter.refusals, 1, nowMs) <= limits.refusalsBeforeBan) return;
  const lengthMs = Math.min(FIRST_BAN_MS * 2 ** counter.bans, LONGEST_BAN_MS);
  counter.bans += 1;
  counter.bannedUntilMs = nowMs + lengthMs;
  throw banned(ip, counter.bannedUntilMs, nowMs);
}

function banned(ip: string, untilMs: number, nowMs: number): Refusal {
  const sentence =
    `Way too many requests; IP(${ip}) banned until ${Math.ceil(untilMs)}. ` +
    'Please use the websocket for live updates to avoid bans.';
  return new Refusal(-1003, sentence, 418, retryAfter(untilMs - nowMs));
}

const retryAfter = (ms: number) => ({ 'retry-after': String(Math.max(1, Math.ceil(ms / 1000))) });

const window = (lengthMs: number): Window => ({ lengthMs, startMs: 0, used: 0 });

const endOf = (of: Window): number => of.startMs + of.lengthMs;

function usedIn(of: Window, nowMs: number): number {
  const startMs = Math.floor(nowMs / of.lengthMs) * of.lengthMs;
  if (startMs !== of.startMs) {
    of.startMs = startMs;
    of.used = 0;
  }
  return of.used;
}

function add(to: Window, amount: number, nowMs: number): number {
  to.used = usedIn(to, nowMs) + amount;
  return to.used;
}
