/**
 * What CloudWatch Logs hands to a function (Amazon CloudWatch Logs, "Subscription filters with AWS Lambda"): JSON,
 * compressed with gzip, in base64.
 */

import { gunzipSync } from 'node:zlib';

/** Lambda accepts 6 MB; log lines compress to a tenth. More than this is no batch of log lines. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Throws for anything else. */
export const unpackLogBatch = (data: string): string =>
  gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: MOST_BYTES }).toString('utf8');
