/**
 * A copy of the audit log that no identity can change or delete, not even the account's root, until its retention ends: a
 * bucket with Object Lock in compliance mode, filled from the table's stream by a small function that can only add.
 * (Amazon S3, "Locking objects with Object Lock".)
 */

import { Duration, Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';
import { FlatlineFunction } from './flatline-function.ts';
import { KEPT } from './kept-resources.ts';
import { acceptFinding } from './security-checks.ts';

interface TrailCopyProps {
  readonly functionName: string;
  readonly audit: dynamodb.Table;
}

export class TrailCopy extends Construct {
  readonly bucketName: string;
  readonly function: lambda.Function;

  constructor(scope: Construct, deployment: Deployment, { functionName, audit }: TrailCopyProps) {
    super(scope, 'TrailCopy');
    const bucket = new s3.Bucket(this, 'Bucket', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: s3.ObjectLockRetention.compliance(Duration.days(deployment.trailCopyDays)),
      // In a bucket with versions an object that expires becomes an old version under a mark that it was deleted.
      lifecycleRules: [
        {
          expiration: Duration.days(deployment.trailCopyDays + 1),
          noncurrentVersionExpiration: Duration.days(1),
        },
        { expiredObjectDeleteMarker: true },
      ],
      removalPolicy: KEPT,
    });
    acceptFinding(bucket, 'AwsSolutions-S1', 'Its objects cannot be changed; CloudTrail can record who reads them.');
    this.bucketName = bucket.bucketName;
    const fn = new FlatlineFunction(this, 'Default', deployment, {
      name: 'trail-copy',
      functionName,
      description: 'Copies each audit record to a bucket where it cannot be changed',
      memoryMb: 256,
      timeout: Duration.seconds(60),
      retryAttempts: 2,
      maxEventAge: Duration.minutes(15),
      grant: {
        grantee: 'trailCopy',
        options: {},
        arns: {
          auditStream: [audit.tableStreamArn ?? ''],
          anyStream: ['*'],
          trailCopyObjects: [bucket.arnForObjects('*')],
        },
      },
      names: { trailCopyObjects: bucket.bucketName },
    });
    this.function = fn.lambda;
    const bucketId = Stack.of(this).getLogicalId(bucket.node.defaultChild as s3.CfnBucket);
    acceptFinding(this, `AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/*]`, 'Objects have no names before they exist.');
    acceptFinding(this, 'AwsSolutions-IAM5[Resource::*]', 'ListStreams names no stream, so it has no other resource.');
    fn.lambda.addEventSource(
      new DynamoEventSource(audit as dynamodb.ITable, {
        startingPosition: lambda.StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        // A stream keeps records for a day; until then the function retries.
        retryAttempts: 10_000,
      }),
    );
  }
}
