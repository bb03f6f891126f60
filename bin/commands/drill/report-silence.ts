/** Reports how long a bot has been silent, until it reports or its deadline passes: the countdown on the screen. */

import type { Clock } from '../../../lambda/ports.ts';
import type { Bot } from './bot.ts';
import type { ReportProgress } from './progress.ts';

const EVERY_MS = 100;

/** Never rejects. Ends when a heartbeat comes or the deadline has passed, or by the signal. */
export async function reportSilence(
  bot: Bot,
  {
    clock,
    reportProgress,
    signal,
  }: { readonly clock: Clock; readonly reportProgress: ReportProgress; readonly signal: AbortSignal },
): Promise<void> {
  const { botId, lateAfterMs, deadAfterMs } = bot.settings;
  const beats = bot.beats.length;
  while (!signal.aborted && bot.beats.length === beats) {
    const atMs = clock.nowMs();
    const silentMs = atMs - (bot.beats.at(-1)?.atMs ?? atMs);
    if (silentMs >= deadAfterMs) return;
    reportProgress({ kind: 'silence', botId, silentMs, lateAfterMs, deadAfterMs, atMs });
    await clock.sleep(Math.min(EVERY_MS, deadAfterMs - silentMs), signal);
  }
}
