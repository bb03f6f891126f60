/**
 * The health check: each hour it measures what no other function can (the oldest preflight, the subscriptions), and each
 * morning it lets the canary die and logs the state of the deployment, which becomes the daily message.
 */

import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { CANARY_BOT_ID } from '../lambda/aliases.ts';
import { type Deployment, optionsOf } from './deployment.ts';
import { type CommonProps, FlatlineFunction } from './flatline-function.ts';
import { onlyOf } from './grants.ts';

/** After the daily preflights (preflights.ts); the check runs well after the canary's death. */
const CANARY = { hour: '6', minute: '25' };
const DAILY = { hour: '6', minute: '35' };

export class HealthCheck extends Construct {
  readonly function: FlatlineFunction;

  constructor(scope: Construct, deployment: Deployment, { functionName, names, arns }: CommonProps) {
    super(scope, 'HealthCheck');
    this.function = new FlatlineFunction(this, 'Default', deployment, {
      name: 'health-check',
      functionName,
      description: 'Each hour and each morning: preflights, subscriptions, the canary, the daily message',
      memoryMb: 256,
      timeout: Duration.seconds(60),
      retryAttempts: 2,
      maxEventAge: Duration.minutes(15),
      grant: {
        grantee: 'healthCheck',
        options: optionsOf(deployment),
        arns: { ...arns, canaryRow: arns.bots ?? [] },
        conditions: { canaryRow: onlyOf({ LeadingKeys: [CANARY_BOT_ID] }) },
      },
      names,
    });
    this.call('EachHour', events.Schedule.rate(Duration.hours(1)), 'hourly');
    if (deployment.canary) this.call('Canary', events.Schedule.cron(CANARY), 'canary');
    this.call('EachMorning', events.Schedule.cron(DAILY), 'daily');
  }

  private call(id: string, schedule: events.Schedule, action: string): void {
    new events.Rule(this, id, {
      schedule,
      targets: [
        new targets.LambdaFunction(this.function.lambda, {
          event: events.RuleTargetInput.fromObject({ action }),
          maxEventAge: Duration.minutes(15),
          retryAttempts: 5,
        }),
      ],
    });
  }
}
