import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromAttribute, fromItem, toAttribute, toItem } from '../../../lambda/adapters/dynamo/attributes.ts';
import { toPlain } from '../../../lambda/core/text/plain-json.ts';

describe('attributes', () => {
  it('are typed as DynamoDB wants them', () => {
    const item = toItem({
      text: '',
      count: 1e21,
      small: 1e-7,
      yes: false,
      none: null,
      list: ['a', 1],
      map: { k: 'v' },
    });
    expect(item).toEqual({
      text: { S: '' },
      count: { N: '1e+21' },
      small: { N: '1e-7' },
      yes: { BOOL: false },
      none: { NULL: true },
      list: { L: [{ S: 'a' }, { N: '1' }] },
      map: { M: { k: { S: 'v' } } },
    });
  });

  it('are read from what DynamoDB makes of them', () => {
    expect(
      fromItem({ count: { N: '1000000000000000000000' }, seals: { SS: ['b', 'a'] }, bytes: { B: new Uint8Array(1) } }),
    ).toEqual({ count: 1e21, seals: ['a', 'b'], bytes: null });
  });

  it('come back as they went, for every value', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true }), value => {
        const plain = toPlain(value);
        expect(fromAttribute(toAttribute(plain))).toEqual(plain);
      }),
    );
  });
});
