/** The world that a use case is given as its first argument. */

import type {
  AuditSink,
  Clock,
  Egress,
  Invoker,
  LockStore,
  OpenExchange,
  Random,
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
}
