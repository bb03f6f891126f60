/**
 * The DynamoDB client of the functions: short timeouts, one repetition. A healthy table answers in some ten milliseconds.
 * The functions work without one that does not (a liquidation runs without its lock), so waiting longer helps nobody.
 */

import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { awsConnections } from '../connections/connection-pool.ts';

const CONNECTION_TIMEOUT_MS = 500;
const REQUEST_TIMEOUT_MS = 1_500;
const MAX_ATTEMPTS = 2;

/** Region, credentials and AWS_ENDPOINT_URL_DYNAMODB come from the environment, as the SDK reads it. */
export function createDynamoClient(overrides: DynamoDBClientConfig = {}): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: awsConnections({
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    }),
    ...overrides,
  });
}
