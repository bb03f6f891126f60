/** The ports of the liquidator's use cases. */

import type {
  AsyncInvoker,
  AuditSink,
  BotStore,
  Clock,
  Egress,
  LockStore,
  OpenExchange,
  Random,
  RunRecords,
  Secrets,
  Telemetry,
} from '../ports.ts';
import type { RateLimiters } from './exchange/rate-limiter.ts';

export interface LiquidatorPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly locks: LockStore;
  readonly audit: AuditSink;
  readonly secrets: Secrets;
  readonly openExchange: OpenExchange;
  /** As old as the container; shared by all invocations and bots. */
  readonly limiters: RateLimiters;
  readonly telemetry: Telemetry;
  /** Resolves when everything that has arrived at the sockets is read; undefined in virtual time. */
  readonly letArrive?: (() => Promise<void>) | undefined;
  readonly invoker: AsyncInvoker;
  readonly egress: Egress;
  /** To check whether the trip of a call is still valid. */
  readonly bots: Pick<BotStore, 'read'>;
  readonly records: Pick<RunRecords, 'read'>;
  /** The version of flatline, for people; undefined if it was not deployed. */
  readonly version?: string | undefined;
}
