/**
 * Order IDs are JSON numbers and may exceed 2^53. JSON.rawJSON writes all their digits; a client that reads them with
 * JSON.parse loses the last ones.
 */

const json: typeof JSON & { rawJSON?(text: string): unknown } = JSON;

/** A JSON number of exactly these digits, for JSON.stringify. */
export function exactNumber(digits: string): unknown {
  return json.rawJSON === undefined ? Number(digits) : json.rawJSON(digits);
}
