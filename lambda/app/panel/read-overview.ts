/** Reads what the panel shows, in parallel and each limited in time; a part that cannot be read leaves the others. */

import { CANARY_BOT_ID } from '../../aliases.ts';
import { WATCHDOG_ROW } from '../../bot-row.ts';
import { ENV } from '../../contract.ts';
import { type EffectiveSettings, effectiveSettings } from '../../core/config/effective-settings.ts';
import { type BotStanding, botStanding } from '../../core/heartbeat/bot-standing.ts';
import { canaryStanding, isCanary } from '../../core/heartbeat/canary.ts';
import type { BotFields } from '../../core/heartbeat/row-change.ts';
import { shownHealth } from '../../core/heartbeat/watchdog-health.ts';
import type { BotStore, RunRecords, SyncInvoker, UnfinishedRuns } from '../../ports.ts';
import type { BotView } from '../../views/panel/bot-page.ts';
import { type Known, type Overview, type Protection, worstFirst } from '../../views/panel/overview.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';

const READ_MS = 3_000;
const LAST_RUNS = 12;
const RUNS_OF_BOT = 8;
const MOST_UNFINISHED = 25;
/** Further ahead than any next attempt: runs that wait for their time are unfinished too. */
const FAR_MS = 7 * 86_400_000;

export async function readOverview(ports: PanelPorts, config: EffectiveSettings, nowMs: number): Promise<Overview> {
  const configured = accountsOf(config);
  const [rows, watchdog, recent, unfinished, preflights, protection] = await Promise.all([
    known(ports.bots.list(READ_MS)),
    known(ports.bots.read(WATCHDOG_ROW, READ_MS)),
    known(ports.runs.recent({ limit: LAST_RUNS }, READ_MS)),
    known(ports.unfinished.due(nowMs + FAR_MS, MOST_UNFINISHED, READ_MS)),
    known(ports.runs.lastPreflights(configured, READ_MS)),
    known(protectionNow(ports)),
  ]);
  const row = watchdog.kind === 'read' ? watchdog.value : undefined;
  return {
    ...{ nowMs, configured, recent, unfinished, preflights, protection },
    canary:
      rows.kind === 'read' && config.settings.bots.some(({ botId }) => isCanary(botId))
        ? canaryStanding(rows.value.get(CANARY_BOT_ID), nowMs)
        : undefined,
    tickedAtMs: watchdog.kind === 'read' ? { kind: 'read', value: tickIn(row) } : watchdog,
    bots: rows.kind === 'read' ? { kind: 'read', value: standingsOf(config, rows.value, row, nowMs) } : rows,
  };
}

export async function readBotDetails(
  ports: PanelPorts,
  config: EffectiveSettings,
  botId: string,
  nowMs: number,
): Promise<BotView> {
  const [row, watchdog, recent, preflights] = await Promise.all([
    known(ports.bots.read(botId, READ_MS)),
    known(ports.bots.read(WATCHDOG_ROW, READ_MS)),
    known(ports.runs.recent({ limit: RUNS_OF_BOT, botId, sinceMs: nowMs - HISTORY_MS }, READ_MS)),
    known(ports.runs.lastPreflights([botId], READ_MS)),
  ]);
  const own = watchdog.kind === 'read' ? watchdog.value : undefined;
  return {
    botId,
    isConfigured: config.settings.bots.some(bot => bot.botId === botId),
    standing: row.kind === 'read' ? { kind: 'read', value: standingOf(config, botId, row.value, own, nowMs) } : row,
    recent,
    preflight: preflights.kind === 'read' ? { kind: 'read', value: preflights.value.get(botId) } : preflights,
  };
}

/** Without a limit the search for a bot that was never liquidated would read the whole index. */
const HISTORY_MS = 30 * 86_400_000;

async function known<T>(reading: Promise<T>): Promise<Known<T>> {
  try {
    return { kind: 'read', value: await reading };
  } catch (error) {
    return { kind: 'unread', why: error instanceof Error ? error.message : 'It could not be read.' };
  }
}

/** The variable that switches it off is set by hand on the liquidator only. */
async function protectionNow({ liquidator }: PanelPorts): Promise<Protection> {
  const env = await liquidator.environment(READ_MS);
  const deployed = effectiveSettings({ configText: env[ENV.config], disabledText: env[ENV.disabled] });
  if (deployed.disabledByEnvironment) return 'off by environment';
  return deployed.settings.liquidation.emergencyLiquidation ? 'on' : 'off by configuration';
}

/** The configured bots, without the canary. */
export const accountsOf = ({ settings }: EffectiveSettings): readonly string[] =>
  settings.bots.map(({ botId }) => botId).filter(botId => !isCanary(botId));

function standingsOf(
  config: EffectiveSettings,
  rows: ReadonlyMap<string, BotFields>,
  watchdog: BotFields | undefined,
  nowMs: number,
): readonly BotStanding[] {
  const ids = new Set([...accountsOf(config), ...rows.keys()]);
  return worstFirst(
    [...ids]
      .filter(botId => !isCanary(botId))
      .map(botId => standingOf(config, botId, rows.get(botId), watchdog, nowMs)),
  );
}

function standingOf(
  config: EffectiveSettings,
  botId: string,
  fields: BotFields | undefined,
  watchdog: BotFields | undefined,
  nowMs: number,
): BotStanding {
  const configured = config.isFallback ? undefined : config.settings.bots.find(bot => bot.botId === botId);
  return botStanding(botId, fields, nowMs, configured, shownHealth(watchdog, nowMs)?.sinceMs);
}

function tickIn(row: BotFields | undefined): number | undefined {
  return typeof row?.ticked_at_ms === 'number' && row.ticked_at_ms > 0 ? row.ticked_at_ms : undefined;
}

/** The control panel has no exchange and no keys, and cannot write the audit log. */
export interface PanelPorts extends Pick<LiquidatorPorts, 'clock' | 'random' | 'telemetry' | 'invoker' | 'version'> {
  readonly bots: BotStore;
  readonly runs: RunRecords;
  readonly unfinished: UnfinishedRuns;
  readonly liquidator: SyncInvoker;
}
