/** A cold function: loads a bundle and calls its handler once, as Lambda's runtime does. Plain JavaScript in effect. */

import { pathToFileURL } from 'node:url';

const deadlineAtMs = Date.now() + 60_000;
const loaded = (await import(pathToFileURL(process.argv[2] ?? '').href)) as {
  handler(event: unknown, context: unknown): Promise<unknown>;
};
await loaded.handler(
  { trigger: 'manual' },
  {
    awsRequestId: 'cold',
    functionName: 'flatline-liquidator',
    getRemainingTimeInMillis: () => deadlineAtMs - Date.now(),
  },
);
