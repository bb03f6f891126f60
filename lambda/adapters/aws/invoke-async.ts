/**
 * Asynchronous invocation of a function: Lambda queues the event and answers 202. It may deliver one twice; the lock makes
 * that harmless.
 */

import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { StoreError } from '../../core/invocation/error-codes.ts';
import type { AsyncInvoker } from '../../ports.ts';
import { errorName } from '../connections/aws-errors.ts';

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
