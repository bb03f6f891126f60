/**
 * The liquidator's permission to read its secrets, in managed policies attached to its role: a hundred ARNs do not
 * fit into an inline policy, and the key's own policy names the role, which therefore must not name the key. (AWS IAM, "IAM and AWS STS quotas": 10,240 characters inline for a role, 6,144 in a managed
 * policy, ten of those on a role.)
 */

import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { permissionsOf } from '../lambda/permissions.ts';
import type { ExchangeSecret } from './exchange-secrets.ts';
import { type Grant, statementOf } from './grants.ts';

const MOST_CHARS = 5_700;
/** `"arn:aws-us-gov:secretsmanager:ap-northeast-1:123456789012:secret:` … `-AbCdEf",`, rounded up. */
const CHARS_AROUND_NAME = 90;

/** As many policies as the secrets need, each on full ARNs without a wildcard. */
export function secretPolicies(
  scope: Construct,
  grant: Grant,
  secrets: readonly ExchangeSecret[],
  role: iam.IRole,
): iam.ManagedPolicy[] {
  const permissions = permissionsOf(grant.grantee, grant.options);
  const reading = permissions.filter(({ on }) => on === 'secrets');
  const decrypting = permissions.filter(({ on }) => on === 'secretsKey');
  return batchesOf(secrets).map((batch, index) => {
    const arns = batch.map(({ arn }) => arn);
    return new iam.ManagedPolicy(scope, `ReadSecrets${index + 1}`, {
      description: `Lets the ${grant.grantee} of flatline read the keys of its accounts`,
      roles: [role],
      statements: [
        ...reading.map(permission => statementOf(grant, permission, arns)),
        ...(index === 0 ? decrypting.map(permission => statementOf(grant, permission)) : []),
      ],
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
