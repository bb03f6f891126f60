/**
 * How long a bot may be silent. The configuration decides; what the bot wrote into its row counts only where the
 * configuration cannot be read, and for one thing: no deadline is shorter than the bot's own heartbeat allows.
 */

import { createHash } from 'node:crypto';
import type { EffectiveSettings } from '../config/effective-settings.ts';
import { type BotSettings, defaultBot } from '../config/settings.ts';

/** Durations in ms; heartbeat < late < dead. */
export interface WatchTimes {
  readonly heartbeatMs: number;
  readonly lateAfterMs: number;
  readonly deadAfterMs: number;
}

/** The next beat may be this much later than a heartbeat after the last. */
const BEAT_SLACK_MS = 2_000;

/** A bot that lives has been heard once more by then. */
export const nextBeatMs = ({ heartbeatMs }: Pick<WatchTimes, 'heartbeatMs'>): number => heartbeatMs + BEAT_SLACK_MS;

/** What the watchdog needs to know of the configuration. `isFallback`: it could not be read, so no bot is known. */
export type WatchConfig = Pick<EffectiveSettings, 'settings' | 'isFallback'>;

/** Undefined for a bot that is not in the configuration: nobody could liquidate it, so nobody judges it. */
export function timesOf(config: WatchConfig, botId: string, inRow: WatchTimes | undefined): WatchTimes | undefined {
  const configured = configuredBot(config, botId);
  if (config.isFallback) return inRow ?? configured ?? defaultBot(botId);
  return configured && allowedTimes(configured, inRow);
}

export function configuredBot({ settings: { bots } }: WatchConfig, botId: string): BotSettings | undefined {
  let byId = BOTS_BY_ID.get(bots);
  if (byId === undefined) {
    byId = new Map(bots.map(bot => [bot.botId, bot]));
    BOTS_BY_ID.set(bots, byId);
  }
  return byId.get(botId);
}

/** Asked for each bot in each tick; a search through ten thousand for each of ten thousand takes most of a tick. */
const BOTS_BY_ID = new WeakMap<WatchConfig['settings']['bots'], ReadonlyMap<string, BotSettings>>();

/**
 * The configured times, made longer where the bot declares that it beats less often: late after one of its heartbeats,
 * dead after two, each with slack.
 */
export function allowedTimes(configured: WatchTimes, declared: WatchTimes | undefined): WatchTimes {
  const beatMs = declared?.heartbeatMs ?? configured.heartbeatMs;
  return {
    heartbeatMs: Math.max(configured.heartbeatMs, beatMs),
    lateAfterMs: Math.max(configured.lateAfterMs, beatMs + BEAT_SLACK_MS),
    deadAfterMs: Math.max(configured.deadAfterMs, 2 * beatMs + BEAT_SLACK_MS),
  };
}

/**
 * What differs between the times that a bot declares and the configured ones, as a sentence for people; undefined where
 * nothing does that matters.
 */
export function timesProblem(configured: WatchTimes, declared: WatchTimes | undefined): string | undefined {
  if (declared === undefined || declared.heartbeatMs <= configured.heartbeatMs) return undefined;
  const { lateAfterMs, deadAfterMs } = allowedTimes(configured, declared);
  const isLonger = lateAfterMs > configured.lateAfterMs || deadAfterMs > configured.deadAfterMs;
  const seconds = (ms: number): string => `${ms / 1_000} s`;
  const effect = isLonger
    ? `so it is late after ${seconds(lateAfterMs)} and dead after ${seconds(deadAfterMs)} instead of ${seconds(configured.lateAfterMs)} and ${seconds(configured.deadAfterMs)}`
    : 'and the deadlines stay as configured';
  return `it says that it beats every ${seconds(declared.heartbeatMs)}, the configuration says ${seconds(configured.heartbeatMs)}, ${effect}; start it with heartbeat_seconds = ${configured.heartbeatMs / 1_000}, or configure what it does.`;
}

/** The same text for the same times of all bots, whatever their order. */
export function timesDigest({ settings }: WatchConfig): string {
  const lines = settings.bots.map(({ botId, heartbeatMs, lateAfterMs, deadAfterMs, exclusive }) =>
    [botId, heartbeatMs, lateAfterMs, deadAfterMs, exclusive].join(' '),
  );
  return createHash('sha256').update(lines.toSorted().join('|')).digest('hex').slice(0, DIGEST_CHARS);
}

const DIGEST_CHARS = 16;

const LONGEST_HEARTBEAT_MS = 60_000;
const LONGEST_SILENCE_MS = 86_400_000;

/** The configuration's own rules (docs: keys heartbeat_seconds, late_after_seconds, dead_after_seconds). */
export function areSane({ heartbeatMs, lateAfterMs, deadAfterMs }: WatchTimes): boolean {
  const whole = [heartbeatMs, lateAfterMs, deadAfterMs].every(Number.isSafeInteger);
  const heartbeatFits = heartbeatMs >= 1_000 && heartbeatMs <= LONGEST_HEARTBEAT_MS;
  return (
    whole &&
    heartbeatFits &&
    lateAfterMs > heartbeatMs &&
    deadAfterMs > lateAfterMs &&
    deadAfterMs <= LONGEST_SILENCE_MS
  );
}
