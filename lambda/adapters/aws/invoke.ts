/**
 * Invokes a function: synchronously for the control panel, which also reads its environment, or asynchronously, when Lambda
 * queues the event and may deliver it twice; the lock makes that harmless. The SDK's errors are replaced by what is known.
 */

import { GetFunctionConfigurationCommand, InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { CallOutcome } from '../../core/invocation/call-outcome.ts';
import { StoreError } from '../../core/invocation/error-codes.ts';
import { fieldsOf, jsonIn, textOf } from '../../core/text/fields.ts';
import type { AsyncInvoker, SyncInvoker } from '../../ports.ts';
import { errorName, isBeforeCall } from '../connections/aws-errors.ts';

export function createSyncInvoker(client: LambdaClient, functionName: string): SyncInvoker {
  return {
    async call(event, timeoutMs) {
      if (!(timeoutMs > 0)) return { kind: 'not-taken', why: `No time was left to call ${functionName}.` };
      const command = new InvokeCommand({
        FunctionName: functionName,
        Payload: new TextEncoder().encode(JSON.stringify(event)),
      });
      try {
        const { FunctionError, Payload } = await client.send(command, { abortSignal: limit(timeoutMs) });
        const payload = jsonIn(new TextDecoder().decode(Payload));
        if (FunctionError === undefined) return { kind: 'answered', payload };
        return { kind: 'unknown', why: `${functionName} ended without an answer (${errorTypeIn(payload)}).` };
      } catch (error) {
        return outcomeOf(errorName(error), functionName, timeoutMs);
      }
    },
    async environment(timeoutMs) {
      try {
        const command = new GetFunctionConfigurationCommand({ FunctionName: functionName });
        const { Environment } = await client.send(command, { abortSignal: limit(timeoutMs) });
        return Environment?.Variables ?? {};
      } catch (error) {
        throw new StoreError('unreached', `Lambda did not say how ${functionName} is deployed (${errorName(error)}).`);
      }
    },
  };
}

const limit = (timeoutMs: number): AbortSignal => AbortSignal.timeout(Math.ceil(timeoutMs));

function outcomeOf(name: string, functionName: string, timeoutMs: number): CallOutcome {
  // TimeoutError: no connection in time; waiting for the answer is ended by our own signal, an AbortError.
  if (isBeforeCall(name) || name === 'TimeoutError')
    return { kind: 'not-taken', why: `Lambda did not accept the call of ${functionName} (${name}).` };
  if (name === 'AbortError')
    return { kind: 'unknown', why: `${functionName} did not answer within ${Math.round(timeoutMs / 1_000)} s.` };
  return { kind: 'unknown', why: `The call of ${functionName} was lost (${name}).` };
}

const errorTypeIn = (payload: unknown): string => textOf(fieldsOf(payload).errorType)?.slice(0, 80) ?? 'unknown error';

/** `functionName`: name or ARN. Throws a StoreError when Lambda did not accept the event in time. */
export function createAsyncInvoker(client: LambdaClient, functionName: string): AsyncInvoker {
  return {
    async invokeLater(event, timeoutMs) {
      if (!(timeoutMs > 0)) throw new StoreError('unreached', `No time was left to invoke ${functionName}.`);
      const command = new InvokeCommand({
        FunctionName: functionName,
        InvocationType: 'Event',
        Payload: new TextEncoder().encode(JSON.stringify(event)),
      });
      try {
        await client.send(command, { abortSignal: AbortSignal.timeout(Math.ceil(timeoutMs)) });
      } catch (error) {
        throw new StoreError(
          'unknown',
          `Lambda did not accept the event for ${functionName} within ${Math.round(timeoutMs)} ms (${errorName(error)}). Check the function's name and the role's lambda:InvokeFunction.`,
        );
      }
    },
  };
}
