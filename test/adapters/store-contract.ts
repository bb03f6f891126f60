/**
 * What every lock store and audit sink must do, run on the one in memory and on the one in DynamoDB. The instants
 * are the claims' own, so nothing here waits.
 */

import { describe, expect, it } from 'vitest';
import { link, startChain } from '../../lambda/core/audit/chain.ts';
import { verifyAuditLog } from '../../lambda/core/audit/verify-chain.ts';
import { StoreError } from '../../lambda/core/invocation/error-codes.ts';
import type {
  AuditItem,
  AuditSink,
  LiquidationRecord,
  LockStore,
  PreflightNote,
  RunRecords,
} from '../../lambda/ports.ts';
import { answerOf, claimOf, conclusionOf, LEASE_MS, T0 } from '../support/stored-records.ts';

export interface StoreHarness {
  readonly lock: LockStore & {
    readRecord(correlationId: string, timeoutMs: number): Promise<LiquidationRecord | undefined>;
  };
  readonly audit: AuditSink;
  readonly runs: RunRecords;
  /** From now on no call is answered. */
  goSilent(): void;
  /** The next call is done, but not answered. */
  loseNextAnswer(): void;
  recover(): void;
}

/** Only ends a test that hangs: a busy machine is no failure. */
const IN_TIME = 60_000;
/** For calls that are meant not to be answered. */
const SOON = 40;

let ids = 0;
const nextId = (): string => {
  ids += 1;
  return `liq_20261121_120000_${ids.toString(16).padStart(6, '0')}`;
};

const preflightNoteOf = (correlationId: string, changes: Partial<PreflightNote> = {}): PreflightNote => ({
  ...{ botId: 'alpha', correlationId, headline: 'NOT READY', finishedAtMs: T0 },
  failedChecks: ["key's permissions", 'test order'],
  ...changes,
});

export function auditLogOf(correlationId: string, length: number, writer = 'a1'): readonly AuditItem[] {
  const items: AuditItem[] = [];
  let head = startChain(correlationId, writer);
  for (let index = 0; index < length; index += 1) {
    const step = link(head, {
      correlation_id: correlationId,
      timestamp: `2026-11-21T12:00:00.${String(index + 1).padStart(6, '0')}Z`,
      event_type: 'liquidation_position_closed',
      operation: 'close',
      bot_id: 'default',
      attempt: 1,
      symbol: '币安人生USDT',
      data: { quantity: '0.001', price: 97_123.45, tiny: 1e-7, none: null, empty: '', yes: true, list: [1, [], {}] },
    });
    items.push(step.item);
    head = step.head;
  }
  return items;
}

