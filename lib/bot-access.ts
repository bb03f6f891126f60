/**
 * The permissions of each bot: an alias of the liquidator that acts for this bot alone, and a managed policy for the bot's
 * role. With it the bot writes to its own row, and only the attributes that its client writes, and calls the liquidator by
 * its alias. The stack attaches the policy to a role that the configuration names, and detaches it on removal. Otherwise
 * the policy is attached by hand, and must be detached before the bot is removed from the configuration.
 */

import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { aliasOf } from '../lambda/aliases.ts';
import { BOT_WRITES } from '../lambda/bot-row.ts';
import { TABLE_KEYS } from '../lambda/contract.ts';
import { type Deployment, templateId } from './deployment.ts';
import { type Grant, onlyOf, statementsOf } from './grants.ts';

interface BotAccessProps {
  /** ARN of the table. */
  readonly bots: string;
  readonly liquidator: lambda.Function;
  /** Whether the template has room for each alias's settings for asynchronous calls. */
  readonly withCallSettings: boolean;
}

export class BotAccess extends Construct {
  /** ARN of the policy by bot ID. */
  readonly policyArns: ReadonlyMap<string, string>;

  constructor(scope: Construct, deployment: Deployment, { bots, liquidator, withCallSettings }: BotAccessProps) {
    super(scope, 'BotAccess');
    this.policyArns = new Map(
      deployment.bots.map(({ botId, role }) => {
        const alias = new lambda.Alias(this, `${templateId(botId)}Alias`, {
          aliasName: aliasOf(botId),
          // The class declares optional properties that the interface declares exactly; they are the same.
          version: liquidator.currentVersion as lambda.IVersion,
          description: `Acts for bot ${botId} alone`,
          ...(withCallSettings ? { retryAttempts: 2, maxEventAge: Duration.minutes(15) } : {}),
        });
        const grant: Grant = {
          grantee: 'bot',
          options: {},
          arns: { ownBotRow: [bots], liquidatorOfBot: [alias.functionArn] },
          conditions: { ownBotRow: onlyOf({ LeadingKeys: [botId], Attributes: CLIENT_ATTRIBUTES }) },
        };
        const policy = new iam.ManagedPolicy(this, templateId(botId), {
          description: `Bot ${botId}: report to the flatline watchdog, call the liquidator`,
          statements: statementsOf(grant),
          ...(role === undefined ? {} : { roles: [iam.Role.fromRoleArn(this, `${templateId(botId)}Role`, role)] }),
        });
        return [botId, policy.managedPolicyArn] as const;
      }),
    );
  }
}

/** Amazon DynamoDB, "Expressions": functions in lower case. */
const EXPRESSION_WORDS: ReadonlySet<string> = new Set(['attribute_exists', 'attribute_not_exists', 'if_not_exists']);

/**
 * The attributes that a bot may write in its own row: each attribute that a client's write names, and the key. The
 * attributes of a trip are not among them, so no bot can end its own trip (core/heartbeat/read-bot-row.ts).
 */
export const CLIENT_ATTRIBUTES: readonly string[] = [
  TABLE_KEYS.bots.partition,
  ...new Set(
    Object.values(BOT_WRITES)
      .flatMap(({ update, condition }) => `${update} ${condition}`.match(/(?<![:\w])[a-z][a-z0-9_]*/g) ?? [])
      .filter(word => !EXPRESSION_WORDS.has(word) && word !== TABLE_KEYS.bots.partition),
  ),
].toSorted();
