/**
 * Where the guard sends heartbeats. A bot's machine has only the bot's policy, so two names are enough (--bots-table,
 * --liquidator, or their variables). With an operator's credentials, or --local, they are found.
 */

import { deploymentOf } from '../../../client/typescript/deployment-flags.ts';
import type { FlatlineOptions } from '../../../client/typescript/flatline-client.ts';
import { ENV } from '../../../lambda/contract.ts';
import { localFilePath, readLocalFile } from '../../connect/local-file.ts';
import type { CommandRun } from '../../terminal/cli.ts';
import { CliError } from '../../terminal/exit.ts';
import { chosenRegion, connectionWords } from '../../terminal/options.ts';
import { GUARD_EXIT } from './exit-codes.ts';
import type { GuardOptions } from './plan.ts';

export type GuardConnection = Pick<FlatlineOptions, 'aws' | 'heartbeatMs' | 'lateAfterMs' | 'deadAfterMs'> & {
  readonly botsTable: string;
  readonly liquidator: string;
};

/** Throws CliError (125, or as `connect` does). */
export async function guardConnection(run: CommandRun<GuardOptions>): Promise<GuardConnection> {
  const { options } = run;
  const { env } = run.cli;
  const botsTable = options.botsTable ?? env[ENV.botsTable];
  const liquidator = options.liquidator ?? env[ENV.liquidator];
  const rhythm = options.heartbeat === undefined ? {} : { heartbeatMs: options.heartbeat };
  const region = chosenRegion(options, env);
  const aws = region === undefined ? {} : { aws: { region } };
  if (options.local !== true && botsTable && liquidator) return { botsTable, liquidator, ...rhythm, ...aws };

  const connection = await run.connect();
  const { names, settings } = connection;
  const bot = settings.bots.find(({ botId }) => botId === options.bot);
  if (bot === undefined) {
    const known = settings.bots.map(({ botId }) => botId).join(', ');
    throw new CliError(GUARD_EXIT.failed, `${connection.where} has no bot ${options.bot}; it has ${known}.`);
  }
  const { heartbeatMs, lateAfterMs, deadAfterMs } = bot;
  const times = { heartbeatMs, lateAfterMs, deadAfterMs, ...rhythm };
  const local = options.local === true ? readLocalFile(localFilePath(env)) : undefined;
  return {
    ...{ botsTable: names.bots, liquidator: names.liquidator, ...times, ...aws },
    ...(local && {
      aws: {
        ...{ region: local.region, dynamoUrl: local.dynamoUrl, lambdaUrl: local.lambdaUrl },
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      },
    }),
  };
}

/**
 * The options with which an operator's command reaches the guard's deployment. On a bot's machine only the liquidator's
 * name says which one that is.
 */
export function guardWords(options: GuardOptions, liquidator: string): string {
  const deployment = deploymentOf(liquidator);
  if (options.local === true || deployment === undefined) return connectionWords(options);
  const { region } = options;
  return connectionWords({ ...deployment, ...(region !== undefined && { region }) });
}
