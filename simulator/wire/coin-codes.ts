/** COIN-M, "Error Codes": the errors that have another number there. */

import { Refusal } from '../engine/rules/refusal.ts';

const CODES: ReadonlyMap<number, number> = new Map([
  [-4087, -4089],
  [-4088, -4090],
  [-4118, -4112],
  [-4131, -4113],
  [-4164, -4178],
  [-5028, -4188],
]);

export function inCoinCodes(refusal: Refusal): Refusal {
  const code = CODES.get(refusal.code);
  return code === undefined ? refusal : new Refusal(code, refusal.message, refusal.status, refusal.headers);
}
