/** The locked copy of the audit log in S3: one object per record, named after it, so a repeated delivery makes no other. */

import { fieldsOf, textOf } from '../text/fields.ts';

interface CopiedRecord {
  /** `2026-11-21/liq_20261121_031200_a1b2c3d4/2026-11-21T03:12:07.000000Z#a1#000001.json`, percent-encoded. */
  readonly key: string;
  /** The item as DynamoDB has it (attribute values), in JSON. */
  readonly body: string;
}

/** Amazon S3, "Creating object key names": these need no encoding. */
const SAFE = /[^A-Za-z0-9!_.*'()-]/g;
const encoded = (text: string): string =>
  text.replace(SAFE, char => [...Buffer.from(char)].map(byte => `=${byte.toString(16).padStart(2, '0')}`).join(''));

/**
 * `record`: of the stream (Amazon DynamoDB, "DynamoDB Streams record"). Undefined for an item that expired. A record that was
 * replaced is copied under another name.
 */
export function copiedRecord(record: unknown): CopiedRecord | undefined {
  const { eventName, dynamodb } = fieldsOf(record);
  const { NewImage, SequenceNumber } = fieldsOf(dynamodb);
  if (eventName === 'REMOVE' || NewImage === undefined) return undefined;
  const image = fieldsOf(NewImage);
  const id = textOf(fieldsOf(image.correlation_id).S) ?? 'unknown';
  const at = textOf(fieldsOf(image.at_seq).S) ?? String(SequenceNumber);
  const day = /^\d{4}-\d\d-\d\d/.exec(textOf(fieldsOf(image.timestamp).S) ?? '')?.[0] ?? 'undated';
  const replaced = eventName === 'MODIFY' ? `.replaced-${encoded(String(SequenceNumber))}` : '';
  return { key: `${day}/${encoded(id)}/${encoded(at)}${replaced}.json`, body: JSON.stringify(NewImage) };
}
