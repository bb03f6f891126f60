/** The functions of a deployment as Lambda has them: their configuration, synchronous calls, and who their topics mail. */

import { GetFunctionConfigurationCommand, InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import { createSubscriptions } from '../../lambda/adapters/aws/subscriptions.ts';
import { errorName, isBeforeCall } from '../../lambda/adapters/connections/aws-errors.ts';
import { IN_SERVICE } from '../../lambda/aliases.ts';
import { type Answer, ENV, type PreflightAnswer } from '../../lambda/contract.ts';
import { isWholeAnswer, isWholePreflight } from '../../lambda/core/invocation/call-outcome.ts';
import { fieldsOf, textOf } from '../../lambda/core/text/fields.ts';
import type { Subscriptions } from '../../lambda/views/messages/channels.ts';
import { CliError, EXIT } from '../terminal/exit.ts';
import { type Attempted, awsFailure } from './aws-failure.ts';

export interface DeployedFunction {
  readonly name: string;
  /** `Active` when it can be invoked. */
  readonly state: string | undefined;
  readonly lastModified: string | undefined;
  readonly timeoutMs: number | undefined;
  readonly memoryMb: number | undefined;
  /** Undefined in the local cloud, which stores no logs. */
  readonly logGroup: string | undefined;
  /** Its environment. Contains no secret; still print only names, not values. */
  readonly variables: Readonly<Record<string, string>>;
}

export type DeployedNames = Readonly<ReturnType<typeof deployedNames>>;

const ASK_MS = 10_000;

type Place = Pick<Attempted, 'region' | 'isLocal' | 'profile' | 'endpoint'>;

/** Throws CliError (4). */
export async function askFunction(client: LambdaClient, functionName: string, place: Place): Promise<DeployedFunction> {
  try {
    const command = new GetFunctionConfigurationCommand({ FunctionName: functionName });
    const reply = await client.send(command, { abortSignal: AbortSignal.timeout(ASK_MS) });
    return {
      name: functionName,
      state: reply.State,
      lastModified: reply.LastModified,
      timeoutMs: reply.Timeout === undefined ? undefined : reply.Timeout * 1_000,
      memoryMb: reply.MemorySize,
      logGroup: reply.LoggingConfig?.LogGroup,
      variables: reply.Environment?.Variables ?? {},
    };
  } catch (error) {
    throw awsFailure(error, {
      doing: `read the configuration of ${functionName}`,
      permission: 'lambda:GetFunctionConfiguration',
      functionName,
      ...place,
    });
  }
}

/** The version that callers use. Undefined where there is none, or where the operator may read the function alone. */
export const askInService = (
  client: LambdaClient,
  functionName: string,
  place: Place,
): Promise<DeployedFunction | undefined> =>
  askFunction(client, `${functionName}:${IN_SERVICE}`, place).catch(() => undefined);

/** Throws CliError (4) when a variable is missing. */
export function deployedNames(liquidator: DeployedFunction, watchdog: DeployedFunction) {
  const named = (variable: string): string => {
    const value = watchdog.variables[variable] ?? liquidator.variables[variable];
    if (value !== undefined && value !== '') return value;
    throw new CliError(
      EXIT.unreachable,
      `The function ${watchdog.name} has no variable ${variable}: it was not deployed by this version. Deploy again.`,
    );
  };
  return {
    // By its alias, so that a rollback applies to people too.
    liquidator: watchdog.variables[ENV.liquidator] ?? liquidator.name,
    watchdog: watchdog.name,
    liquidations: named(ENV.liquidationsTable),
    audit: named(ENV.auditTable),
    bots: named(ENV.botsTable),
  };
}

/**
 * The result of a synchronous invocation. It is sent once: a repetition by the SDK would find the first try in progress. A
 * call that is not known to have failed before its start may have run; its record has the result.
 */
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
  } & Place,
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

export interface Subscribers {
  readonly alerts: Subscriptions;
  readonly watcher: { readonly region: string; readonly subscriptions: Subscriptions } | undefined;
}

const CONNECT_MS = 4_000;

/** Throws CliError (4). */
export async function askSubscribers(
  client: LambdaClient,
  functionName: string,
  place: Place,
): Promise<Subscribers | undefined> {
  const { variables } = await askFunction(client, functionName, place);
  const alerts = subscribersOf(variables[ENV.alertTopic]);
  return alerts && { alerts: alerts.subscriptions, watcher: subscribersOf(variables[ENV.watcherTopic]) };
}

/** Undefined without an ARN. */
function subscribersOf(topicArn = ''): Subscribers['watcher'] {
  const region = topicArn.split(':')[3];
  if (region === undefined) return undefined;
  const sns = new SNSClient({ region, maxAttempts: 2, requestHandler: { connectionTimeout: CONNECT_MS } });
  return { region, subscriptions: createSubscriptions(sns, topicArn) };
}
