/** The requests of one decision: what each is for, which goes first, and whether the exchange's limits have room for it. */

import { costIn, type Market } from '../exchange/market.ts';
import type { ExchangeRequest } from '../exchange/request.ts';
import { type Room, type Taken, take, type Urgency } from '../exchange/room.ts';

/** In the order of need. */
const NEEDS = [
  'clock',
  /** The largest first. */
  'closes',
  'positions',
  'cancels that hold up a close',
  'other cancels',
  'rules',
  'lists',
  'order queries',
  'sweeps',
] as const;

type Need = (typeof NEEDS)[number];

/** Of one request. */
export interface Priority {
  readonly need: Need;
  readonly urgency: Urgency;
}

/** The last few leave the kept share of the weight alone. */
const urgencyOf = (need: Need): Urgency =>
  needOrder(need) <= needOrder('cancels that hold up a close') ? 'urgent' : 'can-wait';

/** The lower goes first, in each market and across markets. */
export const needOrder = (need: Need): number => NEEDS.indexOf(need);

/** Of the market's own host, and of the wallet's. */
export interface Rooms {
  readonly futures: Room;
  readonly wallet: Room;
}

/** A request that is due now, or when to decide on it again. */
export type NowOrLater = { readonly request: ExchangeRequest } | { readonly atMs: number };

/** In one market. Requests are added in the order of need. */
export class Choice {
  readonly requests: ExchangeRequest[] = [];
  readonly priorities = new Map<ExchangeRequest, Priority>();
  timerAtMs = Number.POSITIVE_INFINITY;
  /** Something was wanted and found no room. */
  isWaitingForRoom = false;
  private rooms: Rooms;
  private readonly nowMs: number;
  private readonly market: Market;

  constructor(market: Market, rooms: Rooms, nowMs: number) {
    this.market = market;
    this.rooms = rooms;
    this.nowMs = nowMs;
  }

  add(need: Need, request: ExchangeRequest, urgency = urgencyOf(need)): void {
    const cost = costIn(this.market, request.kind);
    const taken = take(this.rooms[cost.host], cost, urgency, this.nowMs);
    if (taken.ok) {
      this.rooms = { ...this.rooms, [cost.host]: taken.room };
      this.requests.push(request);
      this.priorities.set(request, { need, urgency });
      return;
    }
    this.noteNoRoom(taken.atMs);
  }

  /** What finds no room is wanted again by the decision at `atMs`. */
  private noteNoRoom(atMs: number | undefined): void {
    this.isWaitingForRoom = true;
    if (atMs !== undefined) this.timerAtMs = Math.min(this.timerAtMs, Math.max(atMs, this.nowMs + 1));
  }

  addAll(need: Need, requests: readonly ExchangeRequest[], urgency?: Urgency): void {
    for (const request of requests) this.add(need, request, urgency);
  }

  addNowOrLater(need: Need, all: readonly NowOrLater[]): void {
    for (const one of all) {
      if ('request' in one) this.add(need, one.request);
      else this.addTimers([one.atMs]);
    }
  }

  /** How many requests may still go out. */
  slots(): number {
    return this.rooms.futures.slots;
  }

  addTimers(instants: readonly number[]): void {
    for (const atMs of instants) this.timerAtMs = Math.min(this.timerAtMs, atMs);
  }

  /** When the limits allow one more of these; now if only an answer can tell. */
  freeFromMs(kind: ExchangeRequest['kind']): number {
    const cost = costIn(this.market, kind);
    const taken = take(this.rooms[cost.host], cost, 'urgent', this.nowMs);
    return taken.ok ? this.nowMs : (taken.atMs ?? this.nowMs);
  }

  /** Asked before the orders of a position are made. */
  hasRoomForClose(): boolean {
    return this.takenByClose().ok;
  }

  /** The next decision is when there may be room for a close. */
  waitForRoomForClose(): void {
    const taken = this.takenByClose();
    if (!taken.ok) this.noteNoRoom(taken.atMs);
  }

  private takenByClose(): Taken {
    return take(this.rooms.futures, costIn(this.market, 'close'), 'urgent', this.nowMs);
  }
}
