/**
 * One operation at a table, bounded in time: it ends by `timeoutMs` with its result or a StoreError that says what
 * is known. The SDK's own errors end here, rebuilt, because they carry requests and replies with them.
 */

import { StoreError } from '../../core/invocation/error-codes.ts';
import { fieldsOf, numberOf } from '../../core/text/fields.ts';
import { awsErrorKind, errorName, isOfCaller } from '../connections/aws-errors.ts';
import type { TableAccess } from './lock-table.ts';

/** For messages: "The table audit did not …". */
interface TableOperation {
  readonly table: string;
  /** As in "could not … claim the lock of liq_…". */
  readonly doing: string;
  readonly timeoutMs: number;
}

/** The calls of one table. */
export const callsOf =
  ({ tableName: table }: TableAccess) =>
  <T>(doing: string, timeoutMs: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    boundedCall({ table, doing, timeoutMs }, run);

/** `run` must hand the signal to every request it makes. Its StoreErrors pass through unchanged. */
async function boundedCall<T>(operation: TableOperation, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
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
    throw error instanceof StoreError ? error : storeErrorOf(error, operation);
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}

const silent = ({ table, doing, timeoutMs }: TableOperation): StoreError =>
  new StoreError('unknown', `The table ${table} did not ${doing} within ${timeoutMs} ms; it may have been done.`);

function storeErrorOf(error: unknown, { table, doing }: TableOperation): StoreError {
  const name = errorName(error);
  const kind = awsErrorKind(name);
  const message = `The table ${table} could not ${doing} (${name}). ${remedyOf(name)}`;
  if (kind === 'throttled') return new StoreError('throttled', message);
  if (isOfCaller(name) || kind === 'missing' || REFUSED.has(name)) return new StoreError('refused', message);
  // If the SDK repeated the request, its first try may have been executed, however the last one failed.
  const arrived = attemptsOf(error) > 1 || kind !== 'unreached';
  return new StoreError(arrived ? 'unknown' : 'unreached', message);
}

/** DynamoDB API Reference, the operations' own errors. */
const REFUSED = new Set([
  'ConditionalCheckFailedException',
  'ItemCollectionSizeLimitExceededException',
  'ValidationException',
]);

function remedyOf(name: string): string {
  if (isOfCaller(name)) return 'Check the role of the function.';
  if (awsErrorKind(name) === 'missing') return 'Check the name of the table and the region.';
  if (REFUSED.has(name)) return 'The request does not suit the table: this is a bug of ours.';
  return 'See the AWS Health Dashboard.';
}

function attemptsOf(error: unknown): number {
  const metadata = error instanceof Error && '$metadata' in error ? error.$metadata : undefined;
  return numberOf(fieldsOf(metadata).attempts) ?? 1;
}
