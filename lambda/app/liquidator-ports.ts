/** The ports that the liquidator's use cases are given as their first argument. */

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
  /** Of the address: they live as long as the container, across invocations and bots. */
  readonly limiters: RateLimiters;
  readonly telemetry: Telemetry;
  /** Lets in what has arrived at the sockets together; undefined where time is virtual. */
  readonly letArrive?: (() => Promise<void>) | undefined;
  readonly invoker: AsyncInvoker;
  readonly egress: Egress;
  /** To ask whether the trip still stands that a call serves. */
  readonly bots: Pick<BotStore, 'read'>;
  readonly records: Pick<RunRecords, 'read'>;
  /** Which flatline this is, for people; undefined where it was not deployed. */
  readonly version?: string | undefined;
}
