/**
 * The ping URL, opt-in: a function that anybody in the world can call, and that can only write what a bot's own client
 * writes. Its share of concurrency is reserved, so that a flood neither takes that of the liquidator nor costs without end.
 *
 *   bot's curl ── https ──▶ function URL ──▶ function (at most CONCURRENCY at once) ──▶ the bot's row
 *   watchdog, before it trips a bot that pings ──┘ the same way
 */

import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { CLIENT_ATTRIBUTES } from './client-attributes.ts';
import { type Deployment, optionsOf } from './deployment.ts';
import { FlatlineFunction } from './flatline-function.ts';
import type { Grant, ResourceNames } from './granting.ts';

export interface PingProps {
  readonly functionName: string;
  readonly names: ResourceNames;
  readonly arns: Grant['arns'];
}

/** A ping takes some 20 ms: 200 a second. AWS reserves them out of the account's (lambda/core/config/read-deployment.ts). */
const CONCURRENCY = 5;

export class Ping extends Construct {
  readonly function: FlatlineFunction;
  /** `https://….lambda-url.REGION.on.aws/` */
  readonly url: string;

  constructor(scope: Construct, deployment: Deployment, { functionName, names, arns }: PingProps) {
    super(scope, 'Ping');
    this.function = new FlatlineFunction(this, 'Default', {
      name: 'ping',
      functionName,
      description: 'The ping URL: takes beats of bots that have nothing but curl',
      memoryMb: 256,
      timeout: Duration.seconds(5),
      recursiveLoop: lambda.RecursiveLoop.TERMINATE,
      retryAttempts: 0,
      maxEventAge: Duration.seconds(60),
      reservedConcurrency: CONCURRENCY,
      // Else each call of a flood is two lines of log.
      isQuiet: true,
      configJson: deployment.configJson,
      version: deployment.version,
      grant: {
        grantee: 'ping',
        options: optionsOf(deployment),
        arns: { ...arns, clientAttributes: arns.bots ?? [] },
        conditions: { clientAttributes: ONLY_CLIENT_ATTRIBUTES },
      },
      names,
    });
    this.url = this.function.lambda.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE }).url;
  }
}

/** Amazon DynamoDB, "Using IAM policy conditions for fine-grained access control"; as for a bot (bot-access.ts). */
const ONLY_CLIENT_ATTRIBUTES = {
  'ForAllValues:StringEquals': { 'dynamodb:Attributes': CLIENT_ATTRIBUTES },
  Null: { 'dynamodb:Attributes': 'false' },
};
