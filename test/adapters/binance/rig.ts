/** An account of the adapter on a scripted wire in virtual time, for tests that read of one request at a time. */

import { type BinanceOptions, createBinance } from '../../../lambda/adapters/binance/open-exchange.ts';
import type { CloseOrder, Credentials } from '../../../lambda/core/exchange/model.ts';
import type { Clock, Exchange, Reply } from '../../../lambda/ports.ts';
import type { WireReply, WireRequest } from '../../../simulator/wire/wire.ts';
import { inMemoryWire, type Respond, type WireState } from './in-memory-wire.ts';
import { createVirtualClock } from './virtual-clock.ts';

/** The pair of the example on Binance's General Info page. */
export const HMAC_KEY: Credentials = {
  apiKey: 'dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83',
  apiSecret: '2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9',
  kind: 'hmac',
};

/** Long before any day on which these tests run: code that reads the wall clock fails them. */
export const START_MS = Date.UTC(2024, 1, 29, 12, 0, 0);

export interface Rig {
  readonly exchange: Exchange;
  readonly clock: Clock;
  /** What reached the wire, in order. */
  readonly requests: readonly WireRequest[];
}

export interface RigOptions extends Partial<BinanceOptions> {
  readonly wire?: WireState;
}

export function rig(respond: Respond, credentials: Credentials = HMAC_KEY, options: RigOptions = {}): Rig {
  const { wire, ...rest } = options;
  const clock = createVirtualClock(START_MS);
  const requests: WireRequest[] = [];
  const transport = inMemoryWire(request => {
    requests.push(request);
    return respond(request);
  }, wire);
  const open = createBinance({
    baseUrl: 'https://fapi.example',
    walletUrl: 'https://wallet.example',
    recvWindowMs: 2_000,
    clock: () => clock,
    transport,
    ...rest,
  });
  return { exchange: open(credentials), clock, requests };
}

/** A reply with a JSON body, or with a text as it is. */
export function reply(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): WireReply {
  return { kind: 'reply', status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

export const params = (request: WireRequest | undefined): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(request?.query ?? ''));

/** A close in one-way mode, with what no URL holds as it is. */
export const CLOSE: CloseOrder = {
  symbol: '测试USDT',
  side: 'SELL',
  positionSide: 'BOTH',
  quantity: '0.0000001',
  reduceOnly: true,
  clientOrderId: 'fl-1',
};

export const LIMITS = { timeoutMs: 1_500 } as const;

/** The value of a reply that must be a success. */
export async function successOf<T>(outcome: Promise<Reply<T>>): Promise<T> {
  const settled = await outcome;
  if (!settled.ok) throw new Error(`not a success: ${JSON.stringify(settled.failure)}`);
  return settled.value;
}
