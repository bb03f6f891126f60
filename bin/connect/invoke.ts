/**
 * A synchronous invocation of the liquidator. Sent once: a repetition by the SDK would find the first try in progress. A
 * call that is not known to have failed before its start may have run; its record has the result.
 */

import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { errorName, isBeforeCall } from '../../lambda/adapters/connections/aws-errors.ts';
import type { Answer, PreflightAnswer } from '../../lambda/contract.ts';
import { isWholeAnswer, isWholePreflight } from '../../lambda/core/invocation/call-outcome.ts';
import { fieldsOf, textOf } from '../../lambda/core/text/fields.ts';
import { awsFailure } from './aws-failure.ts';

export type Invoked =
  | { readonly kind: 'answered'; readonly answer: Answer | PreflightAnswer }
  /** It ran and ended without an answer of its own: crashed, or stopped at Lambda's timeout. */
  | { readonly kind: 'broken'; readonly sentence: string }
  /** No answer came; it may have run, and may be running. */
  | { readonly kind: 'lost'; readonly sentence: string };

/** Throws CliError (4) when it certainly did not run. */
export async function invokeFunction(
  client: LambdaClient,
  call: {
    readonly functionName: string;
    readonly event: Readonly<Record<string, unknown>>;
    readonly timeoutMs: number;
    readonly signal?: AbortSignal | undefined;
    readonly region: string | undefined;
    readonly isLocal: boolean;
    readonly profile?: string | undefined;
    readonly endpoint?: string | undefined;
  },
): Promise<Invoked> {
  const { functionName, event, timeoutMs, signal, ...place } = call;
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const command = new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(event) });
    const reply = await client.send(command, { abortSignal: signal ? AbortSignal.any([limit, signal]) : limit });
    const payload: unknown = JSON.parse(new TextDecoder().decode(reply.Payload));
    if (reply.FunctionError === undefined && isAnswer(payload)) return { kind: 'answered', answer: payload };
    return { kind: 'broken', sentence: `${functionName} ended without an answer (${errorTypeIn(payload)}).` };
  } catch (error) {
    const name = errorName(error);
    if (isBeforeCall(name)) {
      throw awsFailure(error, {
        doing: `invoke ${functionName}`,
        permission: 'lambda:InvokeFunction',
        functionName,
        ...place,
      });
    }
    return { kind: 'lost', sentence: `No answer came from ${functionName} (${name}); it may be running.` };
  }
}

const isAnswer = (payload: unknown): payload is Answer | PreflightAnswer =>
  isWholeAnswer(payload) || isWholePreflight(payload);

const errorTypeIn = (payload: unknown): string => textOf(fieldsOf(payload).errorType) ?? 'no answer';
