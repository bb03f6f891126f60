/**
 * What Binance's documents leave open, each as a switch with its default: the exchange can give either answer, so that a
 * test can show that a client works with both. The defaults are the likelier answer; of two equally likely ones, the worse.
 */

export const LIKELY = {
  /** What `DELETE allOpenOrders` answers when there are no open orders. */
  emptyCancelAll: 'ok' as 'ok' | 'unknown-order',
  /** What `DELETE algoOpenOrders` answers when there are no conditional orders. */
  emptyConditionalCancelAll: 'ok' as 'ok' | 'unknown-order',
  /** How long after the answer of a cancel-all the orders leave the book; 0 is synchronous. */
  cancelAllSettlesMs: 0,
  /** Whether v3 positionRisk lists a symbol that has nothing but a conditional order. */
  conditionalsMakePositionRows: false,
  /** Whether LONG+SELL and SHORT+BUY are exempt from MIN_NOTIONAL as reduceOnly orders are (-4164). */
  hedgeClosesExemptFromMinNotional: true,
  /** Whether LOT_SIZE.maxQty limits market orders too, where MARKET_LOT_SIZE.maxQty is larger. */
  marketOrdersObeyLotSize: true,
  /** Whether the zeros at the end of a quantity count as digits: -1111 for `0.50000000` where one digit is allowed. */
  trailingZerosCount: false,
  oversizeReduceOnly: 'trim' as 'trim' | 'reject',
  /** Which resting orders of the same side reserve a part of the position: all of them, as -4118 says, or only the reduce-only ones. */
  reservedBy: 'all-same-side' as 'all-same-side' | 'reduce-only',
  /** The code of a close that is refused for that; `by-mode` is -4118 in one-way and -2022 in hedge mode. */
  reservedCode: 'by-mode' as 'by-mode' | -2022 | -4118,
  /** Whether resting reduce-only orders stay in the book when their position is gone. */
  reduceOnlyOrdersOutlivePosition: true,
  /** How long a client order ID stays taken after its order ended; 0 frees it at once. */
  clientIdFreeAfterMs: 0,
  /** Whether RESULT replies still have avgPrice and cumQuote, which ACK replies no longer have. */
  resultKeepsAveragePrice: false,
  /** The answer for a key that was deleted or never existed: 401/-2015, or -2008 with 400 or 401 (ccxt#16777, #29099). */
  unknownKey: { status: 401, code: -2015 },
  /** Whether order/test checks the position (-2022), and not only the form of the order. */
  orderTestChecksPosition: false,
  settlingAcceptsCloses: false,
  /** Whether TRADING_HALT refuses cancels too. */
  haltBlocksCancels: false,
  signatureCheckedBeforeTimestamp: false,
  /** Whether calls of weight 0 are refused when the weight of the address is used up. */
  weightlessCallsBlocked: true,
  rejectedOrdersCount: true,
  /** Whether conditional orders and their cancels wait in the matching engine's queue like other orders. */
  conditionalsQueueInEngine: true,
  /** Whether a batch counts 5 towards the ten seconds, however many orders it has. */
  batchCounts: 'five' as 'five' | 'per-order',
  /** Whether a child order that is on its way outlives the cancel of its TWAP or VP order. */
  algoCancelLeavesChild: false,
  /** Which trades come first when userTrades has a startTime and a limit below their number. */
  tradesFromStartTime: 'oldest' as 'oldest' | 'newest',
  commissionSign: 'positive' as 'positive' | 'negative',
  /** Whether COIN-M has the endpoints of the algo service that its notice does not name: cancel of all, query, history. */
  coinAlgoExtras: true,
  /** Which error numbers COIN-M uses since the integration: its own, or those of USDⓈ-M. */
  coinCodes: 'own' as 'own' | 'um',
  /** Whether portfolio margin UM still serves its older conditional orders. */
  olderUmConditionals: true,
};

export type UnconfirmedRules = Readonly<typeof LIKELY>;
