/**
 * The rate limits: weight per IP and orders per account, in fixed windows that begin on full minutes and full ten
 * seconds of the exchange's time; 429 when a window is used up, 418 for an IP that sends further requests.
 *
 *   used ──► limit ──► 429 429 429 … ──► 418 until <instant>   (2 min, then twice as long each time, at most 3 days)
 *
 * A scripted 429 or 418 starts the same window or ban (hold.ts), and further requests have the same consequence.
 */

import { bannedUntil, type Hold, holdRefusal, isHolding, strongerHold, tooManyRequests } from './hold.ts';
import { addTo, type FixedWindow, fixedWindow, MINUTE_MS, TEN_SECONDS_MS, usedIn, windowEnd } from './rate-window.ts';

export interface Limits {
  readonly weightPerMinute: number;
  /** The wallet's host counts apart (12,000 per IP, sapi "General Info"). */
  readonly walletWeightPerMinute: number;
  /** papi (Portfolio Margin, "General Info"). It has no limit of ten seconds. */
  readonly portfolioWeightPerMinute: number;
  readonly ordersPerTenSeconds: number;
  readonly ordersPerMinute: number;
  /** How many 429 within one minute an IP gets before it is banned. */
  readonly refusalsBeforeBan: number;
  /** Requests are not counted for this time after the first 429: they were on their way when it was sent. */
  readonly onTheirWayMs: number;
}

/** Live exchangeInfo.rateLimits. When refusals become a ban is documented without a number (General Info, "Limits"). */
export const LIMITS: Limits = {
  weightPerMinute: 2400,
  walletWeightPerMinute: 12_000,
  portfolioWeightPerMinute: 6_000,
  ordersPerTenSeconds: 300,
  ordersPerMinute: 1200,
  refusalsBeforeBan: 10,
  onTheirWayMs: 1_000,
};

const FIRST_BAN_MS = 2 * MINUTE_MS;
const LONGEST_BAN_MS = 3 * 24 * 60 * MINUTE_MS;

/** One address at one host. */
export interface IpCounter {
  readonly ip: string;
  readonly weightPerMinute: number;
  readonly weight: FixedWindow;
  readonly refusals: FixedWindow;
  firstRefusalMs: number;
  bans: number;
  hold: Hold | undefined;
}

export interface OrderCounter {
  readonly tenSeconds: FixedWindow;
  readonly minute: FixedWindow;
  hold: Hold | undefined;
}

export interface OrderCost {
  readonly tenSeconds: number;
  readonly minute: number;
}

export const createIpCounter = (ip: string, weightPerMinute: number): IpCounter => ({
  ip,
  weightPerMinute,
  weight: fixedWindow(MINUTE_MS),
  refusals: fixedWindow(MINUTE_MS),
  firstRefusalMs: Number.NEGATIVE_INFINITY,
  bans: 0,
  hold: undefined,
});

export const createOrderCounter = (): OrderCounter => ({
  tenSeconds: fixedWindow(TEN_SECONDS_MS),
  minute: fixedWindow(MINUTE_MS),
  hold: undefined,
});

/** Charges an IP for a request, in the exchange's time. Throws 418 while banned, 429 over the limit; both are charged. */
export function chargeWeight(
  counter: IpCounter,
  weight: number,
  limits: Limits,
  rules: { readonly weightlessCallsBlocked: boolean },
  nowMs: number,
): void {
  const used = addTo(counter.weight, weight, nowMs);
  if (isRefusing(counter, weight, rules, nowMs) && counter.hold !== undefined) {
    if (counter.hold.status === 429) noteRefusal(counter, limits, nowMs);
    throw holdRefusal(counter.hold, nowMs);
  }
  if (used <= counter.weightPerMinute || (weight === 0 && !rules.weightlessCallsBlocked)) return;
  noteRefusal(counter, limits, nowMs);
  const untilMs = windowEnd(counter.weight, nowMs);
  const msg = tooManyRequests(counter.ip, counter.weightPerMinute);
  throw holdRefusal({ status: 429, code: -1003, msg, untilMs, headerUntilMs: untilMs, form: 'seconds' }, nowMs);
}

