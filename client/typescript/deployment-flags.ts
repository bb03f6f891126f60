/**
 * The options with which an operator's command reaches the deployment that a liquidator belongs to. Its name says which
 * one that is, also inside an ARN: `flatline-testnet-desk2-liquidator:alpha` is ` --env testnet --name desk2`.
 */

export interface NamedDeployment {
  readonly env: 'production' | 'testnet';
  readonly name?: string;
}

/** Undefined: not a name of flatline, as on a local cloud. */
export function deploymentOf(liquidator: string): NamedDeployment | undefined {
  const [, env, name] =
    /(?:^|:)flatline-(production|testnet)(?:-([a-z0-9-]+))?-liquidator(?::|$)/.exec(liquidator) ?? [];
  if (env === undefined) return undefined;
  return { env: env === 'testnet' ? 'testnet' : 'production', ...(name !== undefined && { name }) };
}

/** With a space in front; empty for the usual production, and where the name says nothing. */
export function deploymentFlags(liquidator: string): string {
  const { env, name } = deploymentOf(liquidator) ?? {};
  return `${env === 'testnet' ? ' --env testnet' : ''}${name === undefined ? '' : ` --name ${name}`}`;
}
