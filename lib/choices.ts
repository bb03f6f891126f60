/**
 * What the person who deploys has chosen with `-c NAME=VALUE`, strictly: `-c kms=yes` is a mistake, not a no.
 */

import type { DeploymentOptions } from './deployment.ts';

export interface Choices extends DeploymentOptions {
  readonly environment: 'production' | 'testnet';
  /** `-c name=SUFFIX`; undefined without. */
  readonly suffix: string | undefined;
  /** As given; undefined means the environment's own file. */
  readonly configPath: string | undefined;
}

export type ChoicesReading =
  | { readonly ok: true; readonly choices: Choices }
  | { readonly ok: false; readonly problems: readonly string[] };

/** AWS Lambda, "CreateFunction": names of functions have 64 characters at most; ours add up to 35. */
const SUFFIX_PATTERN = /^[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?$/;

/** `context` gives the CDK's context by name; `environmentVariable` counts where the context says nothing. */
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
  if (name !== undefined && (typeof name !== 'string' || !SUFFIX_PATTERN.test(name))) {
    const rule = 'must be 1 to 20 of a-z, 0-9 and "-", and begin and end with a letter or digit';
    problems.push(`[ERROR] name = ${String(name)}: ${rule}, like -c name=desk2`);
  }
  const flag = (name: keyof DeploymentOptions): boolean => {
    const value = context(name) ?? false;
    if (value === true || value === 'true') return true;
    if (value !== false && value !== 'false')
      problems.push(`[ERROR] ${name} = ${String(value)}: must be true or false`);
    return false;
  };
  const choices: Choices = {
    environment: environment === 'testnet' ? 'testnet' : 'production',
    suffix: typeof name === 'string' ? name : undefined,
    configPath: typeof config === 'string' ? config : undefined,
    kms: flag('kms'),
    fixedIp: flag('fixedIp'),
    testEvents: flag('testEvents'),
  };
  return problems.length === 0 ? { ok: true, choices } : { ok: false, problems };
}
