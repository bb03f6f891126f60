/** How the answer to each kind of request is read. */

import type { ZodMiniType } from 'zod/mini';
import type { AnswerOf, RequestKind } from '../../../core/exchange/request.ts';
import { accountConfig } from '../schemas/account-config.ts';
import { accepted, cancelled, strategyCancelled } from '../schemas/acknowledgement.ts';
import { conditionalOrders } from '../schemas/conditional-orders.ts';
import { conditionalState } from '../schemas/conditional-state.ts';
import { exchangeRules } from '../schemas/exchange-rules.ts';
import { fills } from '../schemas/fills.ts';
import { keyPermissions } from '../schemas/key-permissions.ts';
import { marginOrders } from '../schemas/margin-orders.ts';
import { openOrders } from '../schemas/open-orders.ts';
import { orderState } from '../schemas/order-state.ts';
import { positions } from '../schemas/positions.ts';
import { receipt } from '../schemas/receipt.ts';
import { serverTime } from '../schemas/server-time.ts';
import { strategyOrders } from '../schemas/strategy-orders.ts';

/** Of rules and server time, what the exchange says; the account adds what we know (account.ts). */
export const ANSWERS: { readonly [K in RequestKind]: ZodMiniType<AnswerOf[K]> } = {
  positions,
  'open-orders': openOrders,
  'conditional-orders': conditionalOrders,
  'strategy-orders': strategyOrders,
  close: receipt,
  'cancel-orders': cancelled,
  'cancel-order': accepted,
  'cancel-conditionals': cancelled,
  'cancel-conditional': cancelled,
  'cancel-strategy': strategyCancelled,
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
