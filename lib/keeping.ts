/**
 * What outlives its stack: the only copies of keys, addresses and records. Kept when the stack or the resource is
 * removed; removed again when the deployment that made it fails, so that a retry does not meet a name that is taken.
 * (AWS CloudFormation, "DeletionPolicy attribute": RetainExceptOnCreate.)
 */

import { type CfnResource, RemovalPolicy } from 'aws-cdk-lib';

export const KEPT = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;

export function keep(resource: CfnResource): void {
  resource.applyRemovalPolicy(KEPT);
}
