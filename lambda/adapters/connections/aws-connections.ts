/** How the clients of AWS get their connections: kept alive, and aged by the wall clock like those to the exchange. */

import type { AgingOptions } from './aging-agent.ts';
import { createConnectionPool } from './connection-pool.ts';

interface AwsTimeouts {
  readonly connectionTimeout: number;
  readonly requestTimeout?: number;
  readonly throwOnRequestTimeout?: boolean;
}

/** As the SDK's own handler has it. */
const MAX_SOCKETS = 50;

/** For the `requestHandler` of one client, or of several that are to share their connections. */
export function awsConnections<T extends AwsTimeouts>(timeouts: T, options: AgingOptions = {}) {
  const { http, https } = createConnectionPool(MAX_SOCKETS, options);
  return { ...timeouts, httpAgent: http, httpsAgent: https };
}
