/** Marks everything as ours, so that costs and resources can be found. */

import { type Stack, Tags } from 'aws-cdk-lib';
import type { Deployment } from './deployment.ts';

export function addTags(stack: Stack, { environment }: Deployment): void {
  // Dashboards take tags since lately only; a tool with an older specification refuses the template for them.
  const options = { excludeResourceTypes: ['AWS::CloudWatch::Dashboard'] };
  Tags.of(stack).add('application', 'flatline', options);
  Tags.of(stack).add('environment', environment, options);
}
