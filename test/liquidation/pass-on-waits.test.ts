/**
 * A wait that the exchange requested holds for the whole run, wherever its next attempt begins: Lambda starts another container
 * while the first still answers, and that one's limiter knows nothing.
 */

import { describe, expect, test } from 'vitest';
import { createRateLimiters } from '../../lambda/app/exchange/rate-limiter.ts';
import type { LiquidatorPorts } from '../../lambda/app/liquidator-ports.ts';
import { ALWAYS } from '../../simulator/engine/rules/fault-script.ts';
import { liquidated, playInvocations } from '../support/bad-day.ts';
import { type LiquidationRig, liquidationRig } from '../support/liquidation-rig.ts';

const WAIT = { kind: 'limited-429', retryAfterSeconds: 30 } as const;
const HANG = { kind: 'hang-before' } as const;

/** A container that has just started, for every attempt. */
const coldWorld = (rig: LiquidationRig): LiquidatorPorts => ({ ...rig.world, limiters: createRateLimiters() });

async function playElsewhere(rig: LiquidationRig): Promise<void> {
  for (let played = 0; played < 20 && rig.invoked[played] !== undefined; played += 1) {
    await rig.run({}, { rawEvent: rig.invoked[played], world: coldWorld(rig) });
  }
}

/** When the host of the futures was asked, after the first so many requests. */
const askedAfter = (rig: LiquidationRig, count: number): readonly number[] =>
  rig.exchange.journal.slice(count).flatMap(entry => (entry.path.startsWith('/fapi/') ? [entry.receivedAtMs] : []));

function held(): LiquidationRig {
  const rig = liquidationRig();
  rig.account.open('ETHUSDT', '8.125');
  return rig;
}

describe('in another container the next attempt asks nothing before a requested wait is over', () => {
  test.each<[string, (rig: LiquidationRig) => void]>([
    ['and the attempt before ended for it', ({ exchange }) => exchange.faults.add({ on: {}, fault: WAIT })],
    [
      'and the attempt before ended at its deadline, with a request that hung',
      ({ exchange }) => {
        exchange.faults.add({ on: { path: '/fapi/v1/openAlgoOrders' }, times: ALWAYS, fault: HANG });
        exchange.faults.add({ on: { path: '/fapi/v1/openOrders' }, fault: WAIT });
      },
    ],
    [
      'requested by the answer to the last request of the attempt before',
      ({ exchange }) => {
        exchange.faults.add({ on: { path: '/fapi/v1/openOrders' }, times: ALWAYS, fault: HANG });
        exchange.faults.add({ on: { path: '/fapi/v3/positionRisk' }, skip: 1, fault: WAIT });
      },
    ],
  ])('%s', async (_says, addFaults) => {
    const rig = held();
    addFaults(rig);
    const day = await liquidated(rig);
    expect(day.answer.state).not.toBe('completed');
    const asked = rig.exchange.journal.length;
    const limited = rig.exchange.journal.find(entry => entry.status === 429);
    rig.exchange.faults.clear();
    await playElsewhere(rig);
    expect(askedAfter(rig, asked)[0]).toBeGreaterThanOrEqual(
      (limited?.receivedAtMs ?? Number.POSITIVE_INFINITY) + 30_000,
    );
    expect(rig.account.truth().positions).toEqual([]);
  });

  test('that no record shows, because the tables failed from its claim to its end', async () => {
    const rig = held();
    rig.exchange.faults.add({ on: {}, fault: WAIT });
    rig.stores.script.failAll('refuse');
    const day = await liquidated(rig);
    rig.stores.script.recover();
    const asked = rig.exchange.journal.length;
    await playElsewhere(rig);
    // What its record says is left to the watchdog.
    const due = await rig.stores.lock.unfinished.due(Number.POSITIVE_INFINITY, 10, 1_000);
    for (const run of due) {
      expect(run.resumeAtMs).toBeGreaterThanOrEqual(day.startedAtMs + 30_000);
      await rig.clock.sleep(Math.max(0, run.resumeAtMs - rig.clock.nowMs()));
      await rig.run({ correlation_id: run.correlationId }, { world: coldWorld(rig) });
    }
    expect(askedAfter(rig, asked)[0]).toBeGreaterThanOrEqual(day.startedAtMs + 30_000);
    expect(rig.account.truth().positions).toEqual([]);
  });

  test('and asks alone after it', async () => {
    const rig = held();
    rig.exchange.faults.add({ on: {}, fault: WAIT });
    await liquidated(rig);
    const asked = rig.exchange.journal.length;
    await playElsewhere(rig);
    const [first = 0, second = 0] = askedAfter(rig, asked);
    expect(second).toBeGreaterThan(first);
  });

  test('nor where Lambda did not take it, and the watchdog takes it up', async () => {
    const rig = held();
    rig.exchange.faults.add({ on: { path: '/fapi/v1/openOrders' }, times: ALWAYS, fault: HANG });
    rig.exchange.faults.add({ on: { path: '/fapi/v3/positionRisk' }, skip: 1, fault: WAIT });
    rig.failInvocations();
    const day = await liquidated(rig);
    const [run] = await rig.stores.lock.unfinished.due(Number.POSITIVE_INFINITY, 10, 1_000);
    expect(run?.resumeAtMs).toBeGreaterThanOrEqual(day.startedAtMs + 30_000);
  });

  test('orders wait where the wait was requested of orders, and reads do not', async () => {
    const rig = held();
    const limit = { kind: 'http', status: 429, code: -1015 } as const;
    rig.exchange.faults.add({ on: { method: 'POST' }, times: ALWAYS, fault: limit });
    await liquidated(rig, {}, { liquidation: { timeoutMs: 2_000 } });
    const asked = rig.exchange.journal.length;
    const last = rig.exchange.journal.findLast(entry => entry.method === 'POST');
    rig.exchange.faults.clear();
    await playElsewhere(rig);
    const later = rig.exchange.journal.slice(asked);
    const order = later.find(entry => entry.method === 'POST');
    const windowEndMs = (Math.floor((last?.receivedAtMs ?? 0) / 10_000) + 1) * 10_000;
    expect(order?.receivedAtMs).toBeGreaterThanOrEqual(windowEndMs);
    expect(later[0]?.receivedAtMs).toBeLessThan(windowEndMs);
    expect(rig.account.truth().positions).toEqual([]);
  });
});

describe('an event from elsewhere that says the exchange requested a wait', () => {
  const strange = (rig: LiquidationRig) => {
    const nowMs = rig.clock.nowMs();
    const told = { fapi: { address_until_ms: nowMs + 3_600_000 } };
    const resume = { hop: 2, not_before_ms: nowMs + 60_000, until_ms: nowMs + 7_200_000, token: 'a1', told };
    return { correlation_id: 'liq_20240229_120007_abc123', resume };
  };

  test('holds an execution for no longer than any call', async () => {
    const rig = held();
    const startedAtMs = rig.clock.nowMs();
    await rig.run(strange(rig));
    await playInvocations(rig);
    expect(rig.clock.nowMs() - startedAtMs).toBeLessThan(10_000);
  });

  test('holds up no other run of the same container', async () => {
    const rig = held();
    await rig.run(strange(rig));
    const startedAtMs = rig.clock.nowMs();
    expect((await liquidated(rig)).answer.headline).toBe('FLAT');
    expect(rig.clock.nowMs() - startedAtMs).toBeLessThan(3_000);
  });
});
