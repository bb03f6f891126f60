/** The handler of the audit log's copy: called by the stream of the table `audit`. */

import { S3Client } from '@aws-sdk/client-s3';
import { createTrailCopyBucket } from '../adapters/aws/trail-copy-bucket.ts';
import { awsConnections } from '../adapters/connections/connection-pool.ts';
import { createTelemetry } from '../adapters/telemetry/telemetry.ts';
import { copyRecords } from '../app/trail-copy/copy-records.ts';
import { ENV } from '../contract.ts';

const bucket = createTrailCopyBucket(
  new S3Client({ maxAttempts: 4, requestHandler: awsConnections({ connectionTimeout: 1_000 }) }),
  process.env[ENV.trailCopyBucket] ?? 'not-configured',
);

const telemetry = createTelemetry({ service: 'trail-copy', namespace: process.env[ENV.namespace] });

/** Copies a batch of the stream. If a record was not stored, the answer says where the stream goes on. */
export const handler = async (event: unknown) =>
  copyRecords(
    {
      ...bucket,
      report: (key, error) => telemetry.log('ERROR', 'A record was not copied; it is tried again', { key, error }),
    },
    event,
  );
