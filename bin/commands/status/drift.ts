/**
 * Where what is deployed is not what the stack would deploy: changed by hand in the console, rolled back, or a file that
 * was edited and not deployed. Sentences for people, each with what to do; nothing is wrong because of them. A published
 * version keeps the variables that it was published with (AWS Lambda, "Manage Lambda function versions").
 */

import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readConfigFile } from '../../../lambda/adapters/config-file.ts';
import { ENV, LIQUIDATOR_SIZE } from '../../../lambda/contract.ts';
import { effectiveSettings } from '../../../lambda/core/config/effective-settings.ts';
import { readJson, toJson } from '../../../lambda/core/config/read-settings.ts';
import type { FileSettings } from '../../../lambda/core/config/settings.ts';
import { CANARY } from '../../../lambda/core/heartbeat/canary.ts';
import { configFolder } from '../../../package/root.ts';
import type { Connection } from '../../connect/connection.ts';

export interface LocalConfiguration {
  /** As people may type it. */
  readonly file: string;
  readonly settings: FileSettings;
}

/** The file that the stack is deployed from, if it is here; undefined: not here, invalid, or of another stack. */
export function localConfiguration(
  environment: 'production' | 'testnet',
  stackSuffix: string | undefined,
  folder = configFolder(),
): LocalConfiguration | undefined {
  const path = join(folder, `${environment}.ini`);
  if (!existsSync(path)) return undefined;
  const reading = readConfigFile(path, { environment });
  if (!reading.ok || reading.settings.deployment.name !== stackSuffix) return undefined;
  return { file: relative(process.cwd(), path), settings: reading.settings };
}

export function drift(
  { functions, isLocal }: Pick<Connection, 'functions' | 'isLocal'>,
  local: LocalConfiguration | undefined,
): readonly string[] {
  if (isLocal) return [];
  return [
    ...rolledBack(functions),
    ...betweenFunctions(functions),
    ...ofSize(functions),
    ...ofFile(functions.liquidator, local),
  ];
}

/** What of a version a rollback changes; the switch is no part of it. */
const DEPLOYED = [ENV.config, ENV.version];

type Functions = Connection['functions'];
type Deployed = Functions['liquidator'];

/** A deployment that changes nothing leaves the aliases where they are. */
function rolledBack({ liquidator, inService, watchdog, watchdogInService }: Functions): readonly string[] {
  return [
    { last: liquidator, served: inService },
    { last: watchdog, served: watchdogInService },
  ].flatMap(({ last, served }) => {
    if (served === undefined || DEPLOYED.every(name => served.variables[name] === last.variables[name])) return [];
    const [now, then] = [served, last].map(fn => fn.variables[ENV.version] ?? 'unknown');
    const what =
      now === then
        ? `was rolled back, or its configuration was edited by hand: version ${now} is in service with another configuration`
        : `was rolled back: version ${now} is in service, and ${then} was deployed last`;
    return [
      `${last.name} ${what}; to undo it, point the aliases to the newest version (docs/operations.md, "Rolling back")`,
    ];
  });
}

function betweenFunctions({ liquidator, inService, watchdog, watchdogInService }: Functions): readonly string[] {
  const [closes, watches] = [inService ?? liquidator, watchdogInService ?? watchdog];
  const differing = DEPLOYED.filter(name => closes.variables[name] !== watches.variables[name]);
  if (differing.length === 0) return [];
  return [
    `${liquidator.name} and ${watchdog.name} differ in ${differing.join(' and ')}: one was changed by hand or rolled back alone, or a deployment ended half way; roll back the other too, or deploy again`,
  ];
}

/** Of the version that callers use. */
function ofSize({ liquidator, inService }: Functions): readonly string[] {
  const { name } = liquidator;
  const { timeoutMs, memoryMb } = inService ?? liquidator;
  const { timeoutSeconds, memoryMb: meantMb } = LIQUIDATOR_SIZE;
  const isMeant = (timeoutMs ?? 0) >= timeoutSeconds * 1_000 && (memoryMb ?? 0) >= meantMb;
  if (isMeant || timeoutMs === undefined || memoryMb === undefined) return [];
  return [
    `${name} has ${timeoutMs / 1_000} s and ${memoryMb} MB, and should have ${timeoutSeconds} s and ${meantMb} MB: it was changed by hand; aws lambda update-function-configuration --function-name ${name} --timeout ${timeoutSeconds} --memory-size ${meantMb}, then publish a version and point the aliases to it (docs/operations.md, "Switching off", step 2)`,
  ];
}

function ofFile({ variables }: Deployed, local: LocalConfiguration | undefined): readonly string[] {
  const deployed = sectionsOf(variables[ENV.config] ?? '');
  if (local === undefined || deployed === undefined) return [];
  const { file, settings } = local;
  const bots = [...settings.bots, ...(settings.deployment.canary ? [CANARY] : [])];
  const here = sectionsOf(toJson({ ...settings, bots })) ?? new Map();
  const names = [...new Set([...deployed.keys(), ...here.keys()])].filter(
    name => deployed.get(name) !== here.get(name),
  );
  if (names.length === 0) return [];
  const gone = names.filter(name => name.startsWith('bot:') && !here.has(name)).map(name => name.slice('bot:'.length));
  return [
    `what is deployed is not what ${file} says, in ${names.map(name => `[${name}]`).join(', ')}: look with flatline deploy --diff, then deploy or put the file right`,
    ...gone
      .filter(botId => botId !== CANARY.botId)
      .map(
        botId =>
          `${botId} is deployed and not in ${file}: was its policy attached by hand? Then detach it before you deploy, or the deployment fails (docs/operations.md, "A new bot, and one that goes")`,
      ),
  ];
}

/** Undefined when it is not a configuration, which is reported elsewhere. Parsed and rewritten, so that spelling does not matter. */
function sectionsOf(text: string): ReadonlyMap<string, string> | undefined {
  const reading = readJson(text, 'FLATLINE_CONFIG');
  if (!reading.ok) return undefined;
  const parsed: Readonly<Record<string, unknown>> = JSON.parse(toJson(reading.settings));
  return new Map(Object.entries(parsed).map(([name, section]) => [name, JSON.stringify(section)]));
}

const isSwitchedOff = (variables: Readonly<Record<string, string>>): boolean =>
  effectiveSettings({ configText: undefined, disabledText: variables[ENV.disabled] }).disabledByEnvironment;

/** Whoever set the switch believes that nothing is liquidated. */
export function switchedInFunctionOnly({ liquidator, inService }: Functions): readonly string[] {
  if (inService === undefined || !isSwitchedOff(liquidator.variables) || isSwitchedOff(inService.variables)) return [];
  return [
    `LIQUIDATION IS STILL ON: ${liquidator.name} has ${ENV.disabled}=true, and the version in service has not; publish a version and point the aliases to it (docs/operations.md, "Switching off")`,
  ];
}
