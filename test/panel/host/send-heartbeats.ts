/** Bots that do nothing but live: each beats until it is stilled. A beat that is refused or lost is their own business. */

import { SERVED_TIMES } from '../../../bin/commands/drill/served/served-cloud.ts';
import { startOrBeat } from '../../../lambda/app/ping/run-commands.ts';
import type { BotStore, Clock } from '../../../lambda/ports.ts';

export interface Heartbeats {
  /** The first beat is stored, or was refused, when it resolves. */
  start(botId: string): Promise<void>;
  still(botId: string): void;
  beats(botId: string): boolean;
  close(): Promise<void>;
}

const STORE_MS = 1_000;

export function createHeartbeats(bots: BotStore, clock: Clock): Heartbeats {
  const lives = new Map<string, { readonly end: AbortController; readonly living: Promise<void> }>();
  let count = 0;

  async function beatOnce(botId: string, runId: string, isStart: boolean): Promise<void> {
    count += 1;
    const sign = { botId, runId, atMs: clock.nowMs(), count, by: 'drill', times: SERVED_TIMES, isStart };
    await startOrBeat(bots, sign, STORE_MS).catch(() => undefined);
  }

  async function live(botId: string, runId: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      await clock.sleep(SERVED_TIMES.heartbeatMs, signal);
      if (signal.aborted) return;
      await beatOnce(botId, runId, false);
    }
  }

  return {
    async start(botId) {
      if (lives.has(botId)) return;
      const end = new AbortController();
      const runId = `panel-${Math.floor(clock.nowMs())}`;
      await beatOnce(botId, runId, true);
      lives.set(botId, { end, living: live(botId, runId, end.signal) });
    },
    still(botId) {
      lives.get(botId)?.end.abort();
      lives.delete(botId);
    },
    beats: botId => lives.has(botId),
    async close() {
      const all = [...lives.values()];
      for (const { end } of all) end.abort();
      await Promise.all(all.map(({ living }) => living));
    },
  };
}
