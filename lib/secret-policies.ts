/**
 * The liquidator's right to read its secrets, in managed policies beside its role's own: a hundred ARNs do not fit
 * into an inline policy. (AWS IAM, "IAM and AWS STS quotas": 10,240 characters inline for a role, 6,144 in a managed
 * policy, ten of those on a role.)
 */

import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { permissionsOf } from '../lambda/permissions.ts';
import type { ExchangeSecret } from './exchange-secrets.ts';
import { type Grant, statementOf } from './granting.ts';

const MOST_CHARS = 5_900;
/** `"arn:aws-us-gov:secretsmanager:ap-northeast-1:123456789012:secret:` … `-AbCdEf",`, rounded up. */
const CHARS_AROUND_NAME = 90;

/** As many policies as the secrets need, each on full ARNs without a wildcard. */
export function secretPolicies(
  scope: Construct,
  grant: Grant,
  secrets: readonly ExchangeSecret[],
): iam.ManagedPolicy[] {
  const permissions = permissionsOf(grant.grantee, grant.options).filter(({ on }) => on === 'secrets');
  return batchesOf(secrets).map((batch, index) => {
    const arns = batch.map(({ arn }) => arn);
    return new iam.ManagedPolicy(scope, `ReadSecrets${index + 1}`, {
      description: `Lets the ${grant.grantee} of flatline read the keys of its accounts`,
      statements: permissions.map(permission => statementOf(grant, permission, arns)),
    });
  });
}

function batchesOf(secrets: readonly ExchangeSecret[]): readonly (readonly ExchangeSecret[])[] {
  const batches: ExchangeSecret[][] = [];
  let roomChars = 0;
  for (const secret of secrets) {
    const chars = secret.name.length + CHARS_AROUND_NAME;
    if (chars > roomChars) {
      batches.push([]);
      roomChars = MOST_CHARS;
    }
    batches.at(-1)?.push(secret);
    roomChars -= chars;
  }
  return batches;
}
