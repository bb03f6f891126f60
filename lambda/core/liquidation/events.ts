/** What can happen in an attempt. Instants are epoch ms of the one clock. */

import type { Failure } from '../exchange/failure.ts';
import type { Rows } from '../exchange/model.ts';
import type { AnswerOf, ExchangeRequest, RequestKind } from '../exchange/request.ts';
import type { Carried } from './carry/carried.ts';

export type EngineEvent =
  /** The requests of one decision go out, in their order. */
  | { readonly kind: 'sent'; readonly atMs: number; readonly requests: readonly ExchangeRequest[] }
  /** One was answered, or failed. `id` counts the sent requests from 1. */
  | { readonly kind: 'answered'; readonly atMs: number; readonly id: number; readonly answer: EngineAnswer }
  /** One of the pages of a list is there; the answer with all of them still comes. */
  | { readonly kind: 'answered-in-part'; readonly atMs: number; readonly id: number; readonly value: Rows<unknown> }
  /**
   * The lock and the first audit record are there, or took too long. `attemptName`: part of the order names from now on;
   * `carried`: what earlier attempts left.
   */
  | {
      readonly kind: 'may-act';
      readonly atMs: number;
      readonly attemptName: string;
      readonly carried: Carried | undefined;
    }
  /** The secret is being read again. */
  | { readonly kind: 'reading-secret'; readonly atMs: number }
  /** It was: a new key, or none (the same one, or it cannot be read). */
  | { readonly kind: 'secret-read'; readonly atMs: number; readonly isNew: boolean };

export type EngineAnswer =
  | { readonly ok: true; readonly value: AnswerOf[RequestKind] }
  | { readonly ok: false; readonly failure: Failure };
