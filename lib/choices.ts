/**
 * The options `-c NAME=VALUE` of a deployment: the environment and the file. Lasting choices are in the file ([deployment]).
 * A flag may repeat them; a flag that contradicts the file stops synth, because the next deployment without the flag would
 * undo it.
 */

import type { DeploymentSettings } from '../lambda/core/config/settings.ts';

export interface Choices {
  readonly environment: 'production' | 'testnet';
  /** Which of the two stacks of a file: flatline itself, or the watcher in another region. */
  readonly stack: 'flatline' | 'watcher';
  /** As given; undefined means the environment's own file. */
  readonly configPath: string | undefined;
  /** Flags for settings of the file, as given; others are undefined. */
  readonly claims: Claims;
}

export interface Claims {
  readonly name: string | undefined;
  readonly kms: boolean | undefined;
  readonly fixedIp: boolean | undefined;
  readonly testEvents: boolean | undefined;
}

type ChoicesReading =
  | { readonly ok: true; readonly choices: Choices }
  | { readonly ok: false; readonly problems: readonly string[] };

/** `context` returns the CDK's context by name; `environmentVariable` is used when the context has no value. */
export function readChoices(
  context: (name: string) => unknown,
  environmentVariable: string | undefined,
): ChoicesReading {
  const problems: string[] = [];

  const environment = context('environment') ?? environmentVariable ?? 'production';
  if (environment !== 'production' && environment !== 'testnet') {
    problems.push(`[ERROR] environment = ${String(environment)}: must be production or testnet`);
  }
  const config = context('config');
  if (config !== undefined && (typeof config !== 'string' || config === '')) {
    problems.push('[ERROR] config: must be the path of a configuration file, like -c config=config/mine.ini');
  }
  const name = context('name');
  if (name !== undefined && typeof name !== 'string') {
    problems.push(`[ERROR] name = ${String(name)}: must be a text, like -c name=desk2`);
  }
  const stack = context('stack') ?? 'flatline';
  if (stack !== 'flatline' && stack !== 'watcher') {
    problems.push(`[ERROR] stack = ${String(stack)}: must be watcher, or left out`);
  }
  const flag = (name: string): boolean | undefined => {
    const value = context(name);
    if (value === undefined) return undefined;
    if (value === true || value === 'true') return true;
    if (value !== false && value !== 'false')
      problems.push(`[ERROR] ${name} = ${String(value)}: must be true or false`);
    return false;
  };
  const choices: Choices = {
    environment: environment === 'testnet' ? 'testnet' : 'production',
    stack: stack === 'watcher' ? 'watcher' : 'flatline',
    configPath: typeof config === 'string' ? config : undefined,
    claims: {
      name: typeof name === 'string' ? name : undefined,
      kms: flag('kms'),
      fixedIp: flag('fixedIp'),
      testEvents: flag('testEvents'),
    },
  };
  return problems.length === 0 ? { ok: true, choices } : { ok: false, problems };
}

/** Each flag that contradicts the file, with the remedy. `file` is its path. */
export function contradictions(claims: Claims, deployment: DeploymentSettings, file: string): readonly string[] {
  const { name = '(nothing)', kmsKey, fixedIp, testEvents } = deployment;
  const says = { name, kms: kmsKey !== 'none', fixedIp, testEvents };
  const written = { ...says, kms: typeof kmsKey === 'string' ? kmsKey : kmsKey.arn };
  const flags = ['name', 'kms', 'fixedIp', 'testEvents'] as const;
  return flags
    .filter(flag => claims[flag] !== undefined && claims[flag] !== says[flag])
    .map(flag => {
      const { key, value } = KEYS[flag];
      const meant = value(claims[flag]);
      return `[ERROR] -c ${flag}=${String(claims[flag])}: ${file} says ${key} = ${String(written[flag])}, and the next deployment without this flag would follow the file; write ${key} = ${meant} under [deployment] there, or remove the flag`;
    });
}

const KEYS = {
  name: { key: 'name', value: String },
  kms: { key: 'kms_key', value: (claim: unknown) => (claim === true ? 'stack' : 'none') },
  fixedIp: { key: 'fixed_ip', value: String },
  testEvents: { key: 'test_events', value: String },
} as const;
