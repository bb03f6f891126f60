/** Stores objects in the bucket of the audit log's copy. The bucket locks each by itself; nothing here can unlock one. */

import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

export interface TrailCopyBucket {
  readonly put: (key: string, body: string) => Promise<void>;
}

export const createTrailCopyBucket = (client: S3Client, bucket: string): TrailCopyBucket => ({
  put: async (key, body) => {
    await client.send(
      // Amazon S3, "Object Lock considerations": a put under a lock needs a checksum.
      new PutObjectCommand({
        ...{ Bucket: bucket, Key: key, Body: body, ContentType: 'application/json', ChecksumAlgorithm: 'SHA256' },
      }),
    );
  },
});
