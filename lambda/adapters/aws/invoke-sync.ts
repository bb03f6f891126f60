/**
 * The panel's line to the liquidator: a synchronous call, and a look at how it is deployed. The SDK's errors end here,
 * rebuilt as what is known: refused before it began, or begun with an outcome nobody saw.
 */

import { GetFunctionConfigurationCommand, InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { CallOutcome } from '../../core/invocation/call-outcome.ts';
import { StoreError } from '../../core/invocation/store-error.ts';
import type { LiquidatorLine } from '../../ports.ts';

export interface LiquidatorLineOptions {
  readonly client: LambdaClient;
  /** Name or ARN. */
  readonly functionName: string;
}

export function createLiquidatorLine({ client, functionName }: LiquidatorLineOptions): LiquidatorLine {
  return {
    async call(event, timeoutMs) {
      if (!(timeoutMs > 0)) return { kind: 'not-taken', why: `No time was left to call ${functionName}.` };
      const command = new InvokeCommand({
        FunctionName: functionName,
        Payload: new TextEncoder().encode(JSON.stringify(event)),
      });
      try {
        const { FunctionError, Payload } = await client.send(command, { abortSignal: limit(timeoutMs) });
        const payload = parsed(Payload);
        if (FunctionError === undefined) return { kind: 'answered', payload };
        return { kind: 'unknown', why: `${functionName} ended without an answer (${errorTypeIn(payload)}).` };
      } catch (error) {
        return judge(nameOf(error), functionName, timeoutMs);
      }
    },
    async environment(timeoutMs) {
      try {
        const command = new GetFunctionConfigurationCommand({ FunctionName: functionName });
        const { Environment } = await client.send(command, { abortSignal: limit(timeoutMs) });
        return Environment?.Variables ?? {};
      } catch (error) {
        throw new StoreError('unreached', `Lambda did not say how ${functionName} is deployed (${nameOf(error)}).`);
      }
    },
  };
}

const limit = (timeoutMs: number): AbortSignal => AbortSignal.timeout(Math.ceil(timeoutMs));

function judge(name: string, functionName: string, timeoutMs: number): CallOutcome {
  if (NOT_TAKEN.has(name))
    return { kind: 'not-taken', why: `Lambda did not take the call of ${functionName} (${name}).` };
  const silent = name === 'AbortError';
  return {
    kind: 'unknown',
    why: silent
      ? `${functionName} did not answer within ${Math.round(timeoutMs / 1_000)} s.`
      : `The call of ${functionName} was lost (${name}).`,
  };
}

/** AWS Lambda, Invoke, "Errors": those before the function runs; and a network without a way there. */
const NOT_TAKEN = new Set([
  'AccessDeniedException',
  'CredentialsProviderError',
  'EAI_AGAIN',
  'EC2ThrottledException',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ExpiredTokenException',
  'ResourceNotFoundException',
  // No connection in time; waiting for the answer is ended by our own signal, an AbortError.
  'TimeoutError',
  'TooManyRequestsException',
  'UnrecognizedClientException',
]);

function parsed(payload: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
}

function errorTypeIn(payload: unknown): string {
  const type: unknown =
    typeof payload === 'object' && payload !== null && 'errorType' in payload ? payload.errorType : undefined;
  return typeof type === 'string' ? type.slice(0, 80) : 'unknown error';
}

/** The network's code (ECONNREFUSED) says more than the class name (Error). */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
