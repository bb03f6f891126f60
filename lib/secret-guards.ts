/**
 * A policy at each secret: whatever an identity's own policy allows, only the function that needs the secret reads it.
 * Further readers, for instance to test a key, are named in the configuration (`secret_admins`); then no other identity may
 * write it either. A secret that this stack did not create keeps the policy of its owner.
 * (AWS Secrets Manager, "Resource-based policies": an explicit deny there overrides every allow.)
 */

import type * as iam from 'aws-cdk-lib/aws-iam';
import { CfnResourcePolicy } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ExchangeSecret } from './exchange-secrets.ts';

export class SecretGuards extends Construct {
  constructor(
    scope: Construct,
    secrets: readonly ExchangeSecret[],
    reader: iam.IRole,
    admins: readonly string[] | undefined,
  ) {
    super(scope, 'SecretGuards');
    const readers = [reader.roleArn, ...(admins ?? [])];
    const actions = [
      'secretsmanager:GetSecretValue',
      ...(admins === undefined ? [] : ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage']),
    ];
    for (const { name, arn } of secrets.filter(({ isOwn }) => isOwn)) {
      new CfnResourcePolicy(this, name, {
        secretId: arn,
        blockPublicPolicy: true,
        resourcePolicy: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'OnlyTheFunctionThatNeedsIt',
              Effect: 'Deny',
              Principal: '*',
              Action: actions,
              Resource: '*',
              Condition: { ArnNotEquals: { 'aws:PrincipalArn': readers } },
            },
          ],
        },
      });
    }
  }
}
