/**
 * The ping URL, opt-in: a public function that can only write what a bot's own client writes. Its concurrency is reserved,
 * so that a flood neither takes the liquidator's concurrency nor causes unlimited cost.
 *
 *   bot's curl ── https ──▶ function URL ──▶ function (at most CONCURRENCY at once) ──▶ the bot's row
 *   watchdog, before it trips a bot that pings ──┘ the same way
 */

import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { CLIENT_ATTRIBUTES } from './bot-access.ts';
import { type Deployment, optionsOf } from './deployment.ts';
import { type CommonProps, FlatlineFunction } from './flatline-function.ts';
import { onlyOf } from './grants.ts';

/** A ping takes about 20 ms: 200 a second. AWS reserves the concurrency from the account's (lambda/core/config/read-deployment.ts). */
const CONCURRENCY = 5;

export class Ping extends Construct {
  readonly function: FlatlineFunction;
  /** `https://….lambda-url.REGION.on.aws/` */
  readonly url: string;

  constructor(scope: Construct, deployment: Deployment, { functionName, names, arns }: CommonProps) {
    super(scope, 'Ping');
    this.function = new FlatlineFunction(this, 'Default', deployment, {
      name: 'ping',
      functionName,
      description: 'The ping URL: accepts heartbeats of bots that only have curl',
      memoryMb: 256,
      timeout: Duration.seconds(5),
      retryAttempts: 0,
      maxEventAge: Duration.seconds(60),
      reservedConcurrency: CONCURRENCY,
      // Otherwise each call of a flood writes two log lines.
      isQuiet: true,
      grant: {
        grantee: 'ping',
        options: optionsOf(deployment),
        arns: { ...arns, clientAttributes: arns.bots ?? [] },
        conditions: { clientAttributes: onlyOf({ Attributes: CLIENT_ATTRIBUTES }) },
      },
      names,
    });
    this.url = this.function.lambda.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE }).url;
  }
}
