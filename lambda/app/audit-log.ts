/**
 * The audit log of one invocation: each record is logged at once, linked to the one before, and stored in the background.
 * Nothing here throws or delays a close; what could not be stored is counted.
 */

import { type AuditEventType, METRICS } from '../contract.ts';
import { link, sealOf, startChain } from '../core/audit/chain.ts';
import { messageOf } from '../core/invocation/answer-error.ts';
import { isoMicros } from '../core/invocation/identity.ts';
import { NOTIFIED_RECORDS, type NotifiedRecord } from '../events.ts';
import type { AuditItem, LogLevel, Seal } from '../ports.ts';
import { firstWithin } from './first-within.ts';
import type { LiquidatorPorts } from './liquidator-ports.ts';

interface AuditLogOf {
  readonly correlationId: string;
  readonly botId: string;
  /** 0 or absent: no attempt. */
  readonly attempt?: number;
  /** One writer, one segment of the chain. */
  readonly writer: string;
}

export interface AuditEntry {
  readonly type: AuditEventType;
  readonly operation: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly symbol?: string;
  readonly error?: Readonly<Record<string, unknown>>;
  readonly level?: LogLevel;
}

export interface AuditLog {
  /** After the seal a record is only logged. */
  record(entry: AuditEntry): void;
  /** Waits until all records so far are stored, at most `timeoutMs`; returns how many are not. */
  drain(timeoutMs: number): Promise<number>;
  seal(): Seal;
}

const LANES = 8;
const PUT_TIMEOUT_MS = 1_500;

type AuditLogPorts = Pick<LiquidatorPorts, 'clock' | 'audit' | 'telemetry'>;

export function openAuditLog({ clock, audit, telemetry }: AuditLogPorts, of: AuditLogOf): AuditLog {
  const lanes: Promise<void>[] = Array.from({ length: LANES }, () => Promise.resolve());
  let head = startChain(of.correlationId, of.writer);
  let sealed = false;
  let recorded = 0;
  let stored = 0;
  let lost = 0;
  let reported = 1;

  /** Twice: storing the same item again is harmless. */
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
        // If the table fails, all fail: the first logs why, and the end logs how many.
        if (lost > 1) continue;
        const about = { correlation_id: of.correlationId, at_seq: item.at_seq, why: messageOf(error) };
        telemetry.log('ERROR', 'An audit record was not stored', about);
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
        attempt: of.attempt ?? 0,
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
      await firstWithin(clock, timeoutMs, [Promise.all(lanes)]);
      if (lost > reported) {
        const about = { correlation_id: of.correlationId, further_records: lost - reported };
        telemetry.log('ERROR', 'More audit records were not stored', about);
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

/** People are notified of some records, by the code in their log line. */
function notifiedBy(type: AuditEventType): { readonly event?: NotifiedRecord } {
  const event = NOTIFIED_RECORDS.find(record => record === type);
  return event === undefined ? {} : { event };
}
