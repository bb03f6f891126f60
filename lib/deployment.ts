/**
 * What a stack is built from: plain values, read and validated before (bin/app.ts). The stack itself never looks at
 * a file, a configuration or the environment.
 */

import type { Option } from '../lambda/permissions.ts';

export interface Deployment {
  readonly environment: 'production' | 'testnet';
  /** Tells stacks of one environment in one account and region apart; undefined for the only one. */
  readonly suffix: string | undefined;
  /** Which flatline this is, for people: `0.2.0 (34ac6d5)`. */
  readonly version: string;
  /** The validated configuration as the functions read it (FLATLINE_CONFIG). */
  readonly configJson: string;
  /** The liquidation's `timeout_seconds`, which alarms are measured by. */
  readonly timeoutMs: number;
  readonly bots: readonly BotAccount[];
  /** Who gets the alerts by mail; AWS asks that address to confirm. */
  readonly alertEmail: string | undefined;
  /** Name of the secret with the chat's webhook address; undefined: no chat. */
  readonly chatSecret: string | undefined;
  /** A message each day that says how things stand. */
  readonly dailyMessage: boolean;
  /** Secrets under a key of the operator's own: one that the stack makes, or that of the ARN. */
  readonly kmsKey: 'none' | 'stack' | { readonly arn: string };
  /** Who may read and write the secrets besides the liquidator; undefined: nobody reads, everybody with the right writes. */
  readonly secretAdmins: readonly string[] | undefined;
  /** The liquidator goes out from addresses that never change. */
  readonly fixedIp: boolean;
  /** Addresses that exist already, one for each zone; undefined: the stack makes them. */
  readonly fixedIpAllocations: readonly string[] | undefined;
  /** Events for the console's Test tab. */
  readonly testEvents: boolean;
  /** How many functions may run at once in the account and region, as AWS grants it. */
  readonly accountConcurrency: number;
  /** 0: no budget. */
  readonly monthlyBudgetUsd: number;
  /** How long a copy of the trail is locked in S3; 0: no copy. */
  readonly trailCopyDays: number;
  /** A bot without an account that dies each day. */
  readonly canary: boolean;
  /** Where the folder docs/ can be read; undefined: nobody said. */
  readonly docsUrl: string | undefined;
  /** Bots may beat by a URL that is open to the world. */
  readonly pingUrl: boolean;
}

export interface BotAccount {
  readonly botId: string;
  /** Bots may share one, and then share an account. */
  readonly secretName: string;
  /** Of a secret that exists already; undefined: the stack makes it. */
  readonly secretArn: string | undefined;
  /** ARN of the role that the bot runs as; undefined: its policy is attached by hand. */
  readonly role: string | undefined;
}

/** What permissions depend on. */
export const optionsOf = ({
  kmsKey,
  fixedIp,
  chatSecret,
}: Deployment): Readonly<Record<Extract<Option, 'kms' | 'fixedIp' | 'chat'>, boolean>> => ({
  kms: kmsKey !== 'none',
  fixedIp,
  chat: chatSecret !== undefined,
});

/**
 * `flatline-production`, or `flatline-production-SUFFIX`: the stack, the namespace of its metrics, and the beginning of
 * every name that people look for in the console.
 */
export const stackName = ({ environment, suffix }: Pick<Deployment, 'environment' | 'suffix'>): string =>
  suffix === undefined ? `flatline-${environment}` : `flatline-${environment}-${suffix}`;

/**
 * `alpha-1` to `alphaDash1`: IDs in a template are letters and digits. Bot IDs have no capitals, so no two of them
 * become the same (as `alpha-1` and `alpha1` would, were the hyphen left out).
 */
export const templateId = (botId: string): string => botId.replaceAll('-', 'Dash');
