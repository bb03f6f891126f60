/**
 * The daily preflight of every bot's account, because an untested switch may fail. A rule has at most five targets (Amazon
 * EventBridge, "Quotas"), and each rule has its own minute, because a hundred preflights at once from one address would
 * exceed the exchange's rate limit.
 */

import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { BotAccount, Deployment } from './deployment.ts';

const TARGETS_PER_RULE = 5;
const HOUR_UTC = 6;

export class Preflights extends Construct {
  constructor(scope: Construct, { bots }: Deployment, liquidator: IFunction) {
    super(scope, 'Preflights');
    for (const [index, group] of groupsOf(bots).entries()) {
      new events.Rule(this, `Daily${index + 1}`, {
        description: `Daily preflight of ${group.map(({ botId }) => botId).join(', ')}`.slice(0, 512),
        schedule: events.Schedule.cron({ hour: String(HOUR_UTC), minute: String(index % 60) }),
        // No dead-letter queue: its policy has room for about twenty rules, and there is an alarm "Preflight has not run".
        targets: group.map(
          ({ botId }) =>
            new targets.LambdaFunction(liquidator, {
              event: events.RuleTargetInput.fromObject({ action: 'preflight', bot_id: botId }),
              maxEventAge: Duration.hours(1),
              retryAttempts: 5,
            }),
        ),
      });
    }
  }
}

function groupsOf(bots: readonly BotAccount[]): readonly (readonly BotAccount[])[] {
  const count = Math.ceil(bots.length / TARGETS_PER_RULE);
  return Array.from({ length: count }, (_, at) => bots.slice(at * TARGETS_PER_RULE, (at + 1) * TARGETS_PER_RULE));
}
