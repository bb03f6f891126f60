/**
 * A budget for what this stack costs, by its tag `application` (which has to be activated once as a cost allocation tag: AWS
 * Billing, "Activating user-defined cost allocation tags"). Above it a message goes to the alert topic.
 */

import { Aws } from 'aws-cdk-lib';
import * as budgets from 'aws-cdk-lib/aws-budgets';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { letPublish } from './alerts.ts';
import { type Deployment, stackName } from './deployment.ts';

export class Budget extends Construct {
  constructor(scope: Construct, deployment: Deployment, topic: sns.Topic) {
    super(scope, 'Budget');
    letPublish(topic, 'BudgetsOfThisAccount', ['budgets']);
    new budgets.CfnBudget(this, 'Month', {
      budget: {
        // Budgets are one list for all regions of an account, and a stack of this name may exist in another region.
        budgetName: `${stackName(deployment)}-${Aws.REGION}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: deployment.monthlyBudgetUsd, unit: 'USD' },
        costFilters: { TagKeyValue: ['user:application$flatline'] },
      },
      notificationsWithSubscribers: (['ACTUAL', 'FORECASTED'] as const).map(notificationType => ({
        notification: { notificationType, comparisonOperator: 'GREATER_THAN', threshold: 100 },
        subscribers: [{ subscriptionType: 'SNS', address: topic.topicArn }],
      })),
    });
  }
}
