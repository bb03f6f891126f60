/**
 * What the file names by ARN and lies where the stack cannot use it: a role of another account, to which IAM attaches no
 * policy of this one (by its name it would be given to a role of this account that is called the same); a secret or a key
 * of another region, which the functions and Secrets Manager do not look in. And the region itself, if the file names it.
 */

import type { FileSettings } from '../lambda/core/config/settings.ts';

export interface DeployedTo {
  /** Undefined where the CDK has no credentials. */
  readonly account: string | undefined;
  readonly region: string | undefined;
}

export function outOfReach({ bots, deployment }: FileSettings, { account, region }: DeployedTo): readonly string[] {
  const roles = bots.flatMap(({ botId, role }) => (role === undefined ? [] : [{ botId, role }]));
  // Without an account to compare with, they must at least be of the same one.
  const own = account ?? partsOf(roles[0]?.role).account;
  const key = typeof deployment.kmsKey === 'object' ? deployment.kmsKey.arn : undefined;
  const isAfar = (arn: string | undefined): boolean =>
    arn !== undefined && region !== undefined && partsOf(arn).region !== region;
  return [
    ...(deployment.region === undefined || region === undefined || deployment.region === region
      ? []
      : [
          `[ERROR] deployment.region = ${deployment.region}: this deployment goes to ${region}; set AWS_REGION=${deployment.region}, or change the file if the stack is to move`,
        ]),
    ...roles
      .filter(({ role }) => partsOf(role).account !== own)
      .map(
        ({ botId, role }) =>
          `[ERROR] bot:${botId}.role: ${role} is of another account than ${own}; leave role out, and let a role of that account assume one of this account, which is named here`,
      ),
    ...bots
      .filter(({ secretArn }) => isAfar(secretArn))
      .map(
        ({ botId, secretArn }) =>
          `[ERROR] bot:${botId}.secret_arn: ${secretArn} is in another region than the stack, ${region}; name a secret of that region`,
      ),
    ...(isAfar(key)
      ? [`[ERROR] deployment.kms_key: ${key} is in another region than the stack, ${region}; name a key of that region`]
      : []),
  ];
}

function partsOf(arn = ''): { readonly region: string | undefined; readonly account: string | undefined } {
  const [, , , region, account] = arn.split(':');
  return { region, account };
}
