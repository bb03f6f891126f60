/**
 * What Binance's documents leave open, each as a switch: the exchange can give either answer, so that a client can be
 * shown to be indifferent to it. The defaults are the likelier answer, and of two equally likely ones the nastier.
 */

export interface UnconfirmedRules {
  /** What `DELETE allOpenOrders` answers when nothing rests. */
  readonly emptyCancelAll: 'ok' | 'unknown-order';
  /** What `DELETE algoOpenOrders` answers when nothing waits. */
  readonly emptyConditionalCancelAll: 'ok' | 'unknown-order';
  /** How long after the answer of a cancel-all the orders really leave the book; 0 is synchronous. */
  readonly cancelAllSettlesMs: number;
  /** Whether v3 positionRisk lists a symbol that has nothing but a conditional order. */
  readonly conditionalsMakePositionRows: boolean;
  /** Whether LONG+SELL and SHORT+BUY are free of MIN_NOTIONAL as reduceOnly orders are (-4164). */
  readonly hedgeClosesExemptFromMinNotional: boolean;
  /** Whether LOT_SIZE.maxQty bounds market orders too, where MARKET_LOT_SIZE.maxQty is above it. */
  readonly marketOrdersObeyLotSize: boolean;
  /** Whether the zeros at the end of a quantity count as digits: -1111 for `0.50000000` where one digit is allowed. */
  readonly trailingZerosCount: boolean;
  readonly oversizeReduceOnly: 'trim' | 'reject';
  /**
   * Which resting orders of its side reserve what a close would reduce: all of them, as the words of -4118 have it, or
   * the reduce-only ones alone, the lenient reading.
   */
  readonly reservedBy: 'all-same-side' | 'reduce-only';
  /** The code of a close that they refuse; `by-mode` is -4118 in one-way and -2022 in hedge mode. */
  readonly reservedCode: 'by-mode' | -2022 | -4118;
  /** Whether resting reduce-only orders stay in the book when their position is gone. */
  readonly reduceOnlyOrdersOutlivePosition: boolean;
  /** How long a client order id stays taken after its order ended; 0 frees it at once. */
  readonly clientIdFreeAfterMs: number;
  /** Whether RESULT replies still carry avgPrice and cumQuote while ACK replies have lost them. */
  readonly resultKeepsAveragePrice: boolean;
  /** HTTP status by error code, where it shall differ. */
  readonly statusByCode: Readonly<Record<number, number>>;
  /** Whether a TradFi symbol refuses orders while its session is NO_TRADING (-4141). */
  readonly noTradingSessionRefuses: boolean;
  /** What a key gets that was deleted or never existed: 401/-2015, or -2008 with 400 or 401 (ccxt#16777, #29099). */
  readonly unknownKey: { readonly status: number; readonly code: number };
  readonly orderTestWeight: number;
  /** Whether order/test checks the position (-2022) and not only at the form of the order. */
  readonly orderTestChecksPosition: boolean;
  /** Whether the cooling-off period (-4192) blocks closes as it blocks openings. */
  readonly coolingOffBlocksCloses: boolean;
  readonly settlingAcceptsCloses: boolean;
  /** Whether TRADING_HALT refuses cancels too. */
  readonly haltBlocksCancels: boolean;
  readonly signatureCheckedBeforeTimestamp: boolean;
  /** Whether an IP that is over its weight is refused calls of weight 0. */
  readonly weightlessCallsBlocked: boolean;
  readonly rejectedOrdersCount: boolean;
  /** Whether a rejected order carries the order-count headers, which is not guaranteed (General Info, "Limits"). */
  readonly rejectedOrdersShowCounts: boolean;
  /** Whether conditional orders and their cancels wait in the matching engine's queue as the others do. */
  readonly conditionalsQueueInEngine: boolean;
  /** Whether a batch counts 5 towards the ten seconds whatever it holds. */
  readonly batchCounts: 'five' | 'per-order';
  /** Whether a child order that is on its way outlives the cancel of its TWAP or VP order. */
  readonly algoCancelLeavesChild: boolean;
  /** Which trades come first when userTrades is asked from a startTime for fewer than there are. */
  readonly tradesFromStartTime: 'oldest' | 'newest';
  readonly commissionSign: 'positive' | 'negative';
  /** Whether COIN-M has the endpoints of the algo service that its notice does not name: cancel of all, query, history. */
  readonly coinAlgoExtras: boolean;
  /** Whose numbers COIN-M answers errors with, since the integration: its own, or those of USDⓈ-M. */
  readonly coinCodes: 'own' | 'um';
  /** Whether the Account page of COIN-M shows the position of a symbol that no longer trades. */
  readonly coinAccountShowsAll: boolean;
  /** Whether portfolio margin UM still serves its older conditional orders. */
  readonly olderUmConditionals: boolean;
}

export const LIKELY: UnconfirmedRules = {
  emptyCancelAll: 'ok',
  emptyConditionalCancelAll: 'ok',
  cancelAllSettlesMs: 0,
  conditionalsMakePositionRows: false,
  hedgeClosesExemptFromMinNotional: true,
  marketOrdersObeyLotSize: true,
  trailingZerosCount: false,
  oversizeReduceOnly: 'trim',
  reservedBy: 'all-same-side',
  reservedCode: 'by-mode',
  reduceOnlyOrdersOutlivePosition: true,
  clientIdFreeAfterMs: 0,
  resultKeepsAveragePrice: false,
  statusByCode: {},
  noTradingSessionRefuses: false,
  unknownKey: { status: 401, code: -2015 },
  orderTestWeight: 1,
  orderTestChecksPosition: false,
  coolingOffBlocksCloses: true,
  settlingAcceptsCloses: false,
  haltBlocksCancels: false,
  signatureCheckedBeforeTimestamp: false,
  weightlessCallsBlocked: true,
  rejectedOrdersCount: true,
  rejectedOrdersShowCounts: false,
  conditionalsQueueInEngine: true,
  batchCounts: 'five',
  algoCancelLeavesChild: false,
  tradesFromStartTime: 'oldest',
  commissionSign: 'positive',
  coinAlgoExtras: true,
  coinCodes: 'own',
  coinAccountShowsAll: true,
  olderUmConditionals: true,
};
