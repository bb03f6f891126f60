/**
 * The two AWS clients a bot needs, and the bound on every call. The SDK's own timeouts do not cover the search for
 * credentials, so each call is also raced against a timer.
 */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { AwsOptions } from './options.ts';
import type { ServerClock } from './server-clock.ts';
import { inTime } from './timing.ts';

export interface Aws {
  readonly dynamo: DynamoDBClient;
  readonly lambda: LambdaClient;
  /** Ends idle connections, so that they keep no process alive. */
  close(): void;
}

const CONNECT_MS = 2_000;

/** Reads region, credentials and AWS_ENDPOINT_URL… as the SDK does. Never throws: what is missing fails each call. */
export function createAws(options: AwsOptions, clock: ServerClock): Aws {
  const { region, credentials, dynamoUrl, lambdaUrl } = options;
  const shared = {
    ...(region !== undefined && { region }),
    ...(credentials !== undefined && { credentials }),
    // The second try corrects a signature that failed by a wrong clock: the SDK learns the time from the refusal.
    maxAttempts: 2,
    requestHandler: { connectionTimeout: CONNECT_MS },
  };
  const dynamo = new DynamoDBClient({ ...shared, ...(dynamoUrl !== undefined && { endpoint: dynamoUrl }) });
  const lambda = new LambdaClient({ ...shared, ...(lambdaUrl !== undefined && { endpoint: lambdaUrl }) });
  for (const { middlewareStack } of [dynamo, lambda]) {
    middlewareStack.add(
      next => async args => {
        const sentAtMs = clock.monotonicMs();
        const result = await next(args);
        clock.learn(dateOf(result.response), sentAtMs);
        return result;
      },
      // Below the SDK's retries, so that each response is timed by its own request.
      { step: 'deserialize', name: 'flatlineServerClock', priority: 'low' },
    );
  }
  return {
    dynamo,
    lambda,
    close: () => {
      dynamo.destroy();
      lambda.destroy();
    },
  };
}

/** Rejects with a TimeoutError when `run` has not settled in time, or `enough` aborts; its signal is then aborted. */
export async function within<T>(
  timeoutMs: number,
  run: (signal: AbortSignal) => Promise<T>,
  enough?: AbortSignal,
): Promise<T> {
  const controller = new AbortController();
  const answer = await inTime(
    run(controller.signal).then(value => ({ value })),
    timeoutMs,
    enough,
  );
  if (answer !== undefined) return answer.value;
  controller.abort();
  throw Object.assign(new Error('No answer in time.'), { name: 'TimeoutError' });
}

function dateOf(response: unknown): string | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  const { headers } = response;
  if (typeof headers !== 'object' || headers === null || !('date' in headers)) return undefined;
  return typeof headers.date === 'string' ? headers.date : undefined;
}
