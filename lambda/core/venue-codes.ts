/**
 * The exchange's error codes that can meet a read, a cancel or a close, and what each tells us.
 * Meanings: Binance, USDⓈ-M Futures, "Error Codes"; -4136 and -4408 from ccxt's maps.
 */

import type { Verdict } from './knowledge.ts';

const TABLE: readonly (readonly [Verdict, readonly number[]])[] = [
  // "execution status unknown", or a text that promises nothing about it
  [{ knowledge: 'unknown', reason: 'server-error' }, [-1000, -1001, -1006, -1007, -4083]],
  [{ knowledge: 'throttled', reason: 'overloaded' }, [-1008]],
  [{ knowledge: 'throttled', reason: 'order-limit' }, [-1015, -5041]],
  [{ knowledge: 'refused', reason: 'clock' }, [-1021, -5028]],
  [
    { knowledge: 'forbidden', reason: 'key' },
    [-1002, -1004, -1005, -1011, -1022, -1099, -2014, -2015, -2017, -4056, -4057],
  ],
  [{ knowledge: 'forbidden', reason: 'location' }, [-4402, -4403]],
  [{ knowledge: 'refused', reason: 'account-blocked' }, [-1108, -1109, -1110, -2023, -4088, -4109, -4192]],
  [{ knowledge: 'refused', reason: 'nothing-there' }, [-2011, -2013]],
  [{ knowledge: 'refused', reason: 'already-sent' }, [-4116]],
  [{ knowledge: 'refused', reason: 'reduce-only-rejected' }, [-2022, -2024, -4118]],
  [{ knowledge: 'refused', reason: 'too-large' }, [-4005]],
  [{ knowledge: 'refused', reason: 'too-small' }, [-4003, -4004, -4164]],
  [{ knowledge: 'refused', reason: 'off-step' }, [-1111, -4023]],
  [{ knowledge: 'refused', reason: 'thin-book' }, [-1112, -2020, -4131, -5021, -5022]],
  [{ knowledge: 'refused', reason: 'mode-mismatch' }, [-1106, -4060, -4061, -4062]],
  [{ knowledge: 'refused', reason: 'not-closable' }, [-1121, -1122, -4022, -4104, -4140, -4141, -4144]],
  [{ knowledge: 'refused', reason: 'triggering' }, [-4117]],
  [{ knowledge: 'refused', reason: 'too-many-open' }, [-2025]],
  [
    { knowledge: 'refused', reason: 'rejected' },
    [-1013, -1016, -2010, -2012, -2018, -2019, -2027, -2028, -4087, -4400, -4401, -4408],
  ],
  [
    { knowledge: 'refused', reason: 'our-bug' },
    [
      -1010, -1014, -1020, -1102, -1114, -1115, -1116, -1117, -1118, -1119, -1128, -1130, -1136, -2021, -2026, -4015,
      -4016, -4024, -4032, -4082, -4120, -4136, -4137, -4138, -4139,
    ],
  ],
];

const BY_CODE: ReadonlyMap<number, Verdict> = new Map(
  TABLE.flatMap(([verdict, codes]) => codes.map(code => [code, verdict] as const)),
);

/** What a code of the exchange tells us; undefined for a code that is not in the table. */
export function reasonOfCode(code: number): Verdict | undefined {
  return BY_CODE.get(code) ?? (code <= -1100 && code >= -1105 ? BY_CODE.get(-1102) : undefined);
}
