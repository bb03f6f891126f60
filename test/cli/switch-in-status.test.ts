/**
 * W14: callers use a published version, whose variables are fixed. The switch in the function's environment is in force when a
 * version with it is in service, and `status` must not say otherwise.
 */

import { describe, expect, test } from 'vitest';
import { drift, switchedInFunctionOnly } from '../../bin/commands/status/drift.ts';
import type { Connection } from '../../bin/connect/connection.ts';
import type { DeployedFunction } from '../../bin/connect/functions.ts';

const CONFIG = { FLATLINE_CONFIG: '{}', FLATLINE_VERSION: '0.2.0 (new)' };
const fn = (
  variables: Readonly<Record<string, string>>,
  name = 'flatline-production-liquidator',
): DeployedFunction => ({
  ...{ name, state: 'Active', lastModified: undefined, timeoutMs: undefined, memoryMb: undefined, logGroup: undefined },
  variables: { ...CONFIG, ...variables },
});
const OFF = { EMERGENCY_LIQUIDATION_DISABLED: 'true' };
const functions = (latest: DeployedFunction, inService?: DeployedFunction): Connection['functions'] => ({
  ...{ liquidator: latest, watchdog: fn({}, 'flatline-production-watchdog') },
  ...(inService === undefined ? {} : { inService }),
});

test('a switch that is set in the function alone is a problem: liquidations go on', () => {
  const [sentence = ''] = switchedInFunctionOnly(functions(fn(OFF), fn({})));
  expect(sentence).toContain('LIQUIDATION IS STILL ON');
  expect(sentence).toContain('"Switching off"');
});

test.each([
  ['is in service', functions(fn(OFF), fn(OFF))],
  ['is set nowhere', functions(fn({}), fn({}))],
  ['is of a stack without versions', functions(fn(OFF))],
  ['was taken out of the function, and is still in service', functions(fn({}), fn(OFF))],
])('a switch that %s is no such problem', (_how, all) => {
  expect(switchedInFunctionOnly(all)).toEqual([]);
});

test('the size that counts is that of the version in service', () => {
  const sized = (timeoutMs: number): DeployedFunction => ({ ...fn({}), timeoutMs, memoryMb: 1_769 });
  const found = (latest: number, served: number) =>
    drift({ functions: functions(sized(latest), sized(served)), isLocal: false }, undefined);
  expect(found(1_000, 90_000)).toEqual([]);
  expect(found(90_000, 1_000)).toEqual([expect.stringContaining('has 1 s and 1769 MB')]);
});

describe('a rollback by alias', () => {
  const OLD = { FLATLINE_VERSION: '0.1.0 (old)' };
  const found = (liquidator: Readonly<Record<string, string>>, watchdog: Readonly<Record<string, string>>) =>
    drift(
      {
        functions: { ...functions(fn({}), fn(liquidator)), watchdogInService: fn(watchdog) },
        isLocal: false,
      },
      undefined,
    );
  const of = (name: string) => expect.stringContaining(`flatline-production-${name} was rolled back`);
  const differ = expect.stringMatching(/ differ in FLATLINE_(CONFIG|VERSION): .*rolled back alone/);

  test('of both functions is a remark for each, with both versions and how to undo it', () => {
    expect(found(OLD, OLD)).toEqual([of('liquidator'), of('watchdog')]);
    expect(found(OLD, OLD)[0]).toContain('version 0.1.0 (old) is in service, and 0.2.0 (new) was deployed last');
    expect(found(OLD, OLD)[0]).toContain('point the aliases to the newest version');
  });

  test.each([
    ['liquidator', OLD, {}],
    ['watchdog', {}, OLD],
  ])('of the %s alone is reported, with the function that was forgotten', (name, liquidator, watchdog) => {
    expect(found(liquidator, watchdog)).toEqual([of(name), differ]);
  });

  test('is seen between two deployments of the same version with different configurations', () => {
    const config = { FLATLINE_CONFIG: '{"liquidation":{"timeout_seconds":7}}' };
    expect(found(config, {})).toEqual([
      expect.stringContaining('version 0.2.0 (new) is in service with another configuration;'),
      differ,
    ]);
  });

  test('is not reported where there was none, nor for a version that was published to switch liquidation off', () => {
    expect(found({}, {})).toEqual([]);
    expect(found(OFF, {})).toEqual([]);
  });
});
