/** The world that a use case is given as its first argument. */

import type {
  AuditSink,
  BotStore,
  Clock,
  Egress,
  Invoker,
  LockStore,
  OpenExchange,
  Random,
  RunRecords,
  Secrets,
  Telemetry,
} from '../ports.ts';

export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly locks: LockStore;
  readonly audit: AuditSink;
  readonly secrets: Secrets;
  readonly openExchange: OpenExchange;
  readonly telemetry: Telemetry;
  readonly invoker: Invoker;
  readonly egress: Egress;
  /** To ask whether the trip still stands that a call serves. */
  readonly bots: Pick<BotStore, 'read'>;
  readonly records: Pick<RunRecords, 'read'>;
}
