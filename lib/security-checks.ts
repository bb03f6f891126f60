/**
 * cdk-nag's AwsSolutions rules hold the whole app to AWS's own advice: a finding stops synth. What we accept is
 * accepted one finding at a time, each with its reason beside the resource that it is about.
 */

import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';

export function addSecurityChecks(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}

/** `id` is exact, for instance `AwsSolutions-IAM5[Resource::*]`: the bare rule would accept nothing. */
export function acceptFinding(scope: IConstruct, id: string, reason: string): void {
  Validations.of(scope).acknowledge({ id, reason });
}
