/**
 * One secret for each account, created empty: the operator puts the exchange's key in, and no template, no log of a
 * deployment ever holds it. Kept when the stack goes, because it may be the only copy.
 */

import { RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';
import { acceptFinding } from './security-checks.ts';

export interface ExchangeSecret {
  readonly name: string;
  readonly arn: string;
}

export class ExchangeSecrets extends Construct {
  readonly secrets: readonly ExchangeSecret[];
  /** The operator's own key, when one is wanted. */
  readonly key: kms.Key | undefined;

  constructor(scope: Construct, { bots, kms: withKey }: Deployment) {
    super(scope, 'ExchangeSecrets');
    this.key = withKey ? openKey(this) : undefined;
    const names = new Set(bots.map(({ secretName }) => secretName));
    this.secrets = [...names].map(name => ({ name, arn: this.createEmpty(name) }));
    acceptFinding(
      this,
      'AwsSolutions-SMG4',
      'The exchange has no interface to rotate a key; docs/operations.md has the steps for doing it by hand.',
    );
  }

  /** The L2 construct would generate a password as content; CfnSecret without one has no content at all. */
  private createEmpty(name: string): string {
    const secret = new CfnSecret(this, name, {
      name,
      description: 'Key of an exchange account: {"apiKey": "…", "apiSecret": "…"}. Put in by hand.',
      ...(this.key ? { kmsKeyId: this.key.keyArn } : {}),
    });
    secret.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return secret.ref;
  }
}

function openKey(scope: Construct): kms.Key {
  return new kms.Key(scope, 'Key', {
    description: 'Encrypts the exchange keys of flatline. Without it they are lost.',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
