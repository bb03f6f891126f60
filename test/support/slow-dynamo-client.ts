/** The client of the functions for tests of what tables do: on a busy machine an answer may take longer than the functions wait. */

import { awsConnections } from '../../lambda/adapters/connections/connection-pool.ts';
import { createDynamoClient } from '../../lambda/adapters/dynamo/client.ts';
import { LOOPBACK_CREDENTIALS, LOOPBACK_REGION, type Tables } from '../../simulator/cloud/tables.ts';

const PATIENCE_MS = 60_000;

export const slowDynamoClient = ({ url }: Pick<Tables, 'url'>) =>
  createDynamoClient({
    ...{ endpoint: url, region: LOOPBACK_REGION, credentials: LOOPBACK_CREDENTIALS },
    requestHandler: awsConnections({
      ...{ connectionTimeout: PATIENCE_MS, requestTimeout: PATIENCE_MS, throwOnRequestTimeout: true },
    }),
  });
