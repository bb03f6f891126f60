/**
 * An exchange with one account, a virtual clock and a client that signs by hand: enough to ask the simulator anything over
 * its wire without sockets.
 */

import { createHmac } from 'node:crypto';
import type { AccountSpec } from '../../simulator/engine/accounts/account.ts';
import type { SimulatorClock } from '../../simulator/engine/clock.ts';
import {
  type Account,
  createExchange,
  type ExchangeOptions,
  type SimulatedExchange,
} from '../../simulator/exchange.ts';
import type { WireReply } from '../../simulator/wire/wire.ts';

/** A full minute, so that windows of limits begin with the test. */
export const NOON_MS = Date.UTC(2026, 10, 20, 12);

export const API_KEY = 'K'.repeat(64);
export const API_SECRET = 'S'.repeat(64);

export interface VirtualClock extends SimulatorClock {
  advance(ms: number): void;
}

/** Sleeping is what makes its time pass. */
export function virtualClock(startMs = NOON_MS): VirtualClock {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    sleep: async ms => {
      nowMs += ms;
    },
    advance: ms => {
      nowMs += ms;
    },
  };
}

/** An answer, read. `rows` is the body as a list, whether it is one or not. */
export interface Heard {
  readonly kind: WireReply['kind'];
  readonly status: number | undefined;
  readonly code: unknown;
  readonly msg: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

export type Params = Readonly<Record<string, string>>;

export interface Stage {
  readonly exchange: SimulatedExchange;
  readonly clock: VirtualClock;
  readonly account: Account;
  /** Signed, timestamped by the clock unless `params` has a timestamp. */
  call(method: string, path: string, params?: Params): Promise<Heard>;
  /** A market order by default. */
  order(params: Params): Promise<Heard>;
  positions(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  openOrders(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  openConditionals(): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

export function stage(options: Partial<ExchangeOptions> = {}, spec: Partial<AccountSpec> = {}): Stage {
  const clock = virtualClock();
  const exchange = createExchange({ clock, ...options });
  const account = exchange.addAccount({ apiKey: API_KEY, apiSecret: API_SECRET, ...spec });
  const call: Stage['call'] = async (method, path, params = {}) => {
    const query = signedQuery({ timestamp: String(clock.nowMs()), ...params });
    return read(await exchange.respond({ method, path, query, body: '', headers: { 'x-mbx-apikey': API_KEY } }));
  };
  const list = async (path: string) => (await call('GET', path)).rows;
  return {
    exchange,
    clock,
    account,
    call,
    order: params => call('POST', '/fapi/v1/order', { type: 'MARKET', ...params }),
    positions: () => list('/fapi/v3/positionRisk'),
    openOrders: () => list('/fapi/v1/openOrders'),
    openConditionals: () => list('/fapi/v1/openAlgoOrders'),
  };
}

export function signedQuery(params: Params, secret = API_SECRET): string {
  const text = new URLSearchParams(params).toString();
  return `${text}&signature=${createHmac('sha256', secret).update(text).digest('hex')}`;
}

export function read(reply: WireReply): Heard {
  if (reply.kind !== 'reply') {
    return { kind: reply.kind, status: undefined, code: undefined, msg: undefined, headers: {}, text: '', rows: [] };
  }
  const rows = parse(reply.body);
  return {
    kind: 'reply',
    status: reply.status,
    code: rows[0]?.code,
    msg: rows[0]?.msg,
    headers: reply.headers,
    text: reply.body,
    rows,
  };
}

function parse(text: string): readonly Readonly<Record<string, unknown>>[] {
  try {
    const body: unknown = JSON.parse(text);
    return Array.isArray(body) ? body : [body as Readonly<Record<string, unknown>>];
  } catch {
    return [];
  }
}
