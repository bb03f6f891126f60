/** The outputs of a deployment: the names that tools and people need. Their spelling is part of the product. */

import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { type BotAccount, templateId } from './deployment.ts';

/** AWS CloudFormation, "Quotas". */
const MOST_OUTPUTS = 200;

interface OutputValues {
  /** Value by the output's name. */
  readonly names: Readonly<Record<string, string>>;
  readonly bots: readonly BotAccount[];
  /** ARN of the policy by bot ID. */
  readonly policyArns: ReadonlyMap<string, string>;
}

/** Two outputs for each bot; with about a hundred bots only one, because the secret's name is in the configuration. */
export function addOutputs(stack: Stack, { names, bots, policyArns }: OutputValues): void {
  for (const [name, value] of Object.entries(names)) new CfnOutput(stack, name, { value });
  const roomForSecrets = Object.keys(names).length + 2 * bots.length <= MOST_OUTPUTS;
  for (const { botId, secretName } of bots) {
    const id = templateId(botId);
    new CfnOutput(stack, `BotPolicyArnOf${id}`, {
      value: policyArns.get(botId) ?? '',
      description: `Attach this policy to the role of bot ${botId}`,
    });
    if (!roomForSecrets) continue;
    new CfnOutput(stack, `SecretNameOf${id}`, {
      value: secretName,
      description: `Secret for the exchange key of bot ${botId}`,
    });
  }
}
