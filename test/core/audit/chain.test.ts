import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AuditEvent, link, sealOf, startChain } from '../../../lambda/core/audit/chain.ts';
import { type SegmentKind, type Verification, verifyAuditLog } from '../../../lambda/core/audit/verify-chain.ts';
import { canonicalJson } from '../../../lambda/core/text/plain-json.ts';
import type { AuditItem, Seal } from '../../../lambda/ports.ts';

const ID = 'liq_20261121_120000_abcdef';

const event = (data: Readonly<Record<string, unknown>> = {}): AuditEvent => ({
  correlation_id: ID,
  timestamp: '2026-11-21T12:00:00.123456Z',
  event_type: 'liquidation_positions_queried',
  operation: 'observe',
  bot_id: 'default',
  attempt: 1,
  data,
});

function segment(events: readonly AuditEvent[], writer = 'a1'): { readonly items: AuditItem[]; readonly seal: Seal } {
  const items: AuditItem[] = [];
  let head = startChain(ID, writer);
  for (const next of events) {
    const step = link(head, next);
    items.push(step.item);
    head = step.head;
  }
  return { items, seal: sealOf(head) };
}

const kindsOf = ({ segments }: Verification): readonly SegmentKind[] => segments.map(({ kind }) => kind);

describe('the chain', () => {
  it('numbers the items of a writer and keeps them apart and in order of time', () => {
    const { items, seal } = segment([event(), event()]);
    expect(items.map(item => [item.seq, item.at_seq])).toEqual([
      [1, '2026-11-21T12:00:00.123456Z#a1#000001'],
      [2, '2026-11-21T12:00:00.123456Z#a1#000002'],
    ]);
    expect(items[1]?.prev_hash).toBe(items[0]?.hash);
    expect(seal).toEqual({ writer: 'a1', items: 2, lastHash: items[1]?.hash });
  });

  // The two hashes come from Python: sha256 of json.dumps(…, sort_keys=True, separators=(',', ':'), ensure_ascii=False).
  it('hashes in the documented way, which never changed', () => {
    const { items } = segment([event({ b: 1, a: ['ä', null] })]);
    expect(items[0]?.prev_hash).toBe('0a075bdd00354f09a93c85c7fb52fdc95c096429e2396f50f76808c1c502184d');
    expect(items[0]?.hash).toBe('10f0829385b9195588ddd100a7af66728c7f94d1493afd4fecd2b0c2f3a2007f');
  });

  it('starts every writer and every correlation ID elsewhere', () => {
    const starts = [startChain(ID, 'a1'), startChain(ID, 'a2'), startChain(`${ID}0`, 'a1')];
    expect(new Set(starts.map(head => head.lastHash)).size).toBe(3);
  });

  it.each(['a#1', 'a|1', '', 'A1', '1a'])('refuses the writer "%s"', writer => {
    expect(() => startChain(ID, writer)).toThrow(RangeError);
  });

  it('refuses an event of another correlation ID', () => {
    const stranger = { ...event(), correlation_id: 'liq_20261121_120000_000000' };
    expect(() => link(startChain(ID, 'a1'), stranger)).toThrow('cannot join');
  });

  it('makes the item plain, as the table will keep it', () => {
    const { items } = segment([event({ gone: undefined, nan: Number.NaN, big: 12n, minus: -0, when: new Date(0) })]);
    expect(items[0]?.data).toEqual({ nan: 'NaN', big: '12', minus: 0, when: '1970-01-01T00:00:00.000Z' });
  });
});

