/**
 * Resources that are kept: the only copies of keys, addresses and records. Kept when the stack or the resource is removed;
 * removed when the deployment that created them fails, so that a retry does not find the name in use.
 * (AWS CloudFormation, "DeletionPolicy attribute": RetainExceptOnCreate.)
 */

import { type CfnResource, RemovalPolicy } from 'aws-cdk-lib';

export const KEPT = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;

export function keep(resource: CfnResource): void {
  resource.applyRemovalPolicy(KEPT);
}
