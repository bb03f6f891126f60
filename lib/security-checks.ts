/**
 * cdk-nag's AwsSolutions rules check the whole app against AWS's own advice: a finding stops synth. Exceptions are accepted
 * one by one, each with its reason beside its resource.
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
