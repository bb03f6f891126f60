/**
 * How long a bot may be silent. The configuration of the stack rules; what the bot wrote into its row counts only where
 * the configuration cannot be read, and only if it makes sense.
 */

import type { EffectiveSettings } from '../config/effective-settings.ts';
import { defaultBot } from '../config/settings.ts';

/** Durations in ms; heartbeat < late < dead. */
export interface WatchTimes {
  readonly heartbeatMs: number;
  readonly lateAfterMs: number;
  readonly deadAfterMs: number;
}

/** What the watchdog needs to know of the configuration. `isFallback`: it could not be read, so no bot is known. */
export type WatchConfig = Pick<EffectiveSettings, 'settings' | 'isFallback'>;

/** Undefined for a bot that is not in the configuration: nobody could liquidate it, so nobody judges it. */
export function timesOf(config: WatchConfig, botId: string, inRow: WatchTimes | undefined): WatchTimes | undefined {
  const configured = config.settings.bots.find(bot => bot.botId === botId);
  if (config.isFallback) return inRow ?? configured ?? defaultBot(botId);
  return configured;
}

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
