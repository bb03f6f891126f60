/**
 * One operation at a table, bounded in time: it ends by `timeoutMs` with its result or a StoreError that says what
 * is known. The SDK's own errors end here, rebuilt, because they carry requests and replies with them.
 */

import { StoreError } from '../../core/invocation/store-error.ts';

/** What stands in messages: "The table audit did not …". */
export interface Operation {
  readonly table: string;
  /** As in "could not … claim the lock of liq_…". */
  readonly doing: string;
  readonly timeoutMs: number;
}

/** `run` must hand the signal to every request it makes. Its StoreErrors pass through unchanged. */
export async function boundedCall<T>(operation: Operation, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { table, doing, timeoutMs } = operation;
  if (!(timeoutMs > 0)) throw new StoreError('unreached', `No time was left to ${doing} in the table ${table}.`);
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  // The SDK waits between its attempts without listening to the signal, so the signal alone would not bound it.
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(silent(operation)), timeoutMs);
  });
  try {
    return await Promise.race([run(abort.signal), timeout]);
  } catch (error) {
    throw error instanceof StoreError ? error : judge(error, operation);
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}

const silent = ({ table, doing, timeoutMs }: Operation): StoreError =>
  new StoreError('unknown', `The table ${table} did not ${doing} within ${timeoutMs} ms; it may have been done.`);

function judge(error: unknown, { table, doing }: Operation): StoreError {
  const name = nameOf(error);
  const message = `The table ${table} could not ${doing} (${name}). ${remedyOf(name)}`;
  if (THROTTLED.has(name)) return new StoreError('throttled', message);
  if (FORBIDDEN.has(name) || REFUSED.has(name)) return new StoreError('refused', message);
  // After a repetition the first attempt may have been done, whatever befell the last.
  const arrived = attemptsOf(error) > 1 || !UNREACHED.has(name);
  return new StoreError(arrived ? 'unknown' : 'unreached', message);
}

/** Names of the DynamoDB API Reference, "Common Errors" and the operations' own lists. */
const THROTTLED = new Set(['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException']);
const FORBIDDEN = new Set([
  'AccessDeniedException',
  'CredentialsProviderError',
  'ExpiredTokenException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'UnrecognizedClientException',
]);
const REFUSED = new Set([
  'ConditionalCheckFailedException',
  'ItemCollectionSizeLimitExceededException',
  'ResourceNotFoundException',
  'ValidationException',
]);
const UNREACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function remedyOf(name: string): string {
  if (FORBIDDEN.has(name)) return 'Check the role of the function.';
  if (name === 'ResourceNotFoundException') return 'Check the name of the table and the region.';
  if (REFUSED.has(name)) return 'The request does not suit the table: this is a bug of ours.';
  return 'See the AWS Health Dashboard.';
}

/** The network's code (ECONNREFUSED) says more than the class name (Error). */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

function attemptsOf(error: unknown): number {
  const metadata: unknown = error instanceof Error && '$metadata' in error ? error.$metadata : undefined;
  const attempts: unknown =
    typeof metadata === 'object' && metadata !== null && 'attempts' in metadata ? metadata.attempts : undefined;
  return typeof attempts === 'number' ? attempts : 1;
}
