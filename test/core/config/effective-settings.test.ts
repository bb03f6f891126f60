import { expect, test } from 'vitest';
import { effectiveSettings } from '../../../lambda/core/config/effective-settings.ts';
import { SAFE_DEFAULTS } from '../../../lambda/core/config/settings.ts';

const VALID = '{"liquidation":{"timeout_seconds":8},"alerts":{"email":"ops@example.org"}}';
const OFF = { emergencyLiquidation: false, closePositions: false, cancelOrders: false };

function levels(findings: readonly { readonly level: string; readonly source: string }[]): readonly string[] {
  return findings.map(({ level, source }) => `${level} ${source}`);
}

test('a valid configuration is used as it is', () => {
  const { settings, findings, disabledByEnvironment } = effectiveSettings({
    configText: VALID,
    disabledText: undefined,
  });
  expect(settings.liquidation.timeoutMs).toBe(8_000);
  expect(findings).toEqual([]);
  expect(disabledByEnvironment).toBe(false);
});

test.each([
  { what: 'missing', configText: undefined },
  { what: 'empty', configText: ' ' },
  { what: 'not JSON', configText: '[liquidation]' },
  { what: 'invalid in one value', configText: '{"liquidation":{"timeout_seconds":"8"}}' },
  { what: 'inconsistent', configText: '{"liquidation":{"emergency_liquidation":false}}' },
])('a configuration that is $what gives the safe defaults, and a CRITICAL finding first', ({ configText }) => {
  const { settings, findings } = effectiveSettings({ configText, disabledText: undefined });
  expect(settings).toEqual(SAFE_DEFAULTS);
  expect(levels(findings)[0]).toBe('CRITICAL FLATLINE_CONFIG');
});

test('an invalid configuration says what is wrong with it', () => {
  const { findings } = effectiveSettings({ configText: '{"liquidation":{"max_retries":11}}', disabledText: undefined });
  expect(levels(findings)).toEqual(['CRITICAL FLATLINE_CONFIG', 'ERROR FLATLINE_CONFIG']);
});

test.each(['true', 'TRUE', 'True'])(
  'EMERGENCY_LIQUIDATION_DISABLED=%s switches all three off, and logs CRITICAL',
  disabledText => {
    const { settings, findings, disabledByEnvironment } = effectiveSettings({ configText: VALID, disabledText });
    expect(settings.liquidation).toEqual({ ...SAFE_DEFAULTS.liquidation, ...OFF, timeoutMs: 8_000 });
    expect(disabledByEnvironment).toBe(true);
    expect(levels(findings)).toEqual(['CRITICAL EMERGENCY_LIQUIDATION_DISABLED']);
    expect(findings[0]?.rule).toMatch(/^SECURITY WARNING: .*HIGH-RISK/);
  },
);

test('the rollback works without a usable configuration too', () => {
  const { settings, findings } = effectiveSettings({ configText: '{', disabledText: 'true' });
  expect(settings).toEqual({ ...SAFE_DEFAULTS, liquidation: { ...SAFE_DEFAULTS.liquidation, ...OFF } });
  expect(levels(findings)).toEqual([
    'CRITICAL EMERGENCY_LIQUIDATION_DISABLED',
    'CRITICAL FLATLINE_CONFIG',
    'ERROR FLATLINE_CONFIG',
  ]);
});

test.each(['1', 'yes', ' true', 'true ', 'tru', ' '])(
  'EMERGENCY_LIQUIDATION_DISABLED="%s" disables nothing, and logs CRITICAL',
  disabledText => {
    const { settings, findings, disabledByEnvironment } = effectiveSettings({ configText: VALID, disabledText });
    expect(settings.liquidation.emergencyLiquidation).toBe(true);
    expect(disabledByEnvironment).toBe(false);
    expect(levels(findings)).toEqual(['CRITICAL EMERGENCY_LIQUIDATION_DISABLED']);
  },
);

test.each([
  { disabledText: '', noted: [] },
  { disabledText: 'false', noted: ['INFO EMERGENCY_LIQUIDATION_DISABLED'] },
  { disabledText: 'FALSE', noted: ['INFO EMERGENCY_LIQUIDATION_DISABLED'] },
])('EMERGENCY_LIQUIDATION_DISABLED="$disabledText" is no reason for an alarm', ({ disabledText, noted }) => {
  const { settings, findings } = effectiveSettings({ configText: VALID, disabledText });
  expect(settings.liquidation.emergencyLiquidation).toBe(true);
  expect(levels(findings)).toEqual(noted);
});
