/**
 * A policy at each secret itself: whatever somebody's own policy allows, only the function that needs the secret reads
 * it. Who may read besides, for instance to try a key out, is named in the configuration (`secret_admins`); then nobody
 * else writes it either. A secret that this stack did not make keeps the policy of its owner.
 * (AWS Secrets Manager, "Resource-based policies": a deny there stands above every allow.)
 */

import type * as iam from 'aws-cdk-lib/aws-iam';
import { CfnResourcePolicy } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

export interface GuardedSecret {
  readonly name: string;
  readonly arn: string;
}

export class SecretGuards extends Construct {
  constructor(
    scope: Construct,
    secrets: readonly GuardedSecret[],
    reader: iam.IRole,
    admins: readonly string[] | undefined,
  ) {
    super(scope, 'SecretGuards');
    const readers = [reader.roleArn, ...(admins ?? [])];
    const actions = [
      'secretsmanager:GetSecretValue',
      ...(admins === undefined ? [] : ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage']),
    ];
    for (const { name, arn } of secrets) {
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
