/**
 * The liquidator function. Its time is well above the configuration's `timeout_seconds` (30 at most), so that Lambda
 * never ends a liquidation that is still within its own deadline, and lets a next attempt wait a whole minute for the
 * exchange's limits. No reserved concurrency: it could refuse an emergency.
 */

import { Duration } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { LIQUIDATOR_SIZE } from '../lambda/contract.ts';
import { type Deployment, optionsOf } from './deployment.ts';
import type { ExchangeSecrets } from './exchange-secrets.ts';
import { type CommonProps, FlatlineFunction, type FlatlineFunctionProps, putInService } from './flatline-function.ts';
import type { Grant } from './grants.ts';
import { secretPolicies } from './secret-policies.ts';
import { acceptFinding } from './security-checks.ts';

interface LiquidatorProps extends CommonProps {
  readonly secrets: ExchangeSecrets;
  readonly deadLetters: sqs.IQueue;
  /** Whether bots' aliases have their own settings for asynchronous calls. */
  readonly withCallSettings: boolean;
  /** With a fixed address only. */
  readonly vpc: ec2.IVpc | undefined;
}

export class Liquidator extends Construct {
  readonly function: FlatlineFunction;
  readonly inService: lambda.IFunction;

  constructor(scope: Construct, deployment: Deployment, props: LiquidatorProps) {
    super(scope, 'Liquidator');
    const { functionName, names, arns, secrets, deadLetters, withCallSettings, vpc } = props;
    const key = secrets.keyArn === undefined ? {} : { secretsKey: [secrets.keyArn] };
    const grant: Grant = {
      grantee: 'liquidator',
      options: optionsOf(deployment),
      arns: { ...arns, network: ['*'], deadLetters: [deadLetters.queueArn], ...key },
    };
    const settings: FlatlineFunctionProps = {
      name: 'liquidator',
      functionName,
      description: 'Cancels every order and closes every position of an account, until it is flat',
      // A whole CPU for signing, TLS and JSON in parallel symbols. It runs some minutes a month, so the memory costs almost
      // nothing.
      memoryMb: LIQUIDATOR_SIZE.memoryMb,
      timeout: Duration.seconds(LIQUIDATOR_SIZE.timeoutSeconds),
      invokesItself: true,
      // The watchdog resumes sooner than Lambda repeats, except when the lock could not be written either. An older event is
      // not worth executing: the bot may be trading again.
      retryAttempts: 2,
      maxEventAge: Duration.minutes(15),
      deadLetters,
      deadLettersOfAnyAlias: !withCallSettings,
      grant,
      names,
      ...(vpc ? { vpc } : {}),
    };
    this.function = new FlatlineFunction(this, 'Default', deployment, settings);
    const policies = secretPolicies(this, grant, secrets.secrets, this.function.role);
    this.function.lambda.node.addDependency(...policies);
    this.inService = putInService(this, this.function, settings);
    secrets.letDecrypt(this.function.role);
    if (vpc) {
      acceptFinding(
        this,
        'AwsSolutions-IAM5[Resource::*]',
        'Lambda creates the network interfaces with this role, and they have no ARN before they exist.',
      );
    }
  }
}
