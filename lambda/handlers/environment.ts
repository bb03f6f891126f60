/** What the functions' wirings share: the environment, and the log line about a name that is missing there. */

import { createTelemetry } from '../adapters/telemetry/telemetry.ts';
import type { ENV } from '../contract.ts';
import type { EffectiveSettings } from '../core/config/effective-settings.ts';
import type { LogEvent } from '../events.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a function keeps between invocations. `ports` are those of one; `fields` are in each of its log lines. */
export interface Container<Ports> {
  readonly config: EffectiveSettings;
  ports(fields: Readonly<Record<string, unknown>>): Ports;
}

type Name = (typeof ENV)[keyof typeof ENV];

/** Reads the names of tables, functions and topics. A missing one is logged with its `effect`, and each call with it fails. */
export function targetNames(env: Environment, needed: readonly Name[], service: string, effect: string) {
  for (const name of needed.filter(one => !env[one])) {
    createTelemetry({ service }).log('CRITICAL', `${name} is not set: ${effect}; deploy the stack again`, {
      event: 'deployment_incomplete',
      variable: name,
    } satisfies LogEvent<'deployment_incomplete'>);
  }
  return (name: Name): string => env[name] || 'not-configured';
}
