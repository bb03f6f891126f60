/**
 * The settings of a function, from two environment variables. An invalid configuration gives the safe defaults and a CRITICAL
 * finding; only EMERGENCY_LIQUIDATION_DISABLED=true switches protection off.
 */

import { ENV } from '../../contract.ts';
import { type Finding, readJson, type SettingsReading } from './read-settings.ts';
import { SAFE_DEFAULTS, type Settings } from './settings.ts';
import { shownText } from './shown-value.ts';

export interface EffectiveSettings {
  readonly settings: Settings;
  readonly findings: readonly Finding[];
  readonly disabledByEnvironment: boolean;
  /** The configuration is unusable: these are the safe defaults, and its bots are not known. */
  readonly isFallback: boolean;
}

/** `configText` is the variable FLATLINE_CONFIG, `disabledText` is EMERGENCY_LIQUIDATION_DISABLED. Never throws. */
export function effectiveSettings(input: {
  readonly configText: string | undefined;
  readonly disabledText: string | undefined;
}): EffectiveSettings {
  const configured = fromConfig(input.configText);
  const rollback = readRollback(input.disabledText);
  const { liquidation } = configured.settings;
  const off = { ...liquidation, emergencyLiquidation: false, closePositions: false, cancelOrders: false };
  return {
    settings: rollback.disabled ? { ...configured.settings, liquidation: off } : configured.settings,
    findings: [...rollback.findings, ...configured.findings],
    disabledByEnvironment: rollback.disabled,
    isFallback: configured.isFallback,
  };
}

function fromConfig(text: string | undefined): Omit<EffectiveSettings, 'disabledByEnvironment'> {
  const missing = text === undefined || text.trim() === '';
  const reading: SettingsReading = missing ? { ok: false, findings: [] } : readJson(text, ENV.config);
  if (reading.ok) return { ...reading, isFallback: false };
  const broken: Finding = {
    level: 'CRITICAL',
    source: ENV.config,
    rule: `the configuration is ${missing ? 'missing' : 'invalid'}; running with the safe defaults`,
    remedy: 'run flatline validate and deploy again',
  };
  return { settings: SAFE_DEFAULTS, findings: [broken, ...reading.findings], isFallback: true };
}

/** Only "true" disables. Any other value gives a finding, because it may have been meant to. */
function readRollback(text: string | undefined): { readonly disabled: boolean; readonly findings: readonly Finding[] } {
  if (text === undefined || text === '') return { disabled: false, findings: [] };
  const disabled = text.toLowerCase() === 'true';
  const meansNo = text.toLowerCase() === 'false';
  const finding: Finding = {
    level: meansNo ? 'INFO' : 'CRITICAL',
    source: ENV.disabled,
    value: shownText(text),
    rule: disabled
      ? 'SECURITY WARNING: emergency liquidation is switched off by the environment; HIGH-RISK, positions stay open'
      : `${shownText(text)} does not disable: emergency liquidation stays as configured`,
    remedy: disabled
      ? 'remove the variable, and put a version without it in service, to switch it on again'
      : 'remove the variable, or write true to disable',
  };
  return { disabled, findings: [finding] };
}
