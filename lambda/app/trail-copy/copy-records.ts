/** Copies the records of a stream. The first failure ends it: the stream delivers again from there. */

import { copiedRecord } from '../../core/audit/trail-copy.ts';

interface CopyPorts {
  /** Throws when the object was not stored; storing it again is harmless. */
  readonly put: (key: string, body: string) => Promise<void>;
  /** Logs that a record was not stored. Lambda counts a batch with named failures as a success. */
  readonly report: (key: string, error: unknown) => void;
}

/** Returns where to begin again (AWS Lambda, "Reporting batch item failures"). Never throws. */
export async function copyRecords(
  { put, report }: CopyPorts,
  event: unknown,
): Promise<{ readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] }> {
  const records = (event as { readonly Records?: readonly unknown[] } | null)?.Records ?? [];
  for (const record of records) {
    const copy = copiedRecord(record);
    if (copy === undefined) continue;
    try {
      await put(copy.key, copy.body);
    } catch (error) {
      report(copy.key, error);
      const { dynamodb } = record as { readonly dynamodb?: { readonly SequenceNumber?: string } };
      return { batchItemFailures: [{ itemIdentifier: dynamodb?.SequenceNumber ?? '' }] };
    }
  }
  return { batchItemFailures: [] };
}
