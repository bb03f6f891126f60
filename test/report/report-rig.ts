/** Reports of incidents that the real liquidator made, in virtual time and in memory; and of records that somebody touched. */

import { readFileSync } from 'node:fs';
import { guideSectionsIn } from '../../bin/commands/report/guide-sections.ts';
import { reportPage } from '../../bin/commands/report/page.ts';
import { type Incident, readIncident } from '../../bin/incident/incident.ts';
import { link, sealOf, startChain } from '../../lambda/core/audit/chain.ts';
import type { AuditItem, LiquidationRecord } from '../../lambda/ports.ts';
import { type LiquidationRig, liquidationRig, START_MS } from '../support/liquidation-rig.ts';

export const ID = 'liq_20240229_120007_abc123';
export const FOREVER = Number.POSITIVE_INFINITY;

export interface Sources {
  readonly record: LiquidationRecord | undefined;
  readonly items: readonly AuditItem[];
  readonly nowMs?: number;
}

const GUIDE = readFileSync(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8');

function incidentIn({ record, items, nowMs = START_MS + 3_600_000 }: Sources): Incident {
  return readIncident({ correlationId: ID, record, items, nowMs });
}

export function pageOf(sources: Sources): string {
  const { record, items, nowMs = START_MS + 3_600_000 } = sources;
  const records = { record, items, incident: incidentIn(sources) };
  const where = 'flatline-production in ap-northeast-1';
  return reportPage({ records, guideSections: guideSectionsIn(GUIDE), where, version: '1.2.3', nowMs });
}

/** What a reader sees, without tags; entities as the characters they stand for. */
export const textIn = (page: string): string =>
  page
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/\s+/g, ' ');

export const sourcesOf = async (rig: LiquidationRig): Promise<Sources> => ({
  record: await rig.stores.lock.runs.read(ID, 1_000),
  items: await rig.auditLog(ID),
});

export function longAndShort(rig: LiquidationRig): void {
  rig.account.open('BTCUSDT', '0.500');
  rig.account.open('ETHUSDT', '-4.000');
  // 67,000 and 3,300 at first: losses of 0.5 × 89.2 and of 4 × 17.65.
  rig.exchange.setMark('BTCUSDT', '66910.80');
  rig.exchange.setMark('ETHUSDT', '3317.65');
  rig.account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.010', price: '50000' });
  rig.account.arm({ symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', triggerPrice: '50000', closePosition: true });
}

export const refuseCloses = (rig: LiquidationRig, symbol: string): void =>
  rig.exchange.faults.add({
    on: { method: 'POST', path: '/fapi/v1/order', symbol },
    times: FOREVER,
    fault: { kind: 'refuse', code: -2022, msg: 'ReduceOnly Order is rejected.' },
  });

export async function normalRun(reason = 'exchange maintenance'): Promise<Sources> {
  const rig = liquidationRig();
  longAndShort(rig);
  await rig.run({ correlation_id: ID, reason });
  return sourcesOf(rig);
}

/** Attempts until flat, or until `attempts` are made: the exchange lets go before the last one. */
export async function stubbornRun(attempts: number): Promise<Sources> {
  const rig = liquidationRig();
  longAndShort(rig);
  refuseCloses(rig, 'ETHUSDT');
  await rig.run({ correlation_id: ID });
  for (let made = 1; made < attempts; made += 1) {
    if (made === attempts - 1) rig.exchange.faults.clear();
    await rig.run({}, { rawEvent: rig.invoked[made - 1] });
  }
  return sourcesOf(rig);
}

/** Of a run that was killed after its first items, and of the one that took it over. */
export async function crashedRun(): Promise<Sources> {
  const { record, items } = await normalRun();
  const kept = items.slice(0, 3);
  const dead = record && {
    ...record,
    ...{ state: 'in_progress', answer: undefined, seals: [], resumeAtMs: undefined, finishedAtMs: undefined },
    leaseUntilMs: START_MS + 8_000,
  };
  return { record: dead as LiquidationRecord, items: kept };
}

/** The watchdog's words before a liquidation of its own. */
export async function silentBotRun(): Promise<Sources> {
  const rig = liquidationRig();
  longAndShort(rig);
  await rig.run({ correlation_id: ID, trigger: 'watchdog', reason: 'silent beyond its deadline' });
  const { record, items } = await sourcesOf(rig);
  const at = (ms: number): string => new Date(START_MS + ms).toISOString().replace('Z', '000Z');
  const late = { late_after_ms: 30_000, dead_after_ms: 120_000, dead_at: at(-50) };
  const dead = {
    cause: 'silence',
    reason: 'silent',
    last_beat: at(-120_050),
    deadline: at(-50),
    lockout_until: at(3_600_000),
  };
  const said = (event_type: 'bot_late' | 'bot_dead', ms: number, data: Readonly<Record<string, unknown>>) => ({
    ...{ correlation_id: ID, timestamp: at(ms), event_type, operation: 'tell', bot_id: 'default', attempt: 0, data },
  });
  const first = link(startChain(ID, 'w-01'), said('bot_late', -90_050, late));
  const second = link(first.head, said('bot_dead', -40, dead));
  return {
    record: record && { ...record, seals: [...record.seals, sealOf(second.head)] },
    items: [first.item, second.item, ...items],
  };
}

/** So many attempts, in each of which every close of every symbol is refused; the chain is not kept. */
export function endlessRun(symbols: number, attempts: number): Sources {
  const names = Array.from({ length: symbols }, (_, index) => `SYM${String(index).padStart(3, '0')}USDT`);
  const positions = names.map((symbol, index) => ({
    ...{ symbol, position_side: 'BOTH', amount: '1', notional: String(30_000 - index) },
    ...{ entry_price: '1', mark_price: '1', unrealized_pnl: '0' },
  }));
  const items: AuditItem[] = [];
  let atMs = START_MS;
  const told = (attempt: number, rest: Pick<AuditItem, 'event_type' | 'operation' | 'data'> & Partial<AuditItem>) => {
    const timestamp = new Date(atMs).toISOString().replace('Z', '000Z');
    const writer = `a${attempt}`;
    const seq = items.length + 1;
    const frame = { correlation_id: ID, timestamp, bot_id: 'default', attempt, writer, seq, prev_hash: '', hash: '' };
    items.push({ ...frame, at_seq: `${timestamp}#${writer}#${seq}`, ...rest });
  };
  const sent = (method: string, path: string, startedAtMs: number, status: number, code?: number) => ({
    ...{ method, path, started_at_ms: startedAtMs, latency_ms: 25, status, code },
  });
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const look = [sent('GET', '/fapi/v3/positionRisk', atMs, 200)];
    atMs += 40;
    const data = { round: 1, verified: true, positions, orders: 0, conditional_orders: 0, requests: look };
    told(attempt, { event_type: 'liquidation_positions_queried', operation: 'observe', data });
    for (const [index, symbol] of names.entries()) {
      const requests = [sent('POST', '/fapi/v1/order', atMs + index * 5, 400, -2022)];
      const error = { code: 'REDUCE_ONLY_REFUSED', message: 'rejected', known: 'refused', exchange_code: -2022 };
      told(attempt, {
        event_type: 'liquidation_position_close_failed',
        operation: 'close',
        symbol,
        data: { requests },
        error,
      });
    }
    atMs += 2_000;
    told(attempt, {
      event_type: 'liquidation_failed',
      operation: 'end',
      data: { headline: 'NOT FLAT', positions_closed: 0 },
    });
    atMs += 30_000;
  }
  return { record: undefined, items };
}
