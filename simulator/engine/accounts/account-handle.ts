/** An account for scenarios and tests: set-up and real state, without the wire. */

import { startTwap, type TwapSpec } from '../orders/twap.ts';
import type { OthersClose } from '../rules/fault.ts';
import { addTo } from '../rules/rate-window.ts';
import { exchangeTimeMs, type World } from '../world.ts';
import { type AccountState, type KeyRefusal, type KeySpec, rotateKey } from './account.ts';
import { closeByOthers } from './close-by-others.ts';
import { type PositionAt, type PositionMove, positionsAt } from './position-move.ts';
import {
  armConditional,
  type OpenOptions,
  openPosition,
  type RestingOrder,
  restOrder,
  type WaitingOrder,
} from './set-up.ts';
import { type Truth, truthOf } from './truth.ts';

export interface Account {
  readonly name: string;
  /** Adds to the position; hedge accounts take the side from the sign unless given. Visible at once. */
  open(symbol: string, signedAmount: string, options?: OpenOptions): void;
  /** Puts a limit order into the book; gives its order id. It fills when the mark price comes to it. */
  rest(order: RestingOrder): string;
  /** Arms a conditional order; gives its algo id. */
  arm(conditional: WaitingOrder): string;
  /** Starts a TWAP or VP order on the wallet's host; gives its algo id. It trades as the exchange's time goes by. */
  startTwap(spec: TwapSpec): string;
  /** Algo ids of those that still work. */
  workingTwaps(): readonly string[];
  /** Others reduce the position: its owner, or the exchange's liquidation. Does nothing without a position. */
  closeByOthers(symbol: string, options?: OthersClose): void;
  /** Others on this account use up this many orders of its limits now. */
  spendOrders(count: number): void;
  truth(): Truth;
  /** Every change of a position since the account exists, oldest first, also by others. */
  readonly moves: readonly PositionMove[];
  /** The positions that were open at an instant of the clock. */
  positionsAt(atMs: number): readonly PositionAt[];
  /** The account gets another key; the old one is unknown from now on (see `unknownKey` in unconfirmed.ts). */
  rotateKey(key: KeySpec): void;
  /** From now on each call of the key gets this answer; undefined: it works again. */
  refuseKey(refusal: KeyRefusal | undefined): void;
  /** In words: every fill of an order sent over the wire since `watch()` that opened, enlarged or flipped a position. */
  readonly violations: readonly string[];
  watch(): void;
}

/** `settle` carries out everything that is due, and returns the instant. */
export function accountFace(world: World, state: AccountState, settle: () => number): Account {
  return {
    name: state.name,
    open: (symbol, signedAmount, options) => openPosition(world, state, symbol, signedAmount, settle(), options),
    rest: order => restOrder(world, state, order),
    arm: conditional => armConditional(world, state, conditional),
    startTwap: spec => startTwap(world, state, spec, settle()).algoId,
    workingTwaps: () => {
      settle();
      return state.twaps.filter(({ status }) => status === 'WORKING').map(({ algoId }) => algoId);
    },
    closeByOthers: (symbol, options = {}) => closeByOthers(world, state, symbol, options, settle()),
    spendOrders: count => {
      const { tenSeconds, minute } = state.counter;
      for (const window of [tenSeconds, minute]) addTo(window, count, exchangeTimeMs(world));
    },
    moves: state.moves,
    positionsAt: atMs => {
      settle();
      return positionsAt(state.moves, atMs);
    },
    truth: () => {
      settle();
      return truthOf(state);
    },
    rotateKey: key => rotateKey(state, key),
    refuseKey: refusal => {
      state.keyRefusal = refusal;
    },
    violations: state.violations,
    watch: () => {
      state.watching = true;
    },
  };
}
