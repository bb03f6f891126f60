/**
 * The liquidator function. Its time is well above the configuration's `timeout_seconds` (30 at most), so that Lambda
 * never ends a liquidation that is still within its own deadline, and lets a next attempt wait a whole minute for the
 * exchange's limits. No reserved concurrency: it could refuse an emergency.
 */

import { Duration } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';
import type { ExchangeSecrets } from './exchange-secrets.ts';
import { FlatlineFunction } from './flatline-function.ts';
import type { Grant, Names } from './granting.ts';
import { secretPolicies } from './secret-policies.ts';
import { acceptFinding } from './security-checks.ts';

export interface LiquidatorProps {
  readonly names: Names;
  readonly arns: Grant['arns'];
  readonly secrets: ExchangeSecrets;
  readonly deadLetters: sqs.IQueue;
  /** With a fixed address only. */
  readonly vpc: ec2.IVpc | undefined;
}

export class Liquidator extends Construct {
  readonly function: FlatlineFunction;

  constructor(scope: Construct, deployment: Deployment, { names, arns, secrets, deadLetters, vpc }: LiquidatorProps) {
    super(scope, 'Liquidator');
    const key = secrets.key ? { secretsKey: [secrets.key.keyArn] } : {};
    const grant: Grant = {
      grantee: 'liquidator',
      options: deployment,
      arns: { ...arns, network: ['*'], ...key },
    };
    this.function = new FlatlineFunction(this, 'Default', {
      name: 'liquidator',
      functionName: names.liquidator,
      description: 'Cancels every order and closes every position of an account, until it is flat',
      // One whole CPU (AWS Lambda, "Configure function memory"), for signing, TLS and JSON in parallel symbols. It runs
      // some minutes a month, so the memory costs next to nothing.
      memoryMb: 1_769,
      timeout: Duration.seconds(90),
      // It hands over to itself until flat; Lambda would stop such a chain after about 16 links.
      recursiveLoop: lambda.RecursiveLoop.ALLOW,
      // The watchdog resumes sooner than Lambda repeats, but not when the lock could not be written either. What is
      // older than this is not worth doing unasked: somebody may be trading again.
      retryAttempts: 2,
      maxEventAge: Duration.minutes(15),
      deadLetters,
      configJson: deployment.configJson,
      grant,
      names,
      secretPolicies: secretPolicies(this, grant, secrets.secrets),
      ...(vpc ? { vpc } : {}),
    });
    if (vpc) {
      acceptFinding(
        this,
        'AwsSolutions-IAM5[Resource::*]',
        'Lambda itself makes the network interfaces with this role, and they have no ARN before they exist.',
      );
    }
  }
}
