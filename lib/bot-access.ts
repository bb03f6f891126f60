/**
 * A managed policy for each bot, to be attached to whatever the bot runs as: it can beat its own heart and call the
 * liquidator. It cannot read anything, and cannot touch another bot's row.
 */

import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { type Deployment, templateId } from './deployment.ts';
import { type Grant, statementsOf } from './granting.ts';

export class BotAccess extends Construct {
  /** ARN of the policy by bot ID. */
  readonly policyArns: ReadonlyMap<string, string>;

  constructor(scope: Construct, deployment: Deployment, arns: { readonly bots: string; readonly liquidator: string }) {
    super(scope, 'BotAccess');
    this.policyArns = new Map(
      deployment.bots.map(({ botId }) => {
        const grant: Grant = {
          grantee: 'bot',
          options: deployment,
          arns: { ownBotRow: [arns.bots], liquidator: [arns.liquidator] },
          conditions: { ownBotRow: onlyRow(botId) },
        };
        const policy = new iam.ManagedPolicy(this, templateId(botId), {
          description: `Bot ${botId}: report to the flatline watchdog, call the liquidator`,
          statements: statementsOf(grant),
        });
        return [botId, policy.managedPolicyArn] as const;
      }),
    );
  }
}

/**
 * Amazon DynamoDB, "Using IAM policy conditions for fine-grained access control". ForAllValues is true of a request
 * without a key as well, hence the second condition.
 */
const onlyRow = (botId: string): Readonly<Record<string, unknown>> => ({
  'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [botId] },
  Null: { 'dynamodb:LeadingKeys': 'false' },
});
