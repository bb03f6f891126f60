import { describe, expect, test } from 'vitest';
import type { ExchangeRequest } from '../../../lambda/core/exchange/request.ts';
import { PendingRequests } from '../../../lambda/core/liquidation/pending.ts';

const cancel = (symbol: string): ExchangeRequest => ({ kind: 'cancel-orders', symbol });

describe('the requests on their way', () => {
  test('are found by number until they are answered, whatever the order of the answers', () => {
    let pending = PendingRequests.none;
    let first = 1;
    const left = new Set<number>();
    for (let burst = 1; burst <= 40; burst += 1) {
      const requests = Array.from({ length: (burst * 7) % 50 }, (_, index) => cancel(`S${first + index}`));
      pending = pending.withSent(first, requests, burst);
      for (let index = 0; index < requests.length; index += 1) left.add(first + index);
      first += requests.length;
      for (const id of [...left].filter(one => one % 3 !== burst % 3)) {
        expect(pending.get(id)?.request).toEqual(cancel(`S${id}`));
        pending = pending.without(id);
        left.delete(id);
        expect(pending.get(id)).toBeUndefined();
      }
      expect(pending.size).toBe(left.size);
      expect(pending.all().map(({ request }) => 'symbol' in request && request.symbol)).toEqual(
        [...left].map(id => `S${id}`),
      );
    }
  });

  test('reads of lists are known apart', () => {
    const sent = PendingRequests.none.withSent(1, [{ kind: 'positions' }, cancel('A'), { kind: 'open-orders' }], 5);
    expect(sent.reads.map(({ request }) => request.kind)).toEqual(['positions', 'open-orders']);
    expect(sent.without(1).reads.map(({ request }) => request.kind)).toEqual(['open-orders']);
    expect(sent.reads).toHaveLength(2);
  });

  test('one that was never sent changes nothing', () => {
    const sent = PendingRequests.none.withSent(1, [cancel('A')], 5);
    expect(sent.without(9)).toBe(sent);
  });
});
