/** Tags all resources, so that costs and resources can be found. */

import { type Stack, Tags } from 'aws-cdk-lib';
import type { Deployment } from './deployment.ts';

export function addTags(stack: Stack, { environment }: Deployment): void {
  // Tags on dashboards are recent; a tool with an older specification refuses such a template.
  const options = { excludeResourceTypes: ['AWS::CloudWatch::Dashboard'] };
  Tags.of(stack).add('application', 'flatline', options);
  Tags.of(stack).add('environment', environment, options);
}
