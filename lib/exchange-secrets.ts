/**
 * One secret for each account, created empty: the operator stores the exchange's key in it, so no template and no
 * deployment log ever contains it. Kept when the stack is removed, because it may be the only copy. An existing secret is
 * named in the configuration (`secret_arn`) and used unchanged.
 */

import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';
import { KEPT, keep } from './kept-resources.ts';
import { acceptFinding } from './security-checks.ts';

export interface ExchangeSecret {
  readonly name: string;
  readonly arn: string;
  /** Made by this stack. */
  readonly isOwn: boolean;
}

export class ExchangeSecrets extends Construct {
  readonly secrets: readonly ExchangeSecret[];
  /** ARN of the customer managed key, if configured. */
  readonly keyArn: string | undefined;
  private readonly key: kms.Key | undefined;

  constructor(scope: Construct, { bots, kmsKey, secretAdmins }: Deployment) {
    super(scope, 'ExchangeSecrets');
    this.key = kmsKey === 'stack' ? openKey(this, secretAdmins) : undefined;
    this.keyArn = typeof kmsKey === 'object' ? kmsKey.arn : this.key?.keyArn;
    const byName = new Map(bots.map(bot => [bot.secretName, bot]));
    this.secrets = [...byName.values()].map(({ secretName: name, secretArn }) => ({
      name,
      arn: secretArn ?? this.createEmpty(name),
      isOwn: secretArn === undefined,
    }));
    acceptFinding(
      this,
      'AwsSolutions-SMG4',
      'The exchange has no API to rotate a key; docs/operations.md has the steps to do it by hand.',
    );
  }

  /** Lets the liquidator decrypt with the stack's own key, only through Secrets Manager. */
  letDecrypt(role: iam.IRole): void {
    this.key?.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'LiquidatorReadsSecrets',
        principals: [new iam.ArnPrincipal(role.roleArn)],
        actions: ['kms:Decrypt'],
        resources: ['*'],
        conditions: viaSecretsManager(this.key),
      }),
    );
  }

  /** The L2 construct would generate a password as content; CfnSecret without one has no content at all. */
  private createEmpty(name: string): string {
    const secret = new CfnSecret(this, name, {
      name,
      description: 'Key of an exchange account: {"apiKey": "…", "apiSecret": "…"}. Stored by hand.',
      ...(this.keyArn === undefined ? {} : { kmsKeyId: this.keyArn }),
    });
    keep(secret);
    return secret.ref;
  }
}

/**
 * Its own policy instead of the default one, which allows everything to the whole account: the account's administrators
 * manage the key and cannot decrypt with it; a writer of a secret encrypts through Secrets Manager.
 * (AWS Secrets Manager, "Secret encryption and decryption": PutSecretValue needs GenerateDataKey and Decrypt.)
 */
function openKey(scope: Construct, secretAdmins: readonly string[] | undefined): kms.Key {
  const account = new iam.AccountRootPrincipal();
  const writers = secretAdmins?.map(arn => new iam.ArnPrincipal(arn)) ?? [account];
  const key = new kms.Key(scope, 'Key', {
    description: 'Encrypts the exchange keys of flatline. Without it they are lost.',
    enableKeyRotation: true,
    removalPolicy: KEPT,
    policy: new iam.PolicyDocument({
      statements: [
        new iam.PolicyStatement({
          sid: 'AccountManagesKey',
          principals: [account],
          actions: [
            ...['kms:Create*', 'kms:Describe*', 'kms:Enable*', 'kms:List*', 'kms:Put*', 'kms:Update*', 'kms:Revoke*'],
            ...['kms:Disable*', 'kms:Get*', 'kms:Delete*', 'kms:TagResource', 'kms:UntagResource'],
            ...['kms:ScheduleKeyDeletion', 'kms:CancelKeyDeletion', 'kms:RotateKeyOnDemand'],
          ],
          resources: ['*'],
        }),
      ],
    }),
  });
  key.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'WritersOfSecrets',
      principals: writers,
      actions: ['kms:GenerateDataKey', 'kms:Decrypt', 'kms:DescribeKey'],
      resources: ['*'],
      conditions: viaSecretsManager(key),
    }),
  );
  return key;
}

const viaSecretsManager = (key: kms.Key) => ({
  StringEquals: {
    'kms:ViaService': `secretsmanager.${key.env.region}.amazonaws.com`,
    'kms:CallerAccount': key.env.account,
  },
});
