import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../lambda/ports.ts';
import { createMemoryStores, type MemoryStores } from '../../../simulator/stores/stores.ts';
import { describeStoreContract } from '../../adapters/store-contract.ts';
import { claimOf } from '../../support/stored-records.ts';

/** Time that passes only when somebody sleeps. */
function steppingClock(): Clock {
  let nowMs = 1_000;
  return {
    nowMs: () => nowMs,
    sleep: async ms => {
      nowMs += ms;
    },
  };
}

let stores: MemoryStores;
beforeEach(() => {
  stores = createMemoryStores({ clock: steppingClock() });
});

describeStoreContract('memory', () => ({
  ...stores,
  runs: stores.lock.runs,
  goSilent: () => stores.script.failAll('hang'),
  loseNextAnswer: () => stores.script.failNext('lose-answer'),
  recover: () => stores.script.recover(),
}));

describe('the script of the stores in memory', () => {
  const ID = 'liq_20261121_120000_abcdef';

  it('fails as often as scripted, then works', async () => {
    stores.script.failNext('refuse', { operation: 'claim', times: 2 });
    await expect(stores.lock.claim(claimOf(ID), 100)).rejects.toMatchObject({ certainty: 'refused' });
    await expect(stores.lock.claim(claimOf(ID), 100)).rejects.toMatchObject({ certainty: 'refused' });
    expect(await stores.lock.claim(claimOf(ID), 100)).toMatchObject({ kind: 'taken', attempt: 1 });
  });

  it('traces every call with its instant, and a hanging one costs its timeout', async () => {
    stores.script.failNext('hang', { operation: 'claim' });
    await stores.lock.claim(claimOf(ID), 300).catch(() => undefined);
    stores.script.takeMs(25);
    await stores.audit.list(ID, 100);
    await stores.lock.readRecord(ID, 100);
    expect(stores.script.calls).toEqual([
      { operation: 'claim', doing: 'claim', target: ID, atMs: 1_000 },
      { operation: 'list', doing: 'list', target: ID, atMs: 1_300 },
      { operation: 'readRecord', doing: 'readRecord', target: ID, atMs: 1_325 },
    ]);
  });

  it.each([
    ['just in time', 99, { kind: 'taken' }],
    ['too late', 100, 'unknown'],
  ])('answers %s', async (_when, latencyMs, expected) => {
    stores.script.takeMs(latencyMs);
    const outcome = await stores.lock.claim(claimOf(ID), 100).catch(error => error.certainty);
    expect(outcome).toEqual(typeof expected === 'string' ? expected : expect.objectContaining(expected));
  });
});
