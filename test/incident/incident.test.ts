import { describe, expect, test } from 'vitest';
import { type Incident, readIncident } from '../../bin/incident/incident.ts';
import type { AuditEventType } from '../../lambda/contract.ts';
import { link, startChain } from '../../lambda/core/audit/chain.ts';
import { isoMicros } from '../../lambda/core/invocation/identity.ts';
import type { AuditItem, LiquidationRecord } from '../../lambda/ports.ts';
import { type LiquidationRig, liquidationRig, START_MS } from '../support/liquidation-rig.ts';
import { withSlowClaim } from '../support/slow-lock.ts';
import { claimOf } from '../support/stored-records.ts';

const ID = 'liq_20240229_120007_abc123';
const FOREVER = Number.POSITIVE_INFINITY;
const MINUTE = 60_000;

interface Records {
  readonly record: LiquidationRecord | undefined;
  readonly items: readonly AuditItem[];
}

async function recordsOf(rig: LiquidationRig): Promise<Records> {
  return { record: await rig.stores.lock.runs.read(ID, 1_000), items: await rig.auditLog(ID) };
}

const read = ({ record, items }: Records, nowMs = START_MS + MINUTE): Incident =>
  readIncident({ correlationId: ID, record, items, nowMs });

function longAndShort(rig: LiquidationRig): void {
  rig.account.open('BTCUSDT', '0.500');
  rig.account.open('ETHUSDT', '-4.000');
  rig.account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.010', price: '50000' });
  rig.account.arm({ symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', triggerPrice: '50000', closePosition: true });
}

const refuseCloses = (rig: LiquidationRig, symbol: string): void =>
  rig.exchange.faults.add({
    on: { method: 'POST', path: '/fapi/v1/order', symbol },
    times: FOREVER,
    fault: { kind: 'refuse', code: -2022, msg: 'ReduceOnly Order is rejected.' },
  });

async function normalRun(): Promise<{ readonly rig: LiquidationRig; readonly records: Records }> {
  const rig = liquidationRig();
  longAndShort(rig);
  await rig.run({ correlation_id: ID, reason: 'exchange maintenance' });
  return { rig, records: await recordsOf(rig) };
}

describe('a liquidation that went well', () => {
  test('has its verdict, cause, attempt and proof', async () => {
    const { records } = await normalRun();
    const incident = read(records);
    expect(incident).toMatchObject({
      kind: 'liquidation',
      botId: 'default',
      verdict: { headline: 'FLAT', state: 'completed', tone: 'good', open: false },
      cause: { trigger: 'shutdown', reason: 'exchange maintenance', symbols: undefined, dead: undefined },
      attempts: [
        { writer: 'a1', number: 1, state: 'completed', tookOver: false, timedOut: false, chain: 'intact', rounds: 3 },
      ],
      errors: [],
      warnings: [],
      gaps: [],
      verification: { ok: true, sealed: true },
    });
    expect(incident.cause.sentence).toBe('The bot, as it shut down: exchange maintenance.');
  });

  test('shows the account before and after, the cancels, and each close with the exchange’s own figures', async () => {
    const { rig, records } = await normalRun();
    const { before, after, cancels, closes, totals } = read(records);
    expect(before).toMatchObject({ verified: true, orders: 1, conditionalOrders: 1 });
    expect(before?.positions.map(one => [one.symbol, one.amount])).toEqual([
      ['BTCUSDT', '0.500'],
      ['ETHUSDT', '-4.000'],
    ]);
    expect(after).toMatchObject({ verified: true, positions: [], orders: 0, conditionalOrders: 0 });
    expect(cancels).toContainEqual({ symbol: 'BTCUSDT', orders: 1, conditionalOrders: 0, keptProtective: 1 });
    const fills = rig.account.truth().fills;
    for (const close of closes) {
      const fill = fills.find(({ symbol }) => symbol === close.symbol);
      expect(close.pnlIsEstimate).toBe(false);
      expect(Number(close.realizedPnl)).toBeCloseTo(Number(fill?.realizedPnl), 8);
    }
    expect(closes.map(({ symbol, quantity }) => [symbol, quantity])).toEqual([
      ['BTCUSDT', '0.5'],
      ['ETHUSDT', '4'],
    ]);
    expect(totals).toMatchObject({ positionsClosed: 2, positionsFailed: 0, rounds: 3, pnlIsEstimate: false });
    expect(totals.timeToFlatMs).toBeGreaterThan(60);
    expect(totals.timeToFlatMs).toBeLessThan(500);
  });

  test('has every request at the exchange on its timeline, as the exchange saw it', async () => {
    const { rig, records } = await normalRun();
    const { requests } = read(records);
    // The exchange notes when a request arrived: half a round trip of 20 ms after it was sent.
    const seen = rig.exchange.journal
      .map(({ method, path, status, receivedAtMs }) => ({ method, path, status, sentAtMs: receivedAtMs - 10 }))
      .toSorted((a, b) => a.sentAtMs - b.sentAtMs);
    expect(requests.map(({ startedAtMs }) => Math.round(startedAtMs ?? 0))).toEqual(
      seen.map(({ sentAtMs }) => Math.round(sentAtMs)),
    );
    const spelled = (rows: readonly { method: string; path: string; status: number | undefined }[]) =>
      rows.map(({ method, path, status }) => `${method} ${path} ${status}`).toSorted();
    expect(spelled(requests)).toEqual(spelled(seen));
    expect(requests.every(({ result }) => result === 'ok')).toBe(true);
  });

  test('has each request’s purpose, symbol and round', async () => {
    const { records } = await normalRun();
    const { requests } = read(records);
    const told = requests.map(({ purpose, symbol = '', round }) => `${round} ${purpose} ${symbol}`.trimEnd());
    expect(told.filter(line => line.startsWith('1 read'))).toHaveLength(3);
    expect(told).toContain('1 cancel BTCUSDT');
    expect(told).toContain('1 close BTCUSDT');
    expect(told).toContain('1 close ETHUSDT');
    expect(requests.filter(({ purpose }) => purpose === 'ask').map(({ path }) => path)).toEqual([
      ...['/sapi/v1/algo/futures/openOrders', '/fapi/v1/order', '/dapi/v1/positionRisk', '/dapi/v1/account'],
      ...['/fapi/v1/userTrades', '/fapi/v1/userTrades'],
    ]);
    // Two whose answers nobody waited for; nothing is called a question that changes the account.
    expect(told.filter(line => / cancel$/.test(line))).toHaveLength(2);
    expect(told.at(-1)).toBe('3 ask');
  });
});

test('what was asked before the item of the read was written belongs to the round of that read', async () => {
  const { records } = await normalRun();
  const lateBy = (item: AuditItem): AuditItem =>
    item.event_type === 'liquidation_positions_queried'
      ? { ...item, timestamp: isoMicros(Date.parse(item.timestamp) + 3) }
      : item;
  const told = (items: readonly AuditItem[]) =>
    read({ ...records, items }).requests.map(({ round, purpose, symbol }) => [round, purpose, symbol]);
  expect(told(records.items.map(lateBy))).toEqual(told(records.items));
});

describe('a liquidation with a symbol that refuses', () => {
  async function stubbornRun(): Promise<{ readonly rig: LiquidationRig; readonly answers: number }> {
    const rig = liquidationRig();
    longAndShort(rig);
    refuseCloses(rig, 'ETHUSDT');
    await rig.run({ correlation_id: ID });
    return { rig, answers: 1 };
  }

  test('is open while another attempt will follow, and names what is left and why', async () => {
    const { rig } = await stubbornRun();
    const incident = read(await recordsOf(rig), START_MS + 6_000);
    expect(incident.verdict).toEqual({
      headline: 'NOT FLAT, RETRYING UNTIL 14:00:07',
      state: 'partial',
      tone: 'warn',
      open: true,
    });
    expect(incident.after?.positions).toMatchObject([{ symbol: 'ETHUSDT', amount: '-4.000', protectiveOrders: 0 }]);
    const refused = incident.errors.find(({ symbol }) => symbol === 'ETHUSDT');
    expect(refused).toMatchObject({
      code: 'REDUCE_ONLY_REFUSED',
      heading: 'Positions not closing',
      known: 'refused',
      exchangeCode: -2022,
      standing: true,
    });
    expect(refused?.times).toBeGreaterThan(1);
    expect(incident.attempts[0]?.resumesAtMs).toBeGreaterThan(incident.attempts[0]?.endedAtMs ?? FOREVER);
    expect(incident.requests.filter(({ result }) => result === 'refused').every(({ code }) => code === -2022)).toBe(
      true,
    );
  });

  test('has the attempts one by one if it continued, and the errors that were overcome', async () => {
    const { rig } = await stubbornRun();
    rig.exchange.faults.clear();
    await rig.run({}, { rawEvent: rig.invoked[0] });
    const incident = read(await recordsOf(rig));
    expect(incident.verdict).toMatchObject({ headline: 'FLAT', tone: 'good', open: false });
    expect(incident.attempts.map(({ number, state, headline }) => [number, state, headline])).toEqual([
      [1, 'partial', 'NOT FLAT, RETRYING UNTIL 14:00:07'],
      [2, 'completed', 'FLAT'],
    ]);
    expect(incident.attempts[1]?.startedAtMs).toBeGreaterThanOrEqual(incident.attempts[0]?.resumesAtMs ?? FOREVER);
    expect(incident.errors.every(({ standing }) => !standing)).toBe(true);
    expect(incident.before?.positions).toHaveLength(2);
    expect(incident.after?.positions).toEqual([]);
    expect(incident.closes.map(({ symbol, attempt }) => [symbol, attempt])).toEqual([
      ['BTCUSDT', 1],
      ['ETHUSDT', 2],
    ]);
    expect(incident.totals).toMatchObject({ positionsClosed: 2, positionsFailed: 0 });
    expect(incident.totals.requests).toBe(rig.exchange.journal.length);
  });

  test('says CHECK BY HAND once there are no more retries, whatever the answer had announced', async () => {
    const { rig } = await stubbornRun();
    const { record, items } = await recordsOf(rig);
    const given = record && { ...record, resumeAtMs: undefined };
    expect(read({ record: given, items }).verdict).toEqual({
      headline: 'NOT FLAT, CHECK BY HAND',
      state: 'partial',
      tone: 'bad',
      open: false,
    });
  });
});

describe('an attempt without an end', () => {
  /** What a killed function leaves: the first items, a lease, no seal. */
  async function killedRun(): Promise<Records> {
    const { records } = await normalRun();
    const { record, items } = records;
    return {
      items: items.slice(0, 3),
      record: record && {
        ...record,
        state: 'in_progress',
        answer: undefined,
        seals: [],
        finishedAtMs: undefined,
        leaseUntilMs: START_MS + 8_000,
        resumeAtMs: START_MS + 8_000,
      },
    };
  }

  test('is running until its lease is over, and dead from that instant on', async () => {
    const records = await killedRun();
    expect(read(records, START_MS + 7_999)).toMatchObject({
      verdict: { headline: 'IN PROGRESS', open: true },
      attempts: [{ state: 'running', endedAtMs: undefined }],
      gaps: [],
    });
    const dead = read(records, START_MS + 8_000);
    expect(dead).toMatchObject({
      verdict: { headline: 'ITS ATTEMPT DIED, WAITING TO BE TAKEN UP', tone: 'bad', open: true },
      attempts: [{ state: 'died', chain: 'unsealed' }],
      verification: { ok: true, sealed: false },
    });
    expect(dead.gaps).toEqual([
      'Attempt 1 has no end: it died. What it did after its last record is not in the audit log.',
    ]);
  });

  test('is taken over: the audit log has both, and where the first one’s part may be incomplete', async () => {
    const rig = liquidationRig();
    longAndShort(rig);
    const nowMs = rig.clock.nowMs();
    const claim = claimOf(ID, { trigger: 'SIGTERM', holder: 'killed', nowMs, leaseUntilMs: nowMs + 8_000 });
    await rig.stores.lock.claim(claim, 1_000);
    await rig.clock.sleep(9_000);
    await rig.run({ correlation_id: ID, trigger: 'watchdog' });
    const incident = read(await recordsOf(rig));
    expect(incident).toMatchObject({
      verdict: { headline: 'FLAT' },
      cause: { trigger: 'SIGTERM' },
      attempts: [
        { number: 1, state: 'died', startedAtMs: undefined },
        { number: 2, state: 'completed', tookOver: true, trigger: 'watchdog' },
      ],
      gaps: ['Attempt 1 has no records: it died before the first one, or they were removed.'],
    });
  });
});

describe('records that somebody has edited', () => {
  test.each([
    ['toString', 'Trigger toString: exchange maintenance.'],
    [{ toString: [] }, 'The bot, as it shut down: exchange maintenance.'],
    [7, 'The bot, as it shut down: exchange maintenance.'],
  ])('a record whose trigger is %j has a cause as text', async (trigger, sentence) => {
    const { records } = await normalRun();
    const record = { ...records.record, trigger } as unknown as LiquidationRecord;
    expect(read({ ...records, record }).cause.sentence).toBe(sentence);
  });

  test('a changed item is shown as it is, and it and all after it are marked as doubtful', async () => {
    const { records } = await normalRun();
    const forged = records.items.map(item =>
      item.event_type === 'liquidation_position_closed' && item.symbol === 'ETHUSDT'
        ? { ...item, data: { ...item.data, quantity: '400' } }
        : item,
    );
    const at = forged.findIndex((item, index) => item !== records.items[index]);
    const incident = read({ ...records, items: forged });
    expect(incident.verification.ok).toBe(false);
    expect(incident.events.map(({ doubtful }) => doubtful)).toEqual(forged.map((_, index) => index >= at));
    expect(incident.closes.find(({ symbol }) => symbol === 'ETHUSDT')?.doubtful).toBe(true);
  });

  test('missing items are counted by the requests that they recorded', async () => {
    const { records } = await normalRun();
    const reads = records.items.filter(({ operation }) => operation === 'observe');
    const incident = read({ ...records, items: records.items.filter(item => item !== reads[1]) });
    expect(incident.gaps).toEqual([
      expect.stringMatching(/^Attempt 1 counted \d+ requests, but the audit log has \d+: /),
    ]);
    expect(incident.verification.segments).toMatchObject([{ kind: 'missing' }]);
  });

  test('a record without an audit log and an audit log without a record say what is missing', async () => {
    const { records } = await normalRun();
    expect(read({ ...records, items: [] })).toMatchObject({
      verdict: { headline: 'FLAT', state: 'completed' },
      attempts: [{ number: 1, state: 'completed', chain: 'gone' }],
      after: { verified: true, positions: [] },
      gaps: [expect.stringContaining('The audit table has no record of it')],
    });
    expect(read({ ...records, record: undefined })).toMatchObject({
      verdict: { headline: 'FLAT', state: 'completed' },
      botId: 'default',
      totals: { positionsClosed: 2 },
      gaps: [expect.stringContaining('The liquidations table has no record of it')],
    });
    expect(read({ record: undefined, items: [] })).toMatchObject({ kind: 'nothing', gaps: [], attempts: [] });
  });

  test('no content of an item makes the reader throw', async () => {
    const { records } = await normalRun();
    const junk: readonly unknown[] = [null, 7, 'x', [], [null], {}, { requests: 'no' }, Number.NaN, { a: [[]] }];
    const fields = [
      'timestamp',
      'event_type',
      'operation',
      'attempt',
      'writer',
      'seq',
      'symbol',
      'data',
      'error',
      'hash',
    ];
    for (const field of fields) {
      for (const value of junk) {
        const items = records.items.map(item => ({ ...item, [field]: value }) as AuditItem);
        const incident = read({ ...records, items });
        expect(incident.events).toHaveLength(items.length);
        expect(incident.verification.ok).toBe(false);
      }
    }
  });
});

describe('what a correlation ID can name besides a liquidation', () => {
  test('a dry run: its plan, and that nothing was touched', async () => {
    const rig = liquidationRig();
    longAndShort(rig);
    await rig.run({ correlation_id: ID, dry_run: true });
    const incident = read(await recordsOf(rig));
    expect(incident).toMatchObject({ kind: 'dry-run', verdict: { headline: 'DRY RUN', tone: 'plain' } });
    expect(incident.plan).toHaveLength(2);
    expect(incident.attempts).toMatchObject([{ kind: 'dry-run', state: 'skipped' }]);
  });

  test('a preflight: its checks', async () => {
    const rig = liquidationRig();
    const { correlation_id } = await rig.preflight();
    const incident = readIncident({
      correlationId: correlation_id,
      record: await rig.stores.lock.runs.read(correlation_id, 1_000),
      items: await rig.auditLog(correlation_id),
      nowMs: START_MS,
    });
    expect(incident).toMatchObject({ kind: 'preflight', verdict: { headline: 'READY', tone: 'good' } });
    expect(incident.checks.length).toBeGreaterThan(3);
  });

  /** What the watchdog writes, each time as a writer of its own. */
  function watchdogItem(writer: string, at: string, type: AuditEventType, data: Readonly<Record<string, unknown>>) {
    return link(startChain(ID, writer), {
      correlation_id: ID,
      timestamp: at,
      event_type: type,
      operation: 'watch',
      bot_id: 'default',
      attempt: 0,
      data,
    }).item;
  }
  const LATE = watchdogItem('w-0a', '2024-02-29T11:59:00.000000Z', 'bot_late', {
    late_after_ms: 30_000,
    dead_after_ms: 120_000,
    dead_at: '2024-02-29T12:00:05.000000Z',
  });

  test('a bot that is late, until the instant at which it would be dead', () => {
    const records = { record: undefined, items: [LATE] };
    const deadMs = Date.UTC(2024, 1, 29, 12, 0, 5);
    expect(read(records, deadMs - 1).verdict).toMatchObject({ headline: 'LATE', open: true });
    expect(read(records, deadMs).verdict).toMatchObject({ headline: 'LATE, NOT LIQUIDATED', open: false });
  });

  test('a bot that was late and came back', () => {
    const incident = read({ record: undefined, items: [LATE] });
    expect(incident).toMatchObject({
      kind: 'warning',
      verdict: { headline: 'LATE, NOT LIQUIDATED', open: false },
      botId: 'default',
      attempts: [],
      gaps: [],
    });
    expect(incident.cause.sentence).toBe('The bot was late; it would have been dead at 2024-02-29T12:00:05Z.');
  });

  test('a bot that fell silent: the watchdog’s finding, and the time from its first record to flat', async () => {
    const rig = liquidationRig();
    longAndShort(rig);
    const dead = watchdogItem('w-0b', '2024-02-29T12:00:06.500000Z', 'bot_dead', {
      reason: 'silent beyond its deadline of 2024-02-29T12:00:05.000000Z',
      cause: 'silence',
      deadline: '2024-02-29T12:00:05.000000Z',
      last_beat: '2024-02-29T11:58:05.000250Z',
      lockout_until: '2024-02-29T13:00:05.000000Z',
    });
    for (const item of [LATE, dead]) await rig.stores.audit.append(item, 1_000);
    await rig.run({ correlation_id: ID, trigger: 'watchdog', reason: 'silent beyond its deadline' });
    const incident = read(await recordsOf(rig));
    expect(incident).toMatchObject({
      kind: 'liquidation',
      cause: {
        trigger: 'watchdog',
        lateAtMs: Date.UTC(2024, 1, 29, 11, 59, 0),
        dead: {
          isReportedFailure: false,
          deadlineMs: Date.UTC(2024, 1, 29, 12, 0, 5),
          lastBeatAtMs: Date.UTC(2024, 1, 29, 11, 58, 5) + 0.25,
          lockoutUntilMs: Date.UTC(2024, 1, 29, 13, 0, 5),
        },
        sentence: 'The watchdog: silent beyond its deadline.',
      },
      totals: { startedAtMs: expect.any(Number) },
      // The watchdog's two pages were not sealed here.
      verification: { ok: true, sealed: false },
    });
    expect(incident.totals.startedAtMs).toBeGreaterThanOrEqual(START_MS);
  });

  test('a bot that was found dead and whose liquidation has not begun', () => {
    const dead = watchdogItem('w-0b', '2024-02-29T12:00:06.500000Z', 'bot_dead', { reason: 'silent' });
    expect(read({ record: undefined, items: [dead] })).toMatchObject({
      kind: 'liquidation',
      verdict: { headline: 'NOT STARTED YET', tone: 'bad', open: true },
    });
  });

  test('a run without a lock, and a duplicate that was refused', async () => {
    const rig = liquidationRig();
    longAndShort(rig);
    rig.stores.script.failNext('refuse', { operation: 'claim' });
    await rig.run({ correlation_id: ID });
    const unlocked = read(await recordsOf(rig));
    expect(unlocked).toMatchObject({
      kind: 'liquidation',
      verdict: { headline: 'FLAT', state: 'completed' },
      attempts: [{ kind: 'unlocked', number: 0, state: 'completed' }],
      gaps: ['It never held the lock: another call may have run at the same time.'],
    });
    await rig.run({ correlation_id: ID });
    await rig.run({ correlation_id: ID });
    expect(read(await recordsOf(rig)).duplicatesAtMs).toHaveLength(1);
  });

  test('a run whose lock came late is one attempt, not two', async () => {
    const rig = liquidationRig();
    longAndShort(rig);
    await rig.run({ correlation_id: ID }, { world: withSlowClaim(rig.world, 400) });
    const incident = read(await recordsOf(rig));
    expect(incident).toMatchObject({
      verdict: { headline: 'FLAT', state: 'completed' },
      verification: { sealed: true },
    });
    expect(incident.attempts).toMatchObject([{ kind: 'unlocked', number: 0, state: 'completed' }]);
  });

  test('a run that the configuration had switched off', async () => {
    const rig = liquidationRig();
    longAndShort(rig);
    await rig.run({ correlation_id: ID }, { liquidation: { emergencyLiquidation: false } });
    expect(read(await recordsOf(rig))).toMatchObject({
      kind: 'liquidation',
      verdict: { headline: 'SKIPPED BY CONFIGURATION', state: 'skipped', tone: 'warn' },
      warnings: [{ code: 'DISABLED', heading: 'Liquidation is switched off' }],
    });
  });
});
