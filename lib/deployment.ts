/**
 * The input of a stack: plain values, read and validated before (bin/app.ts). The stack itself never reads a file, a
 * configuration or the environment.
 */

import type { Option } from '../lambda/permissions.ts';

export interface Deployment {
  readonly environment: 'production' | 'testnet';
  /** Distinguishes stacks of one environment in one account and region; undefined for the only one. */
  readonly suffix: string | undefined;
  /** The version of flatline, for people: `0.2.0 (34ac6d5)`. */
  readonly version: string;
  /** The validated configuration as the functions read it (FLATLINE_CONFIG). */
  readonly configJson: string;
  /** The liquidation's `timeout_seconds`, which some thresholds use. */
  readonly timeoutMs: number;
  readonly bots: readonly BotAccount[];
  /** The mail address for alerts; AWS sends it a confirmation mail. */
  readonly alertEmail: string | undefined;
  /** Name of the secret with the chat's webhook address; undefined: no chat. */
  readonly chatSecret: string | undefined;
  /** A daily message with the state of the deployment. */
  readonly dailyMessage: boolean;
  /** Secrets are encrypted with a customer managed key: one that the stack creates, or the one of the ARN. */
  readonly kmsKey: 'none' | 'stack' | { readonly arn: string };
  /** Who may read and write the secrets besides the liquidator; undefined: no one may read, and IAM alone decides who may write. */
  readonly secretAdmins: readonly string[] | undefined;
  /** The liquidator's outgoing addresses never change. */
  readonly fixedIp: boolean;
  /** Existing addresses, one for each zone; undefined: the stack creates them. */
  readonly fixedIpAllocations: readonly string[] | undefined;
  /** Events for the console's Test tab. */
  readonly testEvents: boolean;
  /** The concurrency limit of the account and region. */
  readonly accountConcurrency: number;
  /** 0: no budget. */
  readonly monthlyBudgetUsd: number;
  /** How long a copy of the audit log is locked in S3; 0: no copy. */
  readonly trailCopyDays: number;
  /** A bot without an account that dies each day. */
  readonly canary: boolean;
  /** The address of the folder docs/; undefined: not configured. */
  readonly docsUrl: string | undefined;
  /** Bots may send heartbeats by a public URL. */
  readonly pingUrl: boolean;
  /** The region of the watcher, a stack of its own; undefined: none. */
  readonly watcherRegion: string | undefined;
}

export interface BotAccount {
  readonly botId: string;
  /** Bots may share one, and then share an account. */
  readonly secretName: string;
  /** ARN of an existing secret; undefined: the stack creates it. */
  readonly secretArn: string | undefined;
  /** ARN of the role that the bot runs as; undefined: its policy is attached by hand. */
  readonly role: string | undefined;
}

/** The options that permissions depend on. */
export const optionsOf = ({
  kmsKey,
  fixedIp,
  chatSecret,
  watcherRegion,
}: Deployment): Readonly<Record<Option, boolean>> => ({
  kms: kmsKey !== 'none',
  fixedIp,
  chat: chatSecret !== undefined,
  watcher: watcherRegion !== undefined,
});

/**
 * `flatline-production`, or `flatline-production-SUFFIX`: the stack, the namespace of its metrics, and the prefix of every
 * name that people search for in the console.
 */
export const stackName = ({ environment, suffix }: Pick<Deployment, 'environment' | 'suffix'>): string =>
  suffix === undefined ? `flatline-${environment}` : `flatline-${environment}-${suffix}`;

/** The watcher's stack, and the name of what is in it. */
export const watcherName = (deployment: Pick<Deployment, 'environment' | 'suffix'>): string =>
  `${stackName(deployment)}-watcher`;

/**
 * `alpha-1` to `alphaDash1`: IDs in a template are letters and digits. Bot IDs have no capitals, so no two of them
 * become the same (as `alpha-1` and `alpha1` would without the hyphen).
 */
export const templateId = (botId: string): string => botId.replaceAll('-', 'Dash');
