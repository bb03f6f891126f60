/** A bot's row as its client reaches it, over the bots in memory: the same writes as the watchdog's store makes. */

import type { RowClient, RowValues } from '../../client/typescript/bot-row.ts';
import type { Attribute, Attributes } from '../../client/typescript/times.ts';
import type { BotWrite } from '../../lambda/bot-row.ts';
import {
  beatWithoutProofChange,
  forestallChange,
  markChange,
  type RunBeat,
  runBeatChange,
  startChange,
  stopChange,
  takeOverChange,
  takeOverSilentChange,
  waitChange,
  whyRunRefusedChange,
  withdrawChange,
} from '../../lambda/core/heartbeat/client-changes.ts';
import type { BotFields, RowChange } from '../../lambda/core/heartbeat/row-change.ts';
import type { BotStore } from '../../lambda/ports.ts';

export const memoryBotRow = (bots: BotStore, botId: string): RowClient => ({
  write: async (name, values, timeoutMs) => {
    const before = await bots.read(botId, timeoutMs);
    const after = await bots.change(changeOf(name, botId, values), timeoutMs);
    if (after === undefined) return undefined;
    return attributesOf(name === 'wait' || name === 'whyRefused' ? after : (before ?? {}));
  },
});

function changeOf(name: BotWrite, botId: string, values: RowValues): RowChange {
  const text = (key: string): string => String(plain(values[key]));
  const number = (key: string): number => Number(plain(values[key]));
  const beat: RunBeat = {
    ...{ botId, runId: text('run_id'), atMs: number('last_beat_at_ms'), count: number('beats'), by: 'bot' },
    times: {
      heartbeatMs: number('heartbeat_ms'),
      lateAfterMs: number('late_after_ms'),
      deadAfterMs: number('dead_after_ms'),
    },
  };
  const seen = {
    runId: plain(values.seen_run_id),
    beats: plain(values.seen_beats),
    lastBeatAtMs: plain(values.seen_last_beat_at_ms),
  };
  const refused = { ...beat, atMs: number('refused_beat_at_ms') };
  switch (name) {
    case 'takeOver':
      return takeOverChange(beat);
    case 'takeOverSilent':
      return takeOverSilentChange(beat, seen);
    case 'start':
      return startChange(beat);
    case 'wait':
      return waitChange(refused);
    case 'whyRefused':
      return whyRunRefusedChange(refused);
    case 'beat':
      return runBeatChange(beat);
    case 'beatWithoutProof':
      return beatWithoutProofChange(beat);
    case 'disarm':
      return stopChange({ ...beat, atMs: number('changed_at_ms'), reason: text('change_reason') });
    case 'fail':
      return markChange({
        ...{ ...beat, atMs: number('failed_at_ms'), reason: text('failed_reason') },
        callId: text('failed_call_id'),
      });
    case 'withdraw':
      return withdrawChange(botId, text('withdrawn_call_id'));
    case 'forestall':
      return forestallChange(botId, text('withdrawn_call_id'));
  }
}

function plain(value: RowValues[string] | undefined): string | number | undefined {
  if (typeof value !== 'object') return value;
  return value.N === undefined ? value.S : Number(value.N);
}

const attributesOf = (fields: BotFields): Attributes =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]): readonly [string, Attribute][] => {
      if (typeof value === 'string') return [[name, { S: value }]];
      return typeof value === 'number' ? [[name, { N: String(value) }]] : [];
    }),
  );
