/**
 * The liquidator function for a bot: waiting for its answer, or only putting the event into Lambda's queue.
 * No method throws. The same correlation ID acts once, so every call is safe to repeat.
 */

import { InvokeCommand, type InvokeCommandOutput, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Answer, PreflightAnswer, Trigger } from '../../lambda/contract.ts';
import { within } from './aws.ts';
import { type Problem, problemOf } from './problem.ts';

export interface LiquidateEvent {
  readonly action: 'liquidate';
  readonly trigger: Trigger;
  readonly bot_id: string;
  readonly correlation_id: string;
  readonly reason?: string;
  readonly dry_run?: boolean;
  readonly symbols?: readonly string[];
}

interface PreflightEvent {
  readonly action: 'preflight';
  readonly bot_id: string;
}

export type Answered<T> =
  | { readonly kind: 'answered'; readonly answer: T }
  | { readonly kind: 'failed'; readonly problem: Problem };
export type Queued = { readonly kind: 'queued' } | { readonly kind: 'failed'; readonly problem: Problem };

export interface LiquidatorClient {
  /** `enough`: the answer is no longer needed. */
  liquidate(event: LiquidateEvent, timeoutMs: number, enough?: AbortSignal): Promise<Answered<Answer>>;
  preflight(event: PreflightEvent, timeoutMs: number): Promise<Answered<PreflightAnswer | Answer>>;
  /** Queued is not done: Lambda runs it as soon as it can, and again if it fails. */
  liquidateLater(event: LiquidateEvent, timeoutMs: number): Promise<Queued>;
}

export function createLiquidator(client: LambdaClient, functionName: string): LiquidatorClient {
  const invoke = (
    event: LiquidateEvent | PreflightEvent,
    type: 'RequestResponse' | 'Event',
    timeoutMs: number,
    enough?: AbortSignal,
  ): Promise<InvokeCommandOutput> => {
    const Payload = new TextEncoder().encode(JSON.stringify(event));
    const command = new InvokeCommand({ FunctionName: functionName, InvocationType: type, Payload });
    return within(timeoutMs, abortSignal => client.send(command, { abortSignal }), enough);
  };
  const failed = (doing: string, timeoutMs: number) => (error: unknown) =>
    ({ kind: 'failed', problem: problemOf(error, `${doing} ${functionName}`, timeoutMs) }) as const;

  async function ask<T>(
    event: LiquidateEvent | PreflightEvent,
    timeoutMs: number,
    enough?: AbortSignal,
  ): Promise<Answered<T>> {
    const { FunctionError, Payload } = await invoke(event, 'RequestResponse', timeoutMs, enough);
    if (FunctionError !== undefined) {
      throw Object.assign(new Error('The function ended with an error.'), { name: 'FunctionFailed' });
    }
    const answer: unknown = JSON.parse(new TextDecoder().decode(Payload));
    if (typeof answer !== 'object' || answer === null || !('headline' in answer)) {
      throw Object.assign(new Error('The answer of the function is not valid.'), { name: 'FunctionFailed' });
    }
    // The contract is what both sides were built from.
    return { kind: 'answered', answer: answer as T };
  }

  return {
    liquidate: (event, timeoutMs, enough) =>
      ask<Answer>(event, timeoutMs, enough).catch(failed('get an answer from', timeoutMs)),
    preflight: (event, timeoutMs) =>
      ask<PreflightAnswer | Answer>(event, timeoutMs).catch(failed('get a preflight from', timeoutMs)),
    liquidateLater: async (event, timeoutMs) => {
      try {
        await invoke(event, 'Event', timeoutMs);
        return { kind: 'queued' };
      } catch (error) {
        return failed('queue the event for', timeoutMs)(error);
      }
    },
  };
}
