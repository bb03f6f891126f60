/** Copies what a stream delivers. The first failure ends it: the stream delivers from there again, in order. */

import { copiedRecord } from '../../core/audit/trail-copy.ts';

export interface CopyPorts {
  /** Throws when the object was not stored; storing it again is harmless. */
  readonly put: (key: string, body: string) => Promise<void>;
  /** That it was not stored, and why. Lambda counts a batch with failures that are named as a success. */
  readonly report: (key: string, error: unknown) => void;
}

/** Gives where to begin again, as Lambda wants it (AWS Lambda, "Reporting batch item failures"). Never throws. */
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
