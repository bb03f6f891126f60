/** Correlation IDs, client order IDs, and instants as text. */

import { createHash } from 'node:crypto';
import type { PositionSide, Side } from '../exchange/model.ts';

/** `liq_{YYYYMMDD}_{HHMMSS}_{hex}` in UTC; `hex` is at least six lower-case hexadecimal digits. */
export function correlationId(atMs: number, hex: string): string {
  const [date = '', time = ''] = isoMicros(atMs).split('T');
  return `liq_${date.replaceAll('-', '')}_${time.slice(0, 8).replaceAll(':', '')}_${hex}`;
}

interface OrderName {
  readonly correlationId: string;
  readonly symbol: string;
  readonly side: Side;
  /** In hedge mode. */
  readonly positionSide?: PositionSide;
  /** Name of the attempt and number of the try: "2.1", without the lock "u2.1". */
  readonly attempt: string;
  readonly chunk: number;
}

/**
 * The same inputs give the same ID, so an order whose outcome is unknown can be queried. Binance, New Order:
 * `^[\.A-Z\:/a-z0-9_-]{1,36}$`, unique among open orders; portfolio margin takes 32.
 */
export function clientOrderId(name: OrderName, longest = 36): string {
  const side = name.positionSide === undefined ? name.side : `${name.side} ${name.positionSide}`;
  const text = [name.correlationId, name.symbol, side, name.attempt, name.chunk].join('|');
  return `fl-${createHash('sha256')
    .update(text)
    .digest('hex')
    .slice(0, Math.min(32, longest - 3))}`;
}

/** `2026-11-21T03:47:00.123456Z`: UTC with microseconds, from epoch ms with a fraction. */
export function isoMicros(atMs: number): string {
  const wholeMs = Math.floor(atMs);
  const micros = Math.floor((atMs - wholeMs) * 1_000);
  return `${new Date(wholeMs).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}

export const isoMicrosOrNull = (atMs: number | undefined): string | null =>
  atMs === undefined ? null : isoMicros(atMs);

/** `hh:mm:ss`, UTC. */
export const clockTime = (atMs: number): string => isoMicros(atMs).slice(11, 19);

const HEX_DIGITS = 16;

/** For a bot that missed its deadline, or reported its own failure at that instant. */
export const incidentId = (botId: string, deadlineMs: number): string => named(deadlineMs, 'deadline', botId);

/** For a check of a tripped bot's account, by the start of its minute. */
export const lockOutCheckId = (botId: string, minuteAtMs: number): string => named(minuteAtMs, 'sentinel', botId);

/** For a change of the watch by hand: only for its audit log. */
export const changeId = (botId: string, change: string, changedAtMs: number): string =>
  named(changedAtMs, change, botId);

function named(atMs: number, cause: string, botId: string): string {
  const wholeMs = Math.floor(atMs);
  const hash = createHash('sha256').update(`${cause}|${botId}|${wholeMs}`).digest('hex');
  return correlationId(wholeMs, hash.slice(0, HEX_DIGITS));
}
