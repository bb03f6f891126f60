/**
 * How one market is asked, as its folder says: each request of the port as one call of the SDK, or as two side by side
 * where one page does not show all.
 */

import type { ZodMiniType } from 'zod/mini';
import type { AnswerOf, ExchangeRequest, RequestKind } from '../../core/exchange/request.ts';
import type { Reply } from '../../ports.ts';
import type { Page } from './join.ts';
import type { ClientMaker } from './sdk-clients.ts';

/** One call: `send` gives the SDK's promise, `schema` reads what came over the wire. Never throws. */
export type AskOnce = <T>(schema: ZodMiniType<T>, send: () => Promise<unknown>) => Promise<Reply<T>>;

export interface OpenedMarket {
  ask(request: ExchangeRequest, once: AskOnce, part: Page): Promise<Reply<AnswerOf[RequestKind]>>;
}

export interface MarketApi {
  /** The market's client of the SDK, loaded when it is first wanted, while the secret and the lock are on their way. */
  load(): Promise<unknown>;
  open(make: ClientMaker): Promise<OpenedMarket>;
}
