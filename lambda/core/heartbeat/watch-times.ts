/**
 * How long a bot may be silent. The configuration decides; the bot's own times count only if the configuration cannot be read,
 * and to prevent a deadline that is shorter than its heartbeat allows.
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

/** How late a heartbeat may arrive. */
const BEAT_SLACK_MS = 2_000;

/** Within this time the next heartbeat arrives. */
export const nextBeatMs = ({ heartbeatMs }: Pick<WatchTimes, 'heartbeatMs'>): number => heartbeatMs + BEAT_SLACK_MS;

/** `isFallback`: the configuration could not be read, so no bot is known. */
export type WatchConfig = Pick<EffectiveSettings, 'settings' | 'isFallback'>;

/** Undefined for a bot that is not in the configuration: it could not be liquidated, so it is not judged. */
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

/** Needed for each bot in each tick: a linear search would take most of a tick for ten thousand bots. */
const BOTS_BY_ID = new WeakMap<WatchConfig['settings']['bots'], ReadonlyMap<string, BotSettings>>();

/** The configured times, longer if the bot declares a longer heartbeat: late after one of them, dead after two, plus slack. */
export function allowedTimes(configured: WatchTimes, declared: WatchTimes | undefined): WatchTimes {
  const beatMs = declared?.heartbeatMs ?? configured.heartbeatMs;
  return {
    heartbeatMs: Math.max(configured.heartbeatMs, beatMs),
    lateAfterMs: Math.max(configured.lateAfterMs, beatMs + BEAT_SLACK_MS),
    deadAfterMs: Math.max(configured.deadAfterMs, 2 * beatMs + BEAT_SLACK_MS),
  };
}

/** A sentence for people if the bot declares a longer heartbeat than configured. */
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

/** The same for the same times of all bots, in any order. */
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
  const deadFits = deadAfterMs > lateAfterMs && deadAfterMs <= LONGEST_SILENCE_MS;
  return whole && heartbeatFits && lateAfterMs > heartbeatMs && deadFits;
}
