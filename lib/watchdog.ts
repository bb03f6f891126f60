/**
 * The watchdog function and its clock. The rule comes each minute, at any second of it; a tick that waits for a bot's
 * deadline lasts up to 80 seconds, so two may overlap, which the claim by compare-and-set allows for.
 */

import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENV, TICK } from '../lambda/contract.ts';
import { type Deployment, optionsOf } from './deployment.ts';
import { FlatlineFunction, type FlatlineFunctionProps, putInService } from './flatline-function.ts';
import type { Grant, ResourceNames } from './granting.ts';

export interface WatchdogProps {
  readonly functionName: string;
  readonly names: ResourceNames;
  readonly arns: Grant['arns'];
  readonly deadLetters: sqs.IQueue;
  /** Where bots ping; undefined: nowhere. */
  readonly pingUrl: string | undefined;
}

export class Watchdog extends Construct {
  readonly function: FlatlineFunction;

  constructor(
    scope: Construct,
    deployment: Deployment,
    { functionName, names, arns, deadLetters, pingUrl }: WatchdogProps,
  ) {
    super(scope, 'Watchdog');
    const settings: FlatlineFunctionProps = {
      name: 'watchdog',
      functionName,
      description: 'Each minute: fires for bots that are silent, resumes what is not flat',
      memoryMb: memoryFor(deployment.bots.length),
      timeout: Duration.seconds(110),
      // It invokes the liquidator, which invokes itself: not a loop through here.
      recursiveLoop: lambda.RecursiveLoop.TERMINATE,
      // The next tick comes before a repetition would.
      retryAttempts: 0,
      maxEventAge: Duration.seconds(60),
      deadLetters,
      configJson: deployment.configJson,
      version: deployment.version,
      grant: {
        grantee: 'watchdog',
        options: optionsOf(deployment),
        arns: { ...arns, deadLetters: [deadLetters.queueArn] },
      },
      names,
      variables: pingUrl === undefined ? {} : { [ENV.pingUrl]: pingUrl },
    };
    this.function = new FlatlineFunction(this, 'Default', settings);
    const inService = putInService(this, this.function, settings);
    // The function takes a raw event only of a rule with "watchdog" in its name, and this one's path gives it that.
    new events.Rule(this, 'EachMinute', {
      description: 'The clock of the flatline watchdog: never disable it while a bot is trading',
      schedule: events.Schedule.rate(Duration.minutes(1)),
      targets: [
        new targets.LambdaFunction(inService, {
          event: events.RuleTargetInput.fromObject(TICK),
          maxEventAge: Duration.seconds(60),
          retryAttempts: 2,
          deadLetterQueue: deadLetters,
        }),
      ],
    });
  }
}

/**
 * The least memory with which all bots, dying in the same second, are fired at within 1.5 s: Lambda's share of a CPU grows
 * with it, and so does the price of waiting. (docs/costs.md, "How much memory the watchdog has"; npm run bench:memory.)
 */
function memoryFor(bots: number): number {
  if (bots <= 20) return 512;
  return bots <= 60 ? 1_024 : 1_769;
}
