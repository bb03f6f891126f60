/** One check of the watcher: how long ago the watchdog of another region last ticked, as a metric. */

import { WATCHDOG_ROW } from '../../bot-row.ts';
import { METRICS } from '../../contract.ts';
import type { BotStore, Clock, Telemetry } from '../../ports.ts';

export interface WatcherPorts {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** The table `bots` of the watched region. Throws if it cannot be found. */
  bots(): Promise<Pick<BotStore, 'read'>>;
}

const READ_MS = 5_000;
/** For a watchdog that never ticked. */
const NEVER_SECONDS = 1_000_000;

/** Throws if the region does not answer: the missing datapoint raises the alarm. 0 if the watchdog's clock is ahead. */
export async function checkWatchdog(ports: WatcherPorts): Promise<{ readonly silent_seconds: number }> {
  const { clock, telemetry } = ports;
  try {
    const row = await (await ports.bots()).read(WATCHDOG_ROW, READ_MS);
    const tickedAtMs = row?.ticked_at_ms;
    const silent =
      typeof tickedAtMs === 'number' ? Math.max(0, Math.round((clock.nowMs() - tickedAtMs) / 1_000)) : NEVER_SECONDS;
    telemetry.metric(METRICS.watchedSilenceSeconds, silent, 'Count');
    telemetry.log('INFO', 'The watchdog was checked', { silent_seconds: silent });
    return { silent_seconds: silent };
  } finally {
    telemetry.flush();
  }
}
