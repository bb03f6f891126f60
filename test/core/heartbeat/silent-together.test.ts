/** Whether many fell silent at once: then the cause may lie between them and the table. */

import { expect, it } from 'vitest';
import { fellSilentTogether, type SeenSilence } from '../../../lambda/core/heartbeat/assess-bot.ts';

const bots = (count: number, silentSinceMs: number, missesABeat: boolean): SeenSilence[] =>
  Array.from({ length: count }, () => ({ silentSinceMs, heartbeatMs: 10_000, missesABeat }));

const [SINCE, LATER] = [1_000_000, 1_100_000];

it.each<[string, boolean, SeenSilence[]]>([
  ['one bot alone did not', false, bots(1, SINCE, true)],
  ['two did not, though they are all that there are', false, bots(2, SINCE, true)],
  ['three of three did', true, bots(3, SINCE, true)],
  ['three of five did', true, [...bots(3, SINCE, true), ...bots(2, LATER, false)]],
  ['three of six did not: half is not over half', false, [...bots(3, SINCE, true), ...bots(3, LATER, false)]],
  ['thirty-eight of forty did', true, [...bots(38, SINCE, true), ...bots(2, LATER, false)]],
  ['a hundred of ten thousand did not', false, [...bots(100, SINCE, true), ...bots(9_900, LATER, false)]],
  [
    'those who were silent long before do not count',
    true,
    [...bots(3, SINCE, true), ...bots(50, SINCE - 60_000, true)],
  ],
  ['within a heartbeat and 2 s is together', true, [...bots(1, SINCE, true), ...bots(2, SINCE + 12_000, true)]],
  ['later is not', false, [...bots(1, SINCE, true), ...bots(2, SINCE + 12_001, true)]],
  [
    'a slow bot’s own heartbeat counts',
    true,
    [...bots(1, SINCE, true), ...bots(2, SINCE + 50_000, true).map(bot => ({ ...bot, heartbeatMs: 60_000 }))],
  ],
])('%s', (_what, together, all) => {
  expect(fellSilentTogether(all[0] as SeenSilence, all)).toBe(together);
});
