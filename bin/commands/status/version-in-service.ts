/**
 * What differs between a function and its version in service, which all callers use. A published version keeps the variables
 * that it was published with (AWS Lambda, "Manage Lambda function versions").
 */

import { ENV } from '../../../lambda/contract.ts';
import { effectiveSettings } from '../../../lambda/core/config/effective-settings.ts';
import type { Connection } from '../../connect/connection.ts';

type Functions = Connection['functions'];

const isSwitchedOff = (variables: Readonly<Record<string, string>>): boolean =>
  effectiveSettings({ configText: undefined, disabledText: variables[ENV.disabled] }).disabledByEnvironment;

/** Whoever set the switch believes that nothing is liquidated. */
export function switchedInFunctionOnly({ liquidator, inService }: Functions): readonly string[] {
  if (inService === undefined || !isSwitchedOff(liquidator.variables) || isSwitchedOff(inService.variables)) return [];
  return [
    `LIQUIDATION IS STILL ON: ${liquidator.name} has ${ENV.disabled}=true, and the version in service has not; publish a version and point the aliases to it (docs/operations.md, "Switching off")`,
  ];
}

export function rolledBack({ liquidator, inService }: Functions): readonly string[] {
  const [served, last] = [inService, liquidator].map(fn => fn?.variables[ENV.version]);
  if (inService === undefined || served === last) return [];
  return [
    `the version in service is ${served ?? 'unknown'}, the last one that was deployed is ${last ?? 'unknown'}: it was rolled back; the aliases of the bots may differ from it (docs/operations.md, "Rolling back")`,
  ];
}
