/** What an attempt leaves to the next one of the same run; carry.ts has how it is written, read and joined. */

import type { PositionSide } from '../../exchange/model.ts';
import type { Learnt } from '../close/learnt.ts';
import type { Stay } from '../lists/stays.ts';

export interface Carried {
  readonly closed: number;
  readonly ordersCancelled: number;
  /** By asset, of what is counted in `closed`. */
  readonly realizedPnl: Readonly<Record<string, string>>;
  readonly commissions: Readonly<Record<string, string>>;
  readonly isEstimate: boolean;
  /** Seen, and not seen gone. */
  readonly stays: readonly Stay[];
  /** Orders of both kinds that were seen, and not seen gone. */
  readonly orders: readonly CarriedOrder[];
  readonly learnt: readonly CarriedLimit[];
  /** Of the closes; undefined: as configured. */
  readonly recvWindowMs?: number | undefined;
  /** Of the symbols that the call names: those of which something was seen. */
  readonly seen: readonly string[];
}

export interface CarriedLimit {
  readonly symbol: string;
  readonly side: PositionSide;
  readonly learnt: Learnt;
}

export interface CarriedOrder {
  readonly symbol: string;
  readonly id: string;
  readonly kind: 'order' | 'conditional';
  /** It could open or enlarge a position. */
  readonly opens: boolean;
  /** The exchange accepted its cancel: once it is gone it counts as cancelled. */
  readonly cancelled: boolean;
}

export const NOTHING_CARRIED: Carried = {
  ...{ closed: 0, ordersCancelled: 0, realizedPnl: {}, commissions: {}, isEstimate: false },
  ...{ stays: [], orders: [], learnt: [], seen: [] },
};
