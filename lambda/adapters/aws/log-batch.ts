/**
 * What CloudWatch Logs hands to a function (Amazon CloudWatch Logs, "Subscription filters with AWS Lambda"): JSON,
 * compressed with gzip, in base64.
 */

import { gunzipSync } from 'node:zlib';

/** Lambda takes 6 MB; log lines compress to a tenth. More than this is not what it says it is. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Gives the text. Throws when it is no such thing. */
export const unpackLogBatch = (data: string): string =>
  gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: MOST_BYTES }).toString('utf8');
