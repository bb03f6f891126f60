/** How the answer to each kind of request is read. */

import type { ZodMiniType } from 'zod/mini';
import type { AnswerOf, RequestKind } from '../../../core/exchange/request.ts';
import { accountConfig, fills, keyPermissions, marginOrders, serverTime } from './account.ts';
import { exchangeRules } from './exchange-rules.ts';
import {
  accepted,
  cancelled,
  conditionalOrders,
  conditionalState,
  openOrders,
  orderState,
  receipt,
  twapCancelled,
  twapOrders,
} from './orders.ts';
import { positions } from './positions.ts';

/** Of rules and server time, what the exchange says; the account adds what we know (account.ts). */
export const ANSWERS: { readonly [K in RequestKind]: ZodMiniType<AnswerOf[K]> } = {
  positions,
  'open-orders': openOrders,
  'conditional-orders': conditionalOrders,
  'twap-orders': twapOrders,
  close: receipt,
  'cancel-orders': cancelled,
  'cancel-order': accepted,
  'cancel-conditionals': cancelled,
  'cancel-conditional': cancelled,
  'cancel-twap-order': twapCancelled,
  order: orderState,
  'conditional-order': conditionalState,
  fills,
  rules: exchangeRules,
  'server-time': serverTime,
  'account-config': accountConfig,
  'test-order': accepted,
  'key-permissions': keyPermissions,
  'margin-orders': marginOrders,
};

/** Where the kind is known only when it is asked. */
export const answerTo = (kind: RequestKind): ZodMiniType<AnswerOf[RequestKind]> =>
  ANSWERS[kind] as ZodMiniType<unknown> as ZodMiniType<AnswerOf[RequestKind]>;
