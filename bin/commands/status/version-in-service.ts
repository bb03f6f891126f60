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

/** What of a version a rollback changes; the switch is no part of it. */
export const DEPLOYED = [ENV.config, ENV.version];

/** A deployment that changes nothing leaves the aliases where they are. */
export function rolledBack({ liquidator, inService, watchdog, watchdogInService }: Functions): readonly string[] {
  return [
    { last: liquidator, served: inService },
    { last: watchdog, served: watchdogInService },
  ].flatMap(({ last, served }) => {
    if (served === undefined || DEPLOYED.every(name => served.variables[name] === last.variables[name])) return [];
    const [now, then] = [served, last].map(fn => fn.variables[ENV.version] ?? 'unknown');
    const what = now === then ? ' with another configuration' : `, and ${then} was deployed last`;
    return [
      `${last.name} was rolled back: version ${now} is in service${what}; to undo it, point the aliases to the newest version (docs/operations.md, "Rolling back")`,
    ];
  });
}
