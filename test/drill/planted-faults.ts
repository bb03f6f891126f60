/** Holds a scenario's checks against evidence that was spoiled in one place, and the plantedFaults that several scenarios share. */

import { describe, expect, test } from 'vitest';
import { checkScenario } from '../../bin/commands/drill/check-scenario.ts';
import type { Evidence } from '../../simulator/scenarios/evidence.ts';
import type { Scenario } from '../../simulator/scenarios/scenario.ts';
import { answer, call, fill, incident, item, request, stop } from './kept-promise.ts';

/** `[part of the sentence, what makes it untrue]`: every check of the scenario must be named by one at least. */
export type PlantedFaults = readonly (readonly [string, (good: Evidence) => Partial<Evidence>])[];

function failing(scenario: Scenario, evidence: Evidence): readonly string[] {
  return checkScenario(scenario.checks, evidence)
    .checks.filter(({ holds }) => !holds)
    .map(({ sentence }) => sentence);
}

export function theChecksOf(scenario: Scenario, good: () => Evidence, plantedFaults: PlantedFaults): void {
  describe(scenario.name, () => {
    test('a kept promise is verified', () => {
      expect(failing(scenario, good())).toEqual([]);
      expect(checkScenario(scenario.checks, good()).verified).toBe(true);
    });
    test.each(plantedFaults)('fails when it is not true that … %s', (part, plant) => {
      const evidence = { ...good(), ...plant(good()) };
      expect(failing(scenario, evidence).filter(sentence => sentence.includes(part))).toHaveLength(1);
      expect(checkScenario(scenario.checks, evidence).verified).toBe(false);
    });
    test('every check is known to fail when it should', () => {
      const untested = scenario.checks.filter(
        ({ sentence }) => !plantedFaults.some(([part]) => sentence.includes(part)),
      );
      expect(untested.map(({ sentence }) => sentence)).toEqual([]);
    });
  });
}

export const LEAK: PlantedFaults[number] = ['no key, secret', () => ({ leaks: ['found in the log'] })];
export const OPENED: PlantedFaults[number] = [
  'nothing was opened',
  () => ({ violations: ['order 7: BUY opened the position'] }),
];
export const TWO_IDS: PlantedFaults[number] = [
  'answer, record and audit log have the same correlation ID',
  good => ({
    incidents: good.incidents.map(one => ({
      ...one,
      auditLog: [...one.auditLog, item('liquidation_started', { correlation_id: 'liq_x' })],
    })),
  }),
];
export const TWO_ENDS: PlantedFaults[number] = [
  'exactly one final event',
  good => ({
    incidents: good.incidents.map(one => ({ ...one, auditLog: [...one.auditLog, item('liquidation_failed')] })),
  }),
];
export const CUT_OFF: PlantedFaults[number] = [
  'hash chain',
  () => ({
    incidents: [
      incident({
        chain: {
          ok: false,
          sealed: false,
          segments: [{ writer: 'a1', kind: 'cut-off', items: 1, sentence: 'a1: cut off at the end.' }],
        },
      }),
    ],
  }),
];
export const NO_FLAG: PlantedFaults[number] = [
  'could only reduce',
  good => ({
    journal: [
      ...good.journal,
      request('POST', '/fapi/v1/order', 200, { symbol: 'BTCUSDT', side: 'SELL', positionSide: 'BOTH' }),
    ],
  }),
];
export const LIMIT: PlantedFaults[number] = [
  'rate limit',
  good => ({ journal: [...good.journal, request('GET', '/fapi/v1/openOrders', 200, {}, { status: 429 })] }),
];
export const LEFT: PlantedFaults[number] = [
  'the exchange shows no position and no order of any kind',
  good => ({ after: { ...good.after, conditionals: [stop('BTCUSDT', '21')] } }),
];
export const TOO_MUCH: PlantedFaults[number] = [
  'each position was closed by the opposite side with exactly its quantity',
  good => ({ after: { ...good.after, fills: [...good.after.fills, fill('BTCUSDT', 'SELL', '0.5')] } }),
];
export const CLAIMS: PlantedFaults[number] = [
  'the answer agrees',
  () => ({ calls: [call('liquidate', { answer: answer({ positions_closed: 3 }) })] }),
];