describe('the verification', () => {
  const five = segment([1, 2, 3, 4, 5].map(quantity => event({ quantity })));
  const forgedSecond = segment([event({ quantity: 1 }), event({ quantity: 99 })]).items.slice(1);
  const without = (index: number) => five.items.toSpliced(index, 1);
  const altered = (index: number, change: Partial<AuditItem>) =>
    five.items.map((item, at) => (at === index ? { ...item, ...change } : item));

  it.each<[string, readonly AuditItem[], readonly Seal[], SegmentKind, number | undefined]>([
    ['an untouched audit log', five.items, [five.seal], 'intact', undefined],
    ['an audit log in another order', five.items.toReversed(), [five.seal], 'intact', undefined],
    ['a seal that was sent twice', five.items, [five.seal, five.seal], 'intact', undefined],
    ['no seal', five.items, [], 'unsealed', undefined],
    ['the first item removed', without(0), [five.seal], 'missing', 1],
    ['an item removed', without(2), [five.seal], 'missing', 3],
    ['an item removed, unsealed', without(2), [], 'missing', 3],
    ['the last item removed', without(4), [five.seal], 'cut-off', 5],
    ['all items removed', [], [five.seal], 'gone', 1],
    ['another quantity', altered(1, { data: { quantity: 9 } }), [five.seal], 'changed', 2],
    ['another bot', altered(4, { bot_id: 'other' }), [], 'changed', 5],
    ['an item twice', [...five.items, ...five.items.slice(1, 2)], [five.seal], 'changed', 2],
    ['two seals that disagree', five.items, [five.seal, { ...five.seal, items: 4 }], 'changed', undefined],
    ['one item replaced, its hash recomputed', five.items.toSpliced(1, 1, ...forgedSecond), [], 'changed', 3],
    ['items behind the end', five.items, [segment([event({ quantity: 1 })]).seal], 'changed', 2],
  ])('finds %s', (_case, items, seals, kind, at) => {
    const verdict = verifyAuditLog(items, seals).segments[0];
    expect(verdict).toMatchObject({ writer: 'a1', kind });
    expect(verdict?.at).toBe(at);
  });

  it('finds a forger who recomputes all hashes, by the seal', () => {
    const forged = segment([1, 2, 3, 4, 99].map(quantity => event({ quantity })));
    expect(verifyAuditLog(forged.items, []).ok).toBe(true);
    expect(kindsOf(verifyAuditLog(forged.items, [five.seal]))).toEqual(['changed']);
  });

  it('judges each writer for itself, in order of attempts', () => {
    const duplicate = segment([event()], 'd-0f');
    const tenth = segment([event()], 'a10');
    const second = segment([event(), event()], 'a2');
    const items = [...tenth.items, ...duplicate.items, ...second.items.slice(0, 1), ...five.items];
    const verification = verifyAuditLog(items, [five.seal, second.seal, tenth.seal, duplicate.seal]);
    expect(verification.segments.map(({ writer, kind }) => `${writer} ${kind}`)).toEqual([
      'a1 intact',
      'a2 cut-off',
      'a10 intact',
      'd-0f intact',
    ]);
    expect(verification).toMatchObject({ ok: false, sealed: false });
  });

  it('names an attempt of which nothing is left', () => {
    const second = segment([event()], 'a2');
    const verification = verifyAuditLog(second.items, [second.seal], 2);
    expect(verification).toMatchObject({ ok: true, sealed: false });
    expect(verification.segments[0]).toMatchObject({ writer: 'a1', kind: 'unsealed', items: 0 });
  });

  it('finds an audit log that was carried over from another correlation ID', () => {
    const moved = five.items.map(item => ({ ...item, correlation_id: 'liq_20261121_120000_000000' }));
    expect(verifyAuditLog(moved, [five.seal]).ok).toBe(false);
  });
});

const anyData = fc.dictionary(fc.string({ unit: 'binary' }), fc.anything({ withBigInt: true, withDate: true }));
const anySegment = fc.array(anyData, { minLength: 1, maxLength: 6 }).map(list => segment(list.map(event)));

/** A segment and the place of one of its items. */
const withPlace = anySegment.chain(({ items, seal }) =>
  fc.record({ items: fc.constant(items), seal: fc.constant(seal), at: fc.nat(items.length - 1) }),
);

describe('for every list of events', () => {
  it('the chain verifies', () => {
    fc.assert(
      fc.property(anySegment, ({ items, seal }) => {
        expect(verifyAuditLog(items, [seal])).toMatchObject({ ok: true, sealed: true });
      }),
    );
  });

  it('no single change passes, sealed or not', () => {
    const change = fc.record({
      key: fc.constantFrom(...(Object.keys(five().items[0] ?? {}) as (keyof AuditItem)[])),
      value: fc.jsonValue(),
    });
    fc.assert(
      fc.property(withPlace, change, fc.boolean(), ({ items, seal, at }, { key, value }, sealed) => {
        fc.pre(canonicalJson(items[at]?.[key]) !== canonicalJson(value));
        const changed = items.map((item, index) => (index === at ? { ...item, [key]: value } : item));
        expect(verifyAuditLog(changed, sealed ? [seal] : []).ok).toBe(false);
      }),
    );
  });

  it('no added field passes', () => {
    fc.assert(
      fc.property(withPlace, ({ items, seal, at }) => {
        const changed = items.map((item, index) => (index === at ? { ...item, symbol: 'BTCUSDT' } : item));
        expect(verifyAuditLog(changed, [seal]).ok).toBe(false);
      }),
    );
  });

  it('no removal passes', () => {
    fc.assert(
      fc.property(withPlace, ({ items, seal, at }) => {
        expect(verifyAuditLog(items.toSpliced(at, 1), [seal]).ok).toBe(false);
      }),
    );
  });

  it('no truncation passes', () => {
    fc.assert(
      fc.property(withPlace, ({ items, seal, at }) => {
        expect(verifyAuditLog(items.slice(0, at), [seal]).ok).toBe(false);
      }),
    );
  });

  it('no swap of two items’ contents passes', () => {
    fc.assert(
      fc.property(withPlace, fc.nat(5), ({ items, seal, at }, other) => {
        const left = items[at];
        const right = items[other];
        fc.pre(left !== undefined && right !== undefined && left !== right);
        if (left === undefined || right === undefined) return;
        const place = ({ seq, at_seq }: AuditItem) => ({ seq, at_seq });
        const swapped = items.with(at, { ...right, ...place(left) }).with(other, { ...left, ...place(right) });
        expect(verifyAuditLog(swapped, [seal]).ok).toBe(false);
      }),
    );
  });
});

function five() {
  return segment([1, 2, 3, 4, 5].map(quantity => event({ quantity })));
}