export function describeStoreContract(name: string, harness: () => StoreHarness): void {
  describe(`the lock in ${name}`, () => {
    it('gives the first claim the token 1', async () => {
      const id = nextId();
      expect(await harness().lock.claim(claimOf(id), IN_TIME)).toEqual({
        kind: 'taken',
        attempt: 1,
        firstStartedAtMs: T0,
        priorState: 'idle',
        priorAnswer: undefined,
      });
    });

    describe('X1: an ID that was first used for something else', () => {
      const USES = [
        ['the whole account', undefined],
        ['a symbol that does not exist', ['NOSUCHUSDT']],
        ['one symbol', ['BTCUSDT']],
        ['two symbols', ['BTCUSDT', 'ETHUSDT']],
      ] as const;
      const pairs = USES.flatMap(([first, symbols]) =>
        USES.filter(([second]) => second !== first).map(
          ([second, others]) => [first, second, symbols, others] as const,
        ),
      );

      it.each(pairs)(
        '%s, then %s: gets no lease, no answer, and concludes nothing',
        async (_1, _2, symbols, others) => {
          for (const state of ['completed', 'partial', undefined] as const) {
            const { lock } = harness();
            const id = nextId();
            await lock.claim(claimOf(id, { symbols }), IN_TIME);
            if (state !== undefined) await lock.conclude(conclusionOf(id, { state }), IN_TIME);
            const before = await lock.readRecord(id, IN_TIME);
            const other = claimOf(id, { symbols: others, holder: 'holder-2', nowMs: T0 + 2 * LEASE_MS });
            await expect(lock.claim(other, IN_TIME)).rejects.toMatchObject({
              name: 'StoreError',
              certainty: 'refused',
              message: expect.stringContaining('was first used for'),
            });
            expect(await lock.readRecord(id, IN_TIME)).toEqual(before);
          }
        },
      );

      it('is the same thing for the same symbols in another order', async () => {
        const { lock } = harness();
        const id = nextId();
        await lock.claim(claimOf(id, { symbols: ['BTCUSDT', 'ETHUSDT'] }), IN_TIME);
        await lock.conclude(conclusionOf(id, { state: 'partial' }), IN_TIME);
        const again = claimOf(id, { symbols: ['ETHUSDT', 'BTCUSDT'], holder: 'holder-2', nowMs: T0 + 2 * LEASE_MS });
        expect(await lock.claim(again, IN_TIME)).toMatchObject({ kind: 'taken', attempt: 2 });
      });
    });

    it('lets exactly one of 100 parallel claims act', async () => {
      const { lock } = harness();
      const id = nextId();
      const claims = Array.from({ length: 100 }, (_, index) => claimOf(id, { holder: `holder-${index}` }));
      // On a slow machine a hundred at once outlast the client's patience; the same holder finds out by asking again.
      const claimed = (claim: (typeof claims)[number], tries = 5): ReturnType<typeof lock.claim> =>
        lock.claim(claim, 20_000).catch(error => {
          if (!(error instanceof StoreError) || tries === 1) throw error;
          return claimed(claim, tries - 1);
        });
      const results = await Promise.all(claims.map(claim => claimed(claim)));
      expect(results.filter(result => result.kind === 'taken')).toHaveLength(1);
      expect(results.filter(result => result.kind === 'in-progress')).toHaveLength(99);
    });

    it('answers a second claim with the holder and the end of its lease', async () => {
      const { lock } = harness();
      const id = nextId();
      await lock.claim(claimOf(id), IN_TIME);
      expect(await lock.claim(claimOf(id, { holder: 'holder-2', nowMs: T0 + 5 }), IN_TIME)).toEqual({
        kind: 'in-progress',
        attempt: 1,
        leaseUntilMs: T0 + LEASE_MS,
      });
    });

    it.each([
      ['one millisecond before the lease ends', LEASE_MS - 1, 'in-progress'],
      ['a fraction of a millisecond before it ends', LEASE_MS - 0.25, 'in-progress'],
      ['at the very instant it ends', LEASE_MS, 'taken'],
      ['one millisecond later', LEASE_MS + 1, 'taken'],
    ])('answers a takeover %s', async (_when, afterMs, kind) => {
      const { lock } = harness();
      const id = nextId();
      await lock.claim(claimOf(id), IN_TIME);
      const late = claimOf(id, { holder: 'holder-2', nowMs: T0 + afterMs, leaseUntilMs: T0 + 2 * LEASE_MS });
      expect(await lock.claim(late, IN_TIME)).toMatchObject({ kind });
    });

    it('is taken within the lease by whom its holder called, once', async () => {
      const { lock } = harness();
      const id = nextId();
      await lock.claim(claimOf(id), IN_TIME);
      const called = (holder: string, resumes: string) =>
        lock.claim(claimOf(id, { holder, resumes, nowMs: T0 + 5 }), IN_TIME);
      expect(await called('holder-9', 'a-stranger')).toMatchObject({ kind: 'in-progress', attempt: 1 });
      expect(await called('holder-2', 'holder-1')).toMatchObject({
        kind: 'taken',
        attempt: 2,
        priorState: 'in_progress',
      });
      expect(await called('holder-3', 'holder-1')).toMatchObject({ kind: 'in-progress', attempt: 2 });
    });

    it('names the dead holder’s state and raises the token at a takeover', async () => {
      const { lock } = harness();
      const id = nextId();
      await lock.claim(claimOf(id), IN_TIME);
      const late = claimOf(id, { holder: 'holder-2', nowMs: T0 + LEASE_MS, leaseUntilMs: T0 + 2 * LEASE_MS });
      expect(await lock.claim(late, IN_TIME)).toEqual({
        kind: 'taken',
        attempt: 2,
        firstStartedAtMs: T0,
        priorState: 'in_progress',
        priorAnswer: undefined,
      });
    });

    it('supersedes a dead holder, whose later writes change nothing', async () => {
      const { lock } = harness();
      const id = nextId();
      await lock.claim(claimOf(id), IN_TIME);
      const late = claimOf(id, { holder: 'holder-2', nowMs: T0 + LEASE_MS, leaseUntilMs: T0 + 2 * LEASE_MS });
      await lock.claim(late, IN_TIME);
      expect(await lock.conclude(conclusionOf(id), IN_TIME)).toBe('superseded');
      expect(await lock.readRecord(id, IN_TIME)).toMatchObject({ state: 'in_progress', attempts: 2, seals: [] });
      expect(await lock.conclude(conclusionOf(id, { attempt: 2, holder: 'holder-2' }), IN_TIME)).toBe('concluded');
    });

    it.each([
      ['a wrong token', { attempt: 2 }],
      ['another holder', { holder: 'holder-9' }],
      ['no lease at all', { attempt: 0, holder: 'holder-9' }],
    ])('supersedes a conclusion with %s', async (_what, overrides) => {
      const { lock } = harness();
      const id = nextId();
      await lock.claim(claimOf(id), IN_TIME);
      expect(await lock.conclude(conclusionOf(id, overrides), IN_TIME)).toBe('superseded');
    });

    it('supersedes the conclusion of an ID that was never claimed', async () => {
      const { lock } = harness();
      const id = nextId();
      expect(await lock.conclude(conclusionOf(id), IN_TIME)).toBe('superseded');
      expect(await lock.readRecord(id, IN_TIME)).toBeUndefined();
    });

    it('lets a holder conclude after its lease, as long as no other took over', async () => {
      const { lock } = harness();
      const id = nextId();
      await lock.claim(claimOf(id), IN_TIME);
      expect(await lock.conclude(conclusionOf(id, { nowMs: T0 + 10 * LEASE_MS }), IN_TIME)).toBe('concluded');
    });

    it('replays a completed liquidation exactly, with the time of its end', async () => {
      const { lock } = harness();
      const id = nextId();
      await lock.claim(claimOf(id), IN_TIME);
      await lock.conclude(conclusionOf(id), IN_TIME);
      const later = claimOf(id, { holder: 'holder-2', nowMs: T0 + 1_000 * LEASE_MS });
      expect(await lock.claim(later, IN_TIME)).toEqual({
        kind: 'completed',
        answer: answerOf(id),
        finishedAtMs: T0 + 420,
      });
    });

    it.each([
      ['one millisecond before that instant', 421, 'taken'],
      ['a fraction of a millisecond before that instant', 420.25, 'taken'],
      ['at that very instant', 420, 'completed'],
      ['one millisecond after that instant', 419, 'completed'],
    ])('takes a liquidation again that was completed %s', async (_when, beforeMs, kind) => {
      const { lock } = harness();
      const id = nextId();
      await lock.claim(claimOf(id), IN_TIME);
      await lock.conclude(conclusionOf(id, { nowMs: T0 + 420 }), IN_TIME);
      const again = claimOf(id, { holder: 'holder-2', nowMs: T0 + 900, retakeCompletedBeforeMs: T0 + beforeMs });
      expect(await lock.claim(again, IN_TIME)).toMatchObject({ kind });
    });

    it('takes a completed liquidation again as its next attempt, with its answer', async () => {
      const { lock } = harness();
      const id = nextId();
      await lock.claim(claimOf(id), IN_TIME);
      await lock.conclude(conclusionOf(id), IN_TIME);
      const again = claimOf(id, { holder: 'holder-2', nowMs: T0 + 900, retakeCompletedBeforeMs: T0 + 901 });
      expect(await lock.claim(again, IN_TIME)).toEqual({
        kind: 'taken',
        attempt: 2,
        firstStartedAtMs: T0,
        priorState: 'completed',
        priorAnswer: answerOf(id),
        carried: undefined,
      });
      expect(await lock.readRecord(id, IN_TIME)).toMatchObject({ state: 'in_progress', finishedAtMs: undefined });
    });

    it('lets exactly one of two parallel claims take a completed liquidation again', async () => {
      const { lock } = harness();
      const id = nextId();
      await lock.claim(claimOf(id), IN_TIME);
      await lock.conclude(conclusionOf(id), IN_TIME);
      const again = (holder: string) =>
        lock.claim(claimOf(id, { holder, nowMs: T0 + 900, retakeCompletedBeforeMs: T0 + 901 }), IN_TIME);
      const results = await Promise.all([again('holder-2'), again('holder-3')]);
      expect(results.map(({ kind }) => kind).toSorted()).toEqual(['in-progress', 'taken']);
    });

    it('does not take a completed liquidation of another bot again', async () => {
      const { lock } = harness();
      const id = nextId();
      await lock.claim(claimOf(id), IN_TIME);
      await lock.conclude(conclusionOf(id), IN_TIME);
      const stranger = claimOf(id, { botId: 'other', holder: 'holder-2', retakeCompletedBeforeMs: T0 + 901 });
      await expect(lock.claim(stranger, IN_TIME)).rejects.toThrow('belongs to the bot default');
    });

    it('gives the next claim what the last conclusion left for it', async () => {
      const { lock } = harness();
      const id = nextId();
      await lock.claim(claimOf(id), IN_TIME);
      await lock.conclude(conclusionOf(id, { state: 'partial', carried: '{"closed":1,"of":"测试USDT"}' }), IN_TIME);
      const again = claimOf(id, { holder: 'holder-2', nowMs: T0 + 500 });
      expect(await lock.claim(again, IN_TIME)).toMatchObject({ attempt: 2, carried: '{"closed":1,"of":"测试USDT"}' });
    });

    it('gives it once more where the attempt that took it died', async () => {
      const { lock } = harness();
      const id = nextId();
      await lock.claim(claimOf(id), IN_TIME);
      await lock.conclude(conclusionOf(id, { state: 'partial', carried: 'left' }), IN_TIME);
      await lock.claim(claimOf(id, { holder: 'dead', nowMs: T0 + 500 }), IN_TIME);
      const next = claimOf(id, { holder: 'holder-3', nowMs: T0 + LEASE_MS, leaseUntilMs: T0 + 2 * LEASE_MS });
      expect(await lock.claim(next, IN_TIME)).toMatchObject({ attempt: 3, carried: 'left' });
    });

    it.each([
      ['replaces what the conclusion before left by its own', 'second', 'second'],
      ['removes it where it leaves nothing', undefined, undefined],
    ])('%s', async (_what, carried, given) => {
      const { lock } = harness();
      const id = nextId();
      await lock.claim(claimOf(id), IN_TIME);
      await lock.conclude(conclusionOf(id, { state: 'partial', carried: 'first' }), IN_TIME);
      await lock.claim(claimOf(id, { holder: 'holder-2', nowMs: T0 + 500 }), IN_TIME);
      const second = { attempt: 2, holder: 'holder-2', state: 'partial', carried, nowMs: T0 + 900 } as const;
      await lock.conclude(conclusionOf(id, second), IN_TIME);
      const record = await lock.readRecord(id, IN_TIME);
      const third = await lock.claim(claimOf(id, { holder: 'holder-3', nowMs: T0 + 1_000 }), IN_TIME);
      expect([record?.carried, third]).toEqual([given, expect.objectContaining({ attempt: 3, carried: given })]);
    });

    it('knows as its own only the holder of the last claim', async () => {
      const { lock } = harness();
      const id = nextId();
      const whose = (token: string) => lock.whose(id, token, IN_TIME);
      expect(await whose('holder-1')).toBe('nobody');
      await lock.claim(claimOf(id), IN_TIME);
      await lock.conclude(conclusionOf(id, { state: 'partial' }), IN_TIME);
      expect([await whose('holder-1'), await whose('holder-2'), await whose('')]).toEqual([
        'ours',
        'another',
        'another',
      ]);
      await lock.claim(claimOf(id, { holder: 'holder-2', nowMs: T0 + 500 }), IN_TIME);
      expect([await whose('holder-1'), await whose('holder-2')]).toEqual(['another', 'ours']);
    });

    it('knows as the owner of a record that holds a seal only who ran without the lock and sealed it', async () => {
      const { lock } = harness();
      const id = nextId();
      await lock.seal(id, { writer: 'u-0f', items: 7, lastHash: 'cd'.repeat(32) }, T0, IN_TIME);
      expect([await lock.whose(id, 'undefined', IN_TIME), await lock.whose(id, '0e', IN_TIME)]).toEqual([
        'nobody',
        'nobody',
      ]);
      expect(await lock.whose(id, '0f', IN_TIME)).toBe('ours');
      await lock.claim(claimOf(id), IN_TIME);
      expect(await lock.whose(id, '0f', IN_TIME)).toBe('another');
    });

    it.each(['partial', 'failed', 'skipped'] as const)('lets a %s liquidation be claimed again', async state => {
      const { lock } = harness();
      const id = nextId();
      await lock.claim(claimOf(id), IN_TIME);
      await lock.conclude(conclusionOf(id, { state }), IN_TIME);
      const again = claimOf(id, { holder: 'holder-2', trigger: 'watchdog', nowMs: T0 + 500 });
      expect(await lock.claim(again, IN_TIME)).toEqual({
        kind: 'taken',
        attempt: 2,
        firstStartedAtMs: T0,
        priorState: state,
        priorAnswer: answerOf(id, state),
      });
    });

    it('keeps the record of an incident over its attempts', async () => {
      const { lock } = harness();
      const id = nextId();
      await lock.claim(claimOf(id), IN_TIME);
      await lock.conclude(conclusionOf(id, { state: 'partial' }), IN_TIME);
      await lock.claim(claimOf(id, { holder: 'holder-2', trigger: 'watchdog', nowMs: T0 + 500 }), IN_TIME);
      await lock.conclude(conclusionOf(id, { attempt: 2, holder: 'holder-2', nowMs: T0 + 900 }), IN_TIME);
      expect(await lock.readRecord(id, IN_TIME)).toEqual({
        correlationId: id,
        state: 'completed',
        priorState: 'partial',
        attempts: 2,
        botId: 'default',
        claimedFor: 'default liquidate account',
        trigger: 'shutdown',
        holder: 'holder-2',
        leaseUntilMs: T0 + LEASE_MS,
        firstStartedAtMs: T0,
        startedAtMs: T0 + 500,
        finishedAtMs: T0 + 900,
        answer: answerOf(id),
        seals: [
          { writer: 'a1', items: 5, lastHash: 'ab'.repeat(32) },
          { writer: 'a2', items: 5, lastHash: 'ab'.repeat(32) },
        ],
      });
    });

    it('never answers one bot with the result of another', async () => {
      const { lock } = harness();
      const id = nextId();
      await lock.claim(claimOf(id), IN_TIME);
      await lock.conclude(conclusionOf(id), IN_TIME);
      const stranger = lock.claim(claimOf(id, { botId: 'other', holder: 'holder-2' }), IN_TIME);
      await expect(stranger).rejects.toThrow('belongs to the bot default');
    });

    it('stores the seal of a refused duplicate beside the others, once', async () => {
      const { lock } = harness();
      const id = nextId();
      await lock.claim(claimOf(id), IN_TIME);
      const seal = { writer: 'd-0f', items: 1, lastHash: 'cd'.repeat(32) };
      await lock.seal(id, seal, T0, IN_TIME);
      await lock.seal(id, seal, T0, IN_TIME);
      expect(await lock.readRecord(id, IN_TIME)).toMatchObject({ state: 'in_progress', seals: [seal] });
    });

    it('can be claimed although an unlocked run has left its seal', async () => {
      const { lock } = harness();
      const id = nextId();
      const seal = { writer: 'u-0f', items: 7, lastHash: 'cd'.repeat(32) };
      await lock.seal(id, seal, T0, IN_TIME);
      expect(await lock.readRecord(id, IN_TIME)).toMatchObject({ state: 'idle', attempts: 0, seals: [seal] });
      expect(await lock.claim(claimOf(id), IN_TIME)).toMatchObject({ kind: 'taken', attempt: 1, priorState: 'idle' });
    });

    it('stores no more than 500 seals of duplicates, but always those of attempts', async () => {
      const { lock } = harness();
      const id = nextId();
      await lock.claim(claimOf(id), IN_TIME);
      const seals = Array.from({ length: 510 }, (_, index) => ({ writer: `d-${index}`, items: 1, lastHash: 'cd' }));
      // In batches: more requests at once than the client has connections would wait for each other.
      for (let from = 0; from < seals.length; from += 50) {
        await Promise.all(seals.slice(from, from + 50).map(seal => lock.seal(id, seal, T0, IN_TIME)));
      }
      expect((await lock.readRecord(id, IN_TIME))?.seals).toHaveLength(500);
      await lock.conclude(conclusionOf(id), IN_TIME);
      expect((await lock.readRecord(id, IN_TIME))?.seals).toHaveLength(501);
    });
  });

  describe(`a store in ${name} that does not answer`, () => {
    const operations: readonly [string, (stores: StoreHarness, id: string) => Promise<unknown>][] = [
      ['claim', ({ lock }, id) => lock.claim(claimOf(id), SOON)],
      ['conclude', ({ lock }, id) => lock.conclude(conclusionOf(id), SOON)],
      ['seal', ({ lock }, id) => lock.seal(id, { writer: 'u-1', items: 1, lastHash: 'ab' }, T0, SOON)],
      ['whose', ({ lock }, id) => lock.whose(id, 'holder-1', SOON)],
      ['readRecord', ({ lock }, id) => lock.readRecord(id, SOON)],
      ['append', ({ audit }, id) => Promise.all(auditLogOf(id, 1).map(item => audit.append(item, SOON)))],
      ['list', ({ audit }, id) => audit.list(id, SOON)],
      ['recent', ({ runs }) => runs.recent({ limit: 1 }, SOON)],
      ['read', ({ runs }, id) => runs.read(id, SOON)],
      ['notePreflight', ({ lock }, id) => lock.notePreflight(preflightNoteOf(id), SOON)],
      ['lastPreflights', ({ runs }) => runs.lastPreflights(['alpha'], SOON)],
    ];

    it.each(operations)('ends %s with a StoreError that says "unknown"', async (_operation, call) => {
      harness().goSilent();
      const failure = await call(harness(), nextId()).catch(error => error);
      expect(failure).toBeInstanceOf(StoreError);
      expect(failure).toMatchObject({ certainty: 'unknown' });
    });

    it.each(operations)('does not even send %s when no time is left', async (_operation, call) => {
      harness().recover();
      const stores = harness();
      const noTime: StoreHarness = {
        ...stores,
        lock: withoutTime(stores.lock),
        audit: withoutTime(stores.audit),
        runs: withoutTime(stores.runs),
      };
      await expect(call(noTime, nextId())).rejects.toMatchObject({ name: 'StoreError', certainty: 'unreached' });
    });

    it('may have taken the lock: the same holder finds out by asking again', async () => {
      const { lock, loseNextAnswer } = harness();
      const id = nextId();
      loseNextAnswer();
      await lock.claim(claimOf(id), SOON).catch(() => undefined);
      expect(await lock.claim(claimOf(id), IN_TIME)).toMatchObject({ kind: 'taken', attempt: 1, priorState: 'idle' });
    });

    it('may have taken the lock: the unlocked run cannot conclude it, and the lease ends by itself', async () => {
      const { lock, loseNextAnswer } = harness();
      const id = nextId();
      loseNextAnswer();
      await lock.claim(claimOf(id), SOON).catch(() => undefined);
      expect(await lock.conclude(conclusionOf(id, { attempt: 0 }), IN_TIME)).toBe('superseded');
      const next = claimOf(id, { holder: 'holder-2', nowMs: T0 + LEASE_MS, leaseUntilMs: T0 + 2 * LEASE_MS });
      expect(await lock.claim(next, IN_TIME)).toMatchObject({ kind: 'taken', attempt: 2, priorState: 'in_progress' });
    });

    it('takes a conclusion that is sent again as the same conclusion', async () => {
      const { lock, loseNextAnswer } = harness();
      const id = nextId();
      await lock.claim(claimOf(id), IN_TIME);
      loseNextAnswer();
      await lock.conclude(conclusionOf(id), SOON).catch(() => undefined);
      expect(await lock.conclude(conclusionOf(id), IN_TIME)).toBe('concluded');
      expect((await lock.readRecord(id, IN_TIME))?.seals).toHaveLength(1);
    });

    it('takes an audit item that is sent again as the same item', async () => {
      const { audit, loseNextAnswer } = harness();
      const id = nextId();
      const items = auditLogOf(id, 1);
      loseNextAnswer();
      await Promise.allSettled(items.map(item => audit.append(item, SOON)));
      await Promise.all(items.map(item => audit.append(item, IN_TIME)));
      expect(await audit.list(id, IN_TIME)).toEqual(items);
    });
  });

  describe(`the records in ${name}`, () => {
    /** A bot of its own for each test, so that the records of other tests are not in its lists. */
    let bots = 0;
    const nextBot = (): string => {
      bots += 1;
      return `listed-${bots}`;
    };

    /** Three liquidations of a bot, one second apart; gives their IDs, oldest first. */
    async function claimThree(botId: string): Promise<readonly [string, string, string]> {
      const { lock } = harness();
      const ids = [nextId(), nextId(), nextId()] as const;
      for (const [index, id] of ids.entries()) {
        const nowMs = T0 + index * 1_000;
        await lock.claim(claimOf(id, { botId, nowMs, leaseUntilMs: nowMs + LEASE_MS }), IN_TIME);
      }
      return ids;
    }

    const idsOf = (records: readonly LiquidationRecord[]) => records.map(({ correlationId }) => correlationId);

    it('lists newest first, whatever their state, at most as many as asked', async () => {
      const botId = nextBot();
      const [first, second, third] = await claimThree(botId);
      await harness().lock.conclude(conclusionOf(second), IN_TIME);
      const { runs } = harness();
      expect(idsOf(await runs.recent({ botId, limit: 10 }, IN_TIME))).toEqual([third, second, first]);
      expect(idsOf(await runs.recent({ botId, limit: 2 }, IN_TIME))).toEqual([third, second]);
      expect(await runs.recent({ botId, limit: 1, beforeMs: T0 + 2_000 }, IN_TIME)).toEqual([
        await runs.read(second, IN_TIME),
      ]);
    });

    it('lists from the instant asked for on, and before the other', async () => {
      const botId = nextBot();
      const [, second] = await claimThree(botId);
      const between = { botId, limit: 10, sinceMs: T0 + 1_000, beforeMs: T0 + 2_000 };
      expect(idsOf(await harness().runs.recent(between, IN_TIME))).toEqual([second]);
    });

    it('finds the few of one bot behind the many of another', async () => {
      const botId = nextBot();
      const other = nextBot();
      const [first] = await claimThree(botId);
      const { lock, runs } = harness();
      const many = Array.from({ length: 60 }, (_, index) =>
        claimOf(nextId(), { botId: other, nowMs: T0 + 5_000 + index, leaseUntilMs: T0 + LEASE_MS }),
      );
      await Promise.all(many.map(claim => lock.claim(claim, 20_000)));
      const found = await runs.recent({ botId, limit: 3 }, 20_000);
      expect(found).toHaveLength(3);
      expect(idsOf(found).at(-1)).toBe(first);
      expect(await runs.recent({ botId: other, limit: 100 }, 20_000)).toHaveLength(60);
    });

    it('keeps the place of the first claim when a liquidation is resumed', async () => {
      const botId = nextBot();
      const [first, second, third] = await claimThree(botId);
      const { lock, runs } = harness();
      await lock.conclude(conclusionOf(first, { state: 'partial' }), IN_TIME);
      await lock.claim(claimOf(first, { botId, holder: 'holder-2', nowMs: T0 + 9_000 }), IN_TIME);
      expect(idsOf(await runs.recent({ botId, limit: 10 }, IN_TIME))).toEqual([third, second, first]);
    });

    it('does not list what only left a seal: a preflight, a dry run, an unlocked run', async () => {
      const id = nextId();
      const { lock, runs } = harness();
      await lock.seal(id, { writer: 'p-0f', items: 1, lastHash: 'cd'.repeat(32) }, T0, IN_TIME);
      expect(idsOf(await runs.recent({ limit: 10_000, quietChecks: true }, 20_000))).not.toContain(id);
      expect(await runs.read(id, IN_TIME)).toMatchObject({ state: 'idle' });
    });

    it.each([
      ['found nothing', 'sentinel', 0, 0, 'completed', false],
      ['closed a position', 'sentinel', 1, 0, 'completed', true],
      ['cancelled an order', 'sentinel', 0, 1, 'completed', true],
      ['could not see', 'sentinel', 0, 0, 'failed', true],
      ['was a person’s and found nothing', 'manual', 0, 0, 'completed', true],
    ] as const)('lists a read that %s as what it was', async (_what, trigger, closed, cancelled, state, listed) => {
      const botId = nextBot();
      const id = nextId();
      const { lock, runs } = harness();
      await lock.claim(claimOf(id, { botId, trigger }), IN_TIME);
      const answer = { ...answerOf(id, state), positions_closed: closed, orders_cancelled: cancelled };
      await lock.conclude(conclusionOf(id, { state, answer }), IN_TIME);
      expect(idsOf(await runs.recent({ botId, limit: 10 }, IN_TIME))).toEqual(listed ? [id] : []);
      expect(idsOf(await runs.recent({ botId, limit: 10, quietChecks: true }, IN_TIME))).toEqual([id]);
    });

    it('has nothing about an unknown ID or bot', async () => {
      const { runs } = harness();
      expect(await runs.read(nextId(), IN_TIME)).toBeUndefined();
      expect(await runs.recent({ limit: 5, botId: 'nobody' }, 20_000)).toEqual([]);
    });
  });

  describe(`the last preflights in ${name}`, () => {
    let bots = 0;
    const noteOf = (changes: Partial<PreflightNote> = {}): PreflightNote => {
      bots += 1;
      return preflightNoteOf(nextId(), { botId: `tested-${bots}`, ...changes });
    };

    it('keeps what markets that are not covered hold, until a later one finds nothing', async () => {
      const { lock, runs } = harness();
      const held = noteOf({ headline: 'READY, WITH WARNINGS', notCovered: 'COIN-M holds 1 open position' });
      const last = async () => (await runs.lastPreflights([held.botId], IN_TIME)).get(held.botId);
      await lock.notePreflight(held, IN_TIME);
      expect(await last()).toEqual(held);
      const { notCovered: _, ...free } = { ...held, headline: 'READY' as const };
      await lock.notePreflight(free, IN_TIME);
      expect(await last()).toEqual(free);
    });

    it('are one for each bot, the one that was stored last', async () => {
      const { lock, runs } = harness();
      const first = noteOf();
      const other = noteOf();
      const second = noteOf({ botId: first.botId, headline: 'READY', failedChecks: [], finishedAtMs: T0 + 1 });
      const before: unknown[] = [];
      for (const note of [first, other, second]) before.push(await lock.notePreflight(note, IN_TIME));
      expect(before).toEqual([undefined, undefined, first.headline]);
      const found = await runs.lastPreflights([first.botId, 'never-tested', other.botId], IN_TIME);
      expect(found).toEqual(
        new Map([
          [first.botId, second],
          [other.botId, other],
        ]),
      );
      expect(await runs.lastPreflights([], IN_TIME)).toEqual(new Map());
    });

    it('are found for more bots than are read at once', async () => {
      const { lock, runs } = harness();
      const notes = Array.from({ length: 60 }, () => noteOf());
      await Promise.all(notes.map(note => lock.notePreflight(note, 20_000)));
      const found = await runs.lastPreflights(
        notes.map(({ botId }) => botId),
        20_000,
      );
      expect([...found.values()]).toEqual(notes);
    });

    it('are in no list of liquidations, and nothing has their own IDs', async () => {
      const { lock, runs } = harness();
      const note = noteOf();
      await lock.notePreflight(note, IN_TIME);
      expect(await runs.recent({ limit: 10_000, botId: note.botId, quietChecks: true }, 20_000)).toEqual([]);
      expect(await runs.read(note.correlationId, IN_TIME)).toBeUndefined();
    });

    it('are stored although the answer was lost', async () => {
      const { lock, runs, loseNextAnswer, recover } = harness();
      const note = noteOf();
      loseNextAnswer();
      await lock.notePreflight(note, SOON).catch(() => undefined);
      recover();
      expect((await runs.lastPreflights([note.botId], IN_TIME)).get(note.botId)).toEqual(note);
    });
  });

  describe(`the audit log in ${name}`, () => {
    it('gives back what was put, in order of time, and it verifies', async () => {
      const { audit } = harness();
      const id = nextId();
      const items = auditLogOf(id, 4);
      await Promise.all(items.toReversed().map(item => audit.append(item, IN_TIME)));
      const stored = await audit.list(id, IN_TIME);
      expect(stored).toEqual(items);
      const last = items[3];
      const verification = verifyAuditLog(stored, [{ writer: 'a1', items: 4, lastHash: last?.hash ?? '' }]);
      expect(verification).toMatchObject({ ok: true, sealed: true });
    });

    it('has nothing about an unknown ID', async () => {
      expect(await harness().audit.list(nextId(), IN_TIME)).toEqual([]);
    });

    it('refuses another item in the place of one that is there, and keeps the first', async () => {
      const { audit } = harness();
      const id = nextId();
      const [item] = auditLogOf(id, 1);
      if (item === undefined) throw new Error('An audit log of one has one item.');
      await audit.append(item, IN_TIME);
      const forged = { ...item, data: { quantity: '9' }, hash: 'f'.repeat(64) };
      await expect(audit.append(forged, IN_TIME)).rejects.toMatchObject({ name: 'StoreError', certainty: 'refused' });
      expect(await audit.list(id, IN_TIME)).toEqual([item]);
    });
  });
}

/** Every method of a store, called with a timeout of zero whatever the caller says. */
function withoutTime<T extends object>(store: T): T {
  return new Proxy(store, {
    get: (target, key) => {
      const method = Reflect.get(target, key);
      return typeof method === 'function'
        ? (...args: readonly unknown[]) => Reflect.apply(method, target, [...args.slice(0, -1), 0])
        : method;
    },
  });
}
