/**
 * One tick of the dead man's switch. Never throws; what it could not do, the next one finds.
 *
 *        ┌─ due bots ── vigil for each ──┬─ reported ── put off
 *   tick ┤                               └─ silent ──── trip ── invoke the liquidator
 *        ├─ unfinished liquidations ──── resume, or give up
 *        └─ patrol: is one of the configured bots lost?
 */

import { METRICS } from '../../contract.ts';
import { isCanary } from '../../core/canary.ts';
import type { WatchConfig } from '../../core/heartbeat/watch-times.ts';
import { complain } from './complain.ts';
import { whyOf } from './insist.ts';
import { patrol } from './patrol.ts';
import { resumeUnfinished } from './resume.ts';
import { openRound, type Round } from './round.ts';
import { watchBots } from './watch-bots.ts';
import type { WatchWorld } from './world.ts';

/** What the function answers; nobody waits for it but a person who tries it out. */
export interface TickReport {
  /** Nothing had to be complained of. */
  readonly success: boolean;
  readonly due: number;
  readonly late: readonly string[];
  readonly fired: readonly { readonly bot_id: string; readonly correlation_id: string }[];
  readonly sentinels: number;
  readonly resumed: readonly string[];
  readonly gave_up: readonly string[];
  readonly blind_shards: number;
  readonly problems: readonly string[];
  readonly duration_ms: number;
}

/** `remainingMs` is what Lambda's timeout leaves; the tick ends two seconds before. */
export async function tick(
  world: WatchWorld,
  config: WatchConfig,
  { remainingMs }: { readonly remainingMs: number },
): Promise<TickReport> {
  const round = openRound(world, config, remainingMs);
  const works = await Promise.allSettled([watchBots(round), resumeUnfinished(round), patrol(round)]);
  for (const work of works) {
    if (work.status === 'fulfilled') continue;
    world.telemetry.log('CRITICAL', 'A bug of the watchdog', { event: 'detail', error: work.reason });
    complain(round, 'CRITICAL', 'UNFORESEEN', `The tick failed in a way nobody foresaw (${whyOf(work.reason)}).`);
  }
  await told(round);
  measure(round);
  return reportOf(round);
}

/** Waits for what is told behind the work, as far as the time goes. More may be added meanwhile; the loop sees it. */
async function told({ world, tally, endAtMs }: Round): Promise<void> {
  const enough = new AbortController();
  const all = async (): Promise<void> => {
    for (const telling of tally.background) await telling;
    enough.abort();
  };
  await Promise.race([all(), world.clock.sleep(Math.max(0, endAtMs - world.clock.nowMs()), enough.signal)]);
}

function measure({ world, tally }: Round): void {
  const { telemetry } = world;
  if (tally.sawAll) telemetry.metric(METRICS.watchdogTicks, 1, 'Count');
  telemetry.metric(METRICS.botsArmed, withoutCanary(tally.armed), 'Count');
  telemetry.metric(METRICS.botsLate, withoutCanary(tally.late), 'Count');
  telemetry.metric(METRICS.botsDead, withoutCanary(tally.fired.keys()), 'Count');
  if (tally.armed.size > 0) telemetry.metric(METRICS.secondsSinceBeat, tally.longestSilenceMs / 1_000, 'Count');
  telemetry.metric(METRICS.unfinished, tally.unfinished, 'Count');
  if (tally.unfinished > 0) telemetry.metric(METRICS.unfinishedAgeMs, tally.oldestUnfinishedMs, 'Milliseconds');
}

function reportOf({ world, tally, startedAtMs }: Round): TickReport {
  return {
    success: tally.problems.length === 0,
    due: tally.due,
    late: [...tally.late],
    fired: [...tally.fired].map(([bot_id, correlation_id]) => ({ bot_id, correlation_id })),
    sentinels: tally.sentinels,
    resumed: tally.resumed,
    gave_up: tally.gaveUp,
    blind_shards: tally.blindShards,
    problems: tally.problems,
    duration_ms: Math.round(world.clock.nowMs() - startedAtMs),
  };
}

/** Its death is planned, and rings an alarm of its own when it does not come. */
const withoutCanary = (botIds: Iterable<string>): number => [...botIds].filter(botId => !isCanary(botId)).length;
