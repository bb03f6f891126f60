/**
 * The watchdog function and its schedule. The rule fires each minute, at any second of it. A run that waits for a bot's
 * deadline lasts up to 80 seconds, so two may overlap; the claim by compare-and-set allows for that.
 */

import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENV, TICK } from '../lambda/contract.ts';
import { type Deployment, optionsOf } from './deployment.ts';
import { type CommonProps, FlatlineFunction, type FlatlineFunctionProps, putInService } from './flatline-function.ts';

interface WatchdogProps extends CommonProps {
  readonly deadLetters: sqs.IQueue;
  /** The ping URL; undefined: none. */
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
      description: 'Each minute: liquidates bots that are silent, resumes liquidations that are not flat',
      memoryMb: memoryFor(deployment.bots.length),
      timeout: Duration.seconds(110),
      // The next run comes before a repetition would.
      retryAttempts: 0,
      maxEventAge: Duration.seconds(60),
      deadLetters,
      grant: {
        grantee: 'watchdog',
        options: optionsOf(deployment),
        arns: { ...arns, deadLetters: [deadLetters.queueArn] },
      },
      names,
      variables: pingUrl === undefined ? {} : { [ENV.pingUrl]: pingUrl },
    };
    this.function = new FlatlineFunction(this, 'Default', deployment, settings);
    const inService = putInService(this, this.function, settings);
    // The function accepts a raw event only from a rule with "watchdog" in its name, which this one has by its path.
    new events.Rule(this, 'EachMinute', {
      description: 'The schedule of the flatline watchdog: never disable it while a bot is trading',
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
 * The minimum memory with which the liquidator is called for all bots within 1.5 s when they die in the same second:
 * Lambda's share of a CPU grows with memory, and so does the cost of waiting. (docs/costs.md, "How much memory the watchdog has"; npm run bench:memory.)
 */
function memoryFor(bots: number): number {
  if (bots <= 20) return 512;
  return bots <= 60 ? 1_024 : 1_769;
}
