/**
 * What a stack is built from: plain values, read and validated before (bin/app.ts). The stack itself never looks at
 * a file, a configuration or the environment.
 */

export interface Deployment extends DeploymentOptions {
  readonly environment: 'production' | 'testnet';
  /** Tells stacks of one environment in one account and region apart; undefined for the only one. */
  readonly suffix: string | undefined;
  /** The validated configuration as the functions read it (FLATLINE_CONFIG). */
  readonly configJson: string;
  /** The liquidation's `timeout_seconds`, which alarms are measured by. */
  readonly timeoutMs: number;
  readonly bots: readonly BotAccount[];
  /** Who gets the alerts by mail; AWS asks that address to confirm. */
  readonly alertEmail: string | undefined;
  /** Name of the secret with the chat's webhook address; undefined: no chat. */
  readonly chatSecret: string | undefined;
}

export interface BotAccount {
  readonly botId: string;
  /** Bots may share one, and then share an account. */
  readonly secretName: string;
}

/** What `cdk deploy -c NAME=true` asks for; everything is off by default. */
export interface DeploymentOptions {
  /** Secrets under a key of the operator's own. */
  readonly kms: boolean;
  /** The liquidator goes out from addresses that never change. */
  readonly fixedIp: boolean;
  /** Events for the console's Test tab. */
  readonly testEvents: boolean;
}

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
