/**
 * RETRYING and CONFIRMING are said only where somebody goes on: Lambda accepted the next attempt, or a record exists that
 * the watchdog's tick sees. Otherwise a person is asked for. (Input L3.)
 */

import { describe, expect, test } from 'vitest';
import type { StoreFault } from '../../lambda/adapters/memory/store-script.ts';
import { ALWAYS } from '../../simulator/venue/fault-script.ts';
import { type Day, liquidated, playInvocations } from '../support/bad-day.ts';
import { type LiquidationRig, liquidationRig } from '../support/liquidation-rig.ts';

const TROUBLES: Readonly<Record<string, (rig: LiquidationRig) => void>> = {
  'a ban of two minutes': ({ venue }) =>
    venue.faults.add({ on: {}, fault: { kind: 'banned-418', retryAfterSeconds: 120 } }),
  'a ban of 20 minutes': ({ venue }) =>
    venue.faults.add({ on: {}, fault: { kind: 'banned-418', retryAfterSeconds: 1_200 } }),
  'a 429 of 30 s': ({ venue }) => venue.faults.add({ on: {}, fault: { kind: 'limited-429', retryAfterSeconds: 30 } }),
  'a key that is refused': ({ account }) => account.refuseKey({ status: 401, code: -2015 }),
  'closes that are refused': ({ venue }) =>
    venue.faults.add({ on: { method: 'POST' }, times: ALWAYS, fault: { kind: 'refuse', code: -2010 } }),
  'an exchange that is silent': ({ venue }) =>
    venue.faults.add({ on: {}, times: ALWAYS, fault: { kind: 'hang-before' } }),
};

async function badDay(trouble: string, tables: StoreFault | 'well', lambda: 'well' | 'refuses'): Promise<Day> {
  const rig = liquidationRig();
  rig.account.open('ETHUSDT', '8.125');
  rig.account.open('SOLUSDT', '-70');
  TROUBLES[trouble]?.(rig);
  if (tables !== 'well') rig.stores.script.failAll(tables);
  if (lambda === 'refuses') rig.failInvocations();
  return liquidated(rig);
}

/** By what Lambda accepted and what a tick would find. */
async function somebodyGoesOn({ rig, answer }: Day): Promise<boolean> {
  rig.stores.script.recover();
  const open = await rig.stores.lock.unfinished.due(Number.POSITIVE_INFINITY, 10, 1_000);
  return rig.invoked.length > 0 || open.some(one => one.correlationId === answer.correlation_id);
}

describe.each(Object.keys(TROUBLES))('%s (L3)', trouble => {
  test.each([
    { tables: 'well', lambda: 'well' },
    { tables: 'well', lambda: 'refuses' },
    { tables: 'refuse', lambda: 'well' },
    { tables: 'refuse', lambda: 'refuses' },
    { tables: 'hang', lambda: 'well' },
    { tables: 'hang', lambda: 'refuses' },
    { tables: 'lose-answer', lambda: 'refuses' },
  ] as const)(
    'tables: $tables, Lambda: $lambda: RETRYING is said only if somebody does',
    async ({ tables, lambda }) => {
      const day = await badDay(trouble, tables, lambda);
      const promised = /RETRYING UNTIL|CONFIRMING/.test(day.answer.headline);
      if (!promised) expect(day.answer.headline).toBe('NOT FLAT, CHECK BY HAND');
      const goesOn = await somebodyGoesOn(day);
      if (promised) expect(goesOn).toBe(true);
      // What cannot be promised is said loudly, in the log as well.
      else expect(day.rig.logs.some(({ level }) => level === 'CRITICAL')).toBe(true);
      // The promise is kept wherever it can be: only both of them down leave nobody.
      if (tables === 'well' || (lambda === 'well' && tables === 'refuse')) expect(promised).toBe(true);
      if (tables !== 'well' && tables !== 'lose-answer' && lambda === 'refuses') expect(promised).toBe(false);
    },
  );
});

describe('a run without its lock (L3)', () => {
  test.each([
    { trouble: 'a ban of two minutes', mostMs: 125_000 },
    { trouble: 'a 429 of 30 s', mostMs: 35_000 },
    { trouble: 'a ban of 20 minutes', mostMs: 1_205_000 },
  ])(
    'hands over to itself over $trouble, asks nothing meanwhile, and closes at its end',
    async ({ trouble, mostMs }) => {
      const day = await badDay(trouble, 'refuse', 'well');
      const { rig } = day;
      const asked = rig.venue.journal.length;
      const answers = await playInvocations(rig);
      expect(rig.account.truth().positions).toEqual([]);
      expect(answers.find(one => one.state === 'completed')?.headline).toBe('FLAT');
      const [first] = rig.venue.journal.slice(asked);
      expect((first?.receivedAtMs ?? 0) - day.startedAtMs).toBeGreaterThanOrEqual(mostMs - 5_000);
      expect((first?.receivedAtMs ?? 0) - day.startedAtMs).toBeLessThanOrEqual(mostMs);
      expect(rig.venue.tally().banned + rig.venue.tally().limited).toBeLessThanOrEqual(4);
    },
  );
});
