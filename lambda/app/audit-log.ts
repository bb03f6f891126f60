/**
 * The audit log of one invocation: each event is logged at once, linked to the one before, and stored behind the work.
 * The work comes before the record: nothing here throws or makes a close wait; what could not be stored is counted and named.
 */

import { type AuditEventType, METRICS } from '../contract.ts';
import { link, sealOf, startChain } from '../core/audit/chain.ts';
import { isoMicros } from '../core/invocation/identity.ts';
import { NOTIFIED_RECORDS, type NotifiedRecord } from '../events.ts';
import type { AuditItem, LogLevel, Seal } from '../ports.ts';
import type { LiquidatorPorts } from './liquidator-ports.ts';

export interface AuditLogOf {
  readonly correlationId: string;
  readonly botId: string;
  readonly attempt: number;
  /** Names the segment of the chain: one writer, one chain. */
  readonly writer: string;
}

export interface Happening {
  readonly type: AuditEventType;
  readonly operation: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly symbol?: string;
  readonly error?: Readonly<Record<string, unknown>>;
  readonly level?: LogLevel;
}

export interface AuditLog {
  /** What comes after the seal is logged only: the chain has its end. */
  record(event: Happening): void;
  /** Waits until everything recorded so far is stored, at most `timeoutMs`; gives how many items are not. */
  drain(timeoutMs: number): Promise<number>;
  seal(): Seal;
}

const LANES = 8;
const PUT_TIMEOUT_MS = 1_500;

/** What an audit log needs of the world: the watchdog has no more than this, and no keys. */
export type AuditLogPorts = Pick<LiquidatorPorts, 'clock' | 'audit' | 'telemetry'>;

export function openAuditLog({ clock, audit, telemetry }: AuditLogPorts, of: AuditLogOf): AuditLog {
  const lanes: Promise<void>[] = Array.from({ length: LANES }, () => Promise.resolve());
  let head = startChain(of.correlationId, of.writer);
  let sealed = false;
  let recorded = 0;
  let stored = 0;
  let lost = 0;
  let reported = 1;

  /** Twice: the same item put again is harmless. */
  async function store(item: AuditItem): Promise<void> {
    for (const lastTry of [false, true]) {
      try {
        await audit.append(item, PUT_TIMEOUT_MS);
        stored += 1;
        return;
      } catch (error) {
        if (!lastTry) continue;
        telemetry.metric(METRICS.auditWriteFailures, 1, 'Count');
        lost += 1;
        // A table that is away loses all of them: the first says why, and the end says how many.
        if (lost > 1) continue;
        telemetry.log('ERROR', 'An audit record was not stored', {
          correlation_id: of.correlationId,
          at_seq: item.at_seq,
          why: error instanceof Error ? error.message : String(error),
        });
      }
    }
  }

  return {
    record({ type, operation, data, symbol, error, level }) {
      const event = {
        correlation_id: of.correlationId,
        timestamp: isoMicros(clock.nowMs()),
        event_type: type,
        operation,
        bot_id: of.botId,
        attempt: of.attempt,
        data,
        ...(symbol === undefined ? {} : { symbol }),
        ...(error === undefined ? {} : { error }),
      };
      telemetry.log(level ?? (error === undefined ? 'INFO' : 'ERROR'), type, { ...event, ...notifiedBy(type) });
      if (sealed) return;
      const linked = link(head, event);
      head = linked.head;
      const lane = recorded % LANES;
      recorded += 1;
      lanes[lane] = (lanes[lane] ?? Promise.resolve()).then(() => store(linked.item));
    },
    async drain(timeoutMs) {
      const enough = new AbortController();
      const all = Promise.all(lanes).then(() => enough.abort());
      await Promise.race([all, clock.sleep(timeoutMs, enough.signal)]);
      if (lost > reported) {
        telemetry.log('ERROR', 'More audit records were not stored', {
          correlation_id: of.correlationId,
          further_records: lost - reported,
        });
        reported = lost;
      }
      return recorded - stored;
    },
    seal() {
      sealed = true;
      return sealOf(head);
    },
  };
}

/** People are notified of some records; the line in the log says so by its code. */
function notifiedBy(type: AuditEventType): { readonly event?: NotifiedRecord } {
  const event = NOTIFIED_RECORDS.find(record => record === type);
  return event === undefined ? {} : { event };
}
