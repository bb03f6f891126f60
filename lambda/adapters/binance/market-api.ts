/**
 * How one market is asked, as its folder says: each request of the port as one call of the SDK, or as two side by side
 * where one page does not show all.
 */

import type { ZodMiniType } from 'zod/mini';
import type { AnswerOf, ExchangeRequest, RequestKind } from '../../core/exchange/request.ts';
import type { Reply } from '../../ports.ts';
import type { Page } from './join.ts';
import type { ClientMaker } from './sdk-clients.ts';

/** One call: `send` calls the SDK, `schema` reads the answer. Never throws. */
export type AskOnce = <T>(schema: ZodMiniType<T>, send: () => Promise<unknown>) => Promise<Reply<T>>;

export interface OpenedMarket {
  ask(request: ExchangeRequest, once: AskOnce, part: Page): Promise<Reply<AnswerOf[RequestKind]>>;
}

export interface MarketApi {
  /** The market's client of the SDK, loaded while the secret is read and the lock is taken. */
  load(): Promise<unknown>;
  open(make: ClientMaker): Promise<OpenedMarket>;
}
