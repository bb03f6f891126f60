/**
 * A policy at each secret: whatever an identity's own policy allows, only the function that needs the secret reads it.
 * Further readers, for instance to test a key, are named in the configuration (`secret_admins`); then no other identity may
 * write it either. A secret that this stack did not create keeps the policy of its owner.
 * (AWS Secrets Manager, "Resource-based policies": an explicit deny there overrides every allow.)
 */

import { Stack } from 'aws-cdk-lib';
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
            ...(admins === undefined ? [] : [onlyByAdminsAndDeployments(Stack.of(this), admins)]),
          ],
        },
      });
    }
  }
}

/**
 * UpdateSecret replaces the value as well, and it is what AWS CloudFormation changes a description or a key with: in the role
 * that `cdk bootstrap` makes for it, or on behalf of who deploys (IAM, "aws:CalledVia").
 */
function onlyByAdminsAndDeployments(stack: Stack, admins: readonly string[]): object {
  const { partition, account, region, synthesizer } = stack;
  const executing = `cdk-${synthesizer.bootstrapQualifier}-cfn-exec-role-${account}-${region}`;
  return {
    Sid: 'OnlyAdminsAndDeploymentsUpdateIt',
    Effect: 'Deny',
    Principal: '*',
    Action: ['secretsmanager:UpdateSecret'],
    Resource: '*',
    Condition: {
      ArnNotEquals: { 'aws:PrincipalArn': [...admins, `arn:${partition}:iam::${account}:role/${executing}`] },
      'ForAllValues:StringNotEquals': { 'aws:CalledVia': ['cloudformation.amazonaws.com'] },
    },
  };
}
