/** The state of the watchdog and of every bot: those of the configuration and those of the table, by ID. */

import { CANARY_BOT_ID } from '../../lambda/aliases.ts';
import { WATCHDOG_ROW } from '../../lambda/bot-row.ts';
import { type BotStanding, botStanding } from '../../lambda/core/heartbeat/bot-standing.ts';
import { canaryStanding, isCanary } from '../../lambda/core/heartbeat/canary.ts';
import { shownHealth, TICKS_LOST_AFTER_MS } from '../../lambda/core/heartbeat/watchdog-health.ts';
import type { Connection } from '../connect/connection.ts';
import { STORE_MS } from '../terminal/waiting.ts';

export interface ListedBot extends BotStanding {
  /** In the deployed configuration. A bot that is not cannot be liquidated. */
  readonly configured: boolean;
}

export type Watch = Readonly<Awaited<ReturnType<typeof readWatch>>>;

/** Throws StoreError. */
export async function readWatch({ bots, config, clock }: Connection) {
  const [rows, own] = await Promise.all([bots.list(STORE_MS), bots.read(WATCHDOG_ROW, STORE_MS)]);
  const nowMs = clock.nowMs();
  const tickedAtMs = typeof own?.ticked_at_ms === 'number' ? own.ticked_at_ms : undefined;
  // Undefined: it has never run. Blind: not for two and a half minutes, or never.
  const isBlind = tickedAtMs === undefined || nowMs - tickedAtMs > TICKS_LOST_AFTER_MS;
  const configured = config.isFallback ? [] : config.settings.bots;
  const all = new Set([...configured.map(({ botId }) => botId), ...rows.keys()]);
  const ids = [...all].filter(botId => !isCanary(botId)).sort();
  const standings = ids.map(botId => {
    const times = configured.find(bot => bot.botId === botId);
    const standing = botStanding(botId, rows.get(botId), nowMs, times, shownHealth(own, nowMs)?.sinceMs);
    return { ...standing, configured: times !== undefined };
  });
  const hasCanary = configured.some(({ botId }) => isCanary(botId));
  // No bot of anybody's: it dies each morning, on purpose.
  const canary = hasCanary ? canaryStanding(rows.get(CANARY_BOT_ID), nowMs) : undefined;
  return { nowMs, standings, canary, watchdog: { tickedAtMs, isBlind } };
}
