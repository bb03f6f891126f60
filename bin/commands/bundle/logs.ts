/** A function's log lines of a period, from CloudWatch Logs. Bounded: the newest part of a very long log may be missing, and a line says so. */

import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { awsFailure } from '../../connect/aws-failure.ts';
import type { Connection } from '../../connect/connection.ts';
import type { DeployedFunction } from '../../connect/functions.ts';
import { CliError, EXIT } from '../../terminal/exit.ts';

const MOST_LINES = 20_000;
/** Pages without a match are common; each costs a request. */
const MOST_PAGES = 40;
const REQUEST_MS = 15_000;

/** Lines as they were written, oldest first. Throws CliError when they cannot be read. */
export async function readLogs(
  { region, isLocal }: Pick<Connection, 'region' | 'isLocal'>,
  { name, logGroup }: DeployedFunction,
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): Promise<readonly string[]> {
  if (isLocal)
    throw new CliError(EXIT.unreachable, 'the local cloud does not store logs; "flatline drill --serve" prints them.');
  if (logGroup === undefined) throw new CliError(EXIT.unreachable, `${name} has no log group.`);
  const client = new CloudWatchLogsClient({ maxAttempts: 3, ...(region === undefined ? {} : { region }) });
  const lines: string[] = [];
  try {
    let nextToken: string | undefined;
    for (let page = 0; page < MOST_PAGES && lines.length < MOST_LINES; page += 1) {
      const command = new FilterLogEventsCommand({
        logGroupName: logGroup,
        startTime: Math.floor(fromMs),
        endTime: Math.ceil(untilMs),
        ...(nextToken === undefined ? {} : { nextToken }),
      });
      const reply = await client.send(command, { abortSignal: AbortSignal.timeout(REQUEST_MS) });
      for (const { message } of reply.events ?? []) if (message !== undefined) lines.push(message);
      nextToken = reply.nextToken;
      if (nextToken === undefined) return lines;
    }
    lines.push(
      JSON.stringify({
        level: 'WARN',
        message: `The log is longer: only its first ${lines.length} lines are included`,
      }),
    );
    return lines;
  } catch (error) {
    throw awsFailure(error, {
      doing: `read the log group ${logGroup}`,
      permission: 'logs:FilterLogEvents',
      functionName: name,
      region,
      isLocal,
    });
  } finally {
    client.destroy();
  }
}
