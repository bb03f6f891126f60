/**
 * What the person who deploys has chosen with `-c NAME=VALUE`, strictly: `-c kms=yes` is a mistake, not a no.
 */

import type { DeploymentOptions } from './deployment.ts';

export interface Choices extends DeploymentOptions {
  readonly environment: 'production' | 'testnet';
  /** As given; undefined means the environment's own file. */
  readonly configPath: string | undefined;
}

export type ChoicesReading =
  | { readonly ok: true; readonly choices: Choices }
  | { readonly ok: false; readonly problems: readonly string[] };

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
  const flag = (name: keyof DeploymentOptions): boolean => {
    const value = context(name) ?? false;
    if (value === true || value === 'true') return true;
    if (value !== false && value !== 'false')
      problems.push(`[ERROR] ${name} = ${String(value)}: must be true or false`);
    return false;
  };
  const choices: Choices = {
    environment: environment === 'testnet' ? 'testnet' : 'production',
    configPath: typeof config === 'string' ? config : undefined,
    kms: flag('kms'),
    fixedIp: flag('fixedIp'),
    testEvents: flag('testEvents'),
  };
  return problems.length === 0 ? { ok: true, choices } : { ok: false, problems };
}