/** Whether a request of this weight is refused by a 429 or a 418 that still holds. */
export function isRefusing(
  counter: IpCounter,
  weight: number,
  rules: { readonly weightlessCallsBlocked: boolean },
  nowMs: number,
): boolean {
  if (!isHolding(counter.hold, nowMs)) return false;
  return counter.hold.status === 418 || weight > 0 || rules.weightlessCallsBlocked;
}

/** A 429 or 418 that a script answers: from now on it holds. */
export function openHold(counter: IpCounter | OrderCounter, hold: Hold, nowMs: number): void {
  counter.hold = strongerHold(counter.hold, hold, nowMs);
  if ('firstRefusalMs' in counter && hold.status === 429) noteFirstRefusal(counter, nowMs);
}

/** Charges an account for an order. Throws 429 with -1015 over a limit, and charges nothing then. */
export function chargeOrders(
  counter: OrderCounter,
  cost: OrderCost,
  limits: Limits,
  ip: IpCounter,
  nowMs: number,
): void {
  const hold = isHolding(counter.hold, nowMs) ? counter.hold : exhaustion(counter, cost, limits, nowMs);
  if (hold !== undefined) {
    noteRefusal(ip, limits, nowMs);
    throw holdRefusal(hold, nowMs);
  }
  addTo(counter.tenSeconds, cost.tenSeconds, nowMs);
  addTo(counter.minute, cost.minute, nowMs);
}

function exhaustion(counter: OrderCounter, cost: OrderCost, limits: Limits, nowMs: number): Hold | undefined {
  const over = (window: FixedWindow, text: string): Hold => {
    const untilMs = windowEnd(window, nowMs);
    const msg = `Too many new orders; current limit is ${text}.`;
    return { status: 429, code: -1015, msg, untilMs, headerUntilMs: untilMs, form: 'seconds' };
  };
  const { ordersPerTenSeconds, ordersPerMinute } = limits;
  if (usedIn(counter.tenSeconds, nowMs) + cost.tenSeconds > ordersPerTenSeconds) {
    return over(counter.tenSeconds, `${ordersPerTenSeconds} orders per TEN_SECONDS`);
  }
  if (usedIn(counter.minute, nowMs) + cost.minute > ordersPerMinute) {
    return over(counter.minute, `${ordersPerMinute} orders per MINUTE`);
  }
  return undefined;
}

/** Takes back what a rejected order was charged. */
export function refundOrders(counter: OrderCounter, cost: OrderCost, nowMs: number): void {
  addTo(counter.tenSeconds, -cost.tenSeconds, nowMs);
  addTo(counter.minute, -cost.minute, nowMs);
}

export const weightUsed = (counter: IpCounter, nowMs: number): number => usedIn(counter.weight, nowMs);

export const ordersUsed = (counter: OrderCounter, nowMs: number): OrderCost => ({
  ...{ tenSeconds: usedIn(counter.tenSeconds, nowMs), minute: usedIn(counter.minute, nowMs) },
});

/** Throws the ban that the refusal leads to, if it does. */
function noteRefusal(counter: IpCounter, limits: Limits, nowMs: number): void {
  noteFirstRefusal(counter, nowMs);
  if (nowMs - counter.firstRefusalMs < limits.onTheirWayMs) return;
  if (addTo(counter.refusals, 1, nowMs) <= limits.refusalsBeforeBan) return;
  const untilMs = nowMs + Math.min(FIRST_BAN_MS * 2 ** counter.bans, LONGEST_BAN_MS);
  const msg = bannedUntil(counter.ip, untilMs);
  counter.bans += 1;
  counter.hold = { status: 418, code: -1003, msg, untilMs, headerUntilMs: untilMs, form: 'seconds' };
  throw holdRefusal(counter.hold, nowMs);
}

function noteFirstRefusal(counter: IpCounter, nowMs: number): void {
  if (nowMs - counter.firstRefusalMs >= MINUTE_MS) counter.firstRefusalMs = nowMs;
}
