/**
 * Reads the deployment from Lambda: GetFunctionConfiguration of each function, and of the version in service, gives the names of the tables and the
 * configuration. So the operator's tools need no CloudFormation, and show the configuration in force, not a file.
 */

import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { IN_SERVICE } from '../../lambda/aliases.ts';
import { ENV } from '../../lambda/contract.ts';
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

export interface DeployedNames {
  readonly liquidator: string;
  readonly watchdog: string;
  readonly liquidations: string;
  readonly audit: string;
  readonly bots: string;
}

const ASK_MS = 10_000;

/** Throws CliError (4). */
export async function askFunction(
  client: LambdaClient,
  functionName: string,
  place: Pick<Attempted, 'region' | 'isLocal' | 'profile' | 'endpoint'>,
): Promise<DeployedFunction> {
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
  place: Parameters<typeof askFunction>[2],
): Promise<DeployedFunction | undefined> =>
  askFunction(client, `${functionName}:${IN_SERVICE}`, place).catch(() => undefined);

/** Throws CliError (4) when a variable is missing. */
export function deployedNames(liquidator: DeployedFunction, watchdog: DeployedFunction): DeployedNames {
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
