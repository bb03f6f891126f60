/** A control panel at a standing clock, over the stores in memory; the liquidator is a line that notes what it is asked. */

import { answerPanel } from '../../lambda/app/panel/answer-panel.ts';
import { WATCHDOG_ROW } from '../../lambda/bot-row.ts';
import { effectiveSettings } from '../../lambda/core/config/effective-settings.ts';
import { toJson } from '../../lambda/core/config/read-settings.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import type { CallOutcome } from '../../lambda/core/invocation/call-outcome.ts';
import type { Clock, PreflightNote, SyncInvoker } from '../../lambda/ports.ts';
import { createMemoryBotStore, type MemoryBotStore } from '../../simulator/stores/bot-store.ts';
import { createMemoryStores } from '../../simulator/stores/stores.ts';
import { answer } from '../drill/kept-promise.ts';
import { beat } from '../support/bot-actions.ts';

export const NOW_MS = Date.UTC(2026, 10, 21, 3, 12, 40);
export const ENDPOINT = 'arn:aws:lambda:ap-northeast-1:000000000000:function:flatline-production-control-panel';
const TIMES = { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 120_000 };

export interface PanelRig {
  readonly bots: MemoryBotStore;
  readonly stores: ReturnType<typeof createMemoryStores>;
  /** Events that the liquidator was called with, and those that were queued. */
  readonly called: Readonly<Record<string, unknown>>[];
  readonly queued: Readonly<Record<string, unknown>>[];
  /** How long each call of the liquidator might have taken; the panel's own time is a minute. */
  readonly waits: number[];
  now: number;
  outcome: CallOutcome;
  environment: Readonly<Record<string, string>>;
  queueFails: boolean;
  /** HTML of what a button's event gives, with a context as CloudWatch sends it. */
  press(event: object, context?: object): Promise<string>;
  /** Whatever Lambda may be invoked with. */
  raw(event: unknown): Promise<string>;
  beats(...botIds: readonly string[]): Promise<void>;
  /** All of its bots were found ready an hour ago. */
  tested(changes?: Partial<PreflightNote>): Promise<void>;
}

export function panelRig(botIds: readonly string[] = ['alpha', 'beta']): PanelRig {
  const settings = { ...SAFE_DEFAULTS, bots: botIds.map(defaultBot) };
  const configText = toJson(settings);
  const clock: Clock = { nowMs: () => rig.now, sleep: async () => undefined };
  const bots = createMemoryBotStore(clock);
  const stores = createMemoryStores({ clock });
  const called: Readonly<Record<string, unknown>>[] = [];
  const queued: Readonly<Record<string, unknown>>[] = [];
  const waits: number[] = [];
  const liquidator: SyncInvoker = {
    call: async (event, timeoutMs) => {
      called.push(event);
      waits.push(timeoutMs);
      return rig.outcome;
    },
    environment: async () => rig.environment,
  };
  const silent = () => undefined;
  const ports = {
    ...{ clock, bots, liquidator, runs: stores.lock.runs, unfinished: stores.lock.unfinished },
    version: '1.2.3 (0123456)',
    random: { fraction: () => 0.5, hex: (digits: number) => 'ab'.repeat(digits).slice(0, digits) },
    telemetry: { log: silent, metric: silent, redact: silent, flush: silent },
    invoker: {
      invokeLater: async (event: Readonly<Record<string, unknown>>) => {
        if (rig.queueFails) throw new Error('Lambda is away.');
        queued.push(event);
      },
    },
  };
  const config = effectiveSettings({ configText, disabledText: undefined });
  const raw = (event: unknown): Promise<string> =>
    answerPanel(ports, config, event, { endpoint: ENDPOINT, remainingMs: 60_000 });
  const rig: PanelRig = {
    ...{ bots, stores, called, queued, waits, raw, queueFails: false },
    now: NOW_MS,
    outcome: { kind: 'answered', payload: answer({ state: 'skipped', headline: 'DRY RUN', dry_run: true, plan: [] }) },
    environment: { FLATLINE_CONFIG: configText },
    press: (event, context = {}) => raw({ ...event, widgetContext: { ...CONTEXT, ...context } }),
    beats: async (...ids) => {
      for (const botId of ids) {
        await beat(bots, { botId, atMs: rig.now, count: 1, by: 'bot', times: TIMES, arms: true }, 1_000);
      }
    },
    tested: async (changes = {}) => {
      for (const botId of botIds) {
        const note = {
          botId,
          correlationId: 'liq_20261121_021240_abcdef',
          headline: 'READY',
          failedChecks: [],
        } as const;
        await stores.lock.notePreflight({ ...note, finishedAtMs: NOW_MS - 3_600_000, ...changes }, 1_000);
      }
    },
  };
  bots.edit(WATCHDOG_ROW, { ticked_at_ms: NOW_MS - 20_000 });
  return rig;
}

/** As CloudWatch sends it. */
export const CONTEXT = {
  dashboardName: 'flatline-production',
  widgetId: 'widget-1',
  accountId: '000000000000',
  theme: 'light',
  forms: { all: {} },
  params: {},
  width: 1_400,
  height: 560,
};

/** What was typed into the form of the plan's page. */
export const typed = (botName: string, reason = '') => ({
  forms: { all: { flatline_bot_name: botName, flatline_reason: reason } },
});

/** The JSON of a button, by its title or the beginning of it. */
export function buttonIn(html: string, title: string): Readonly<Record<string, unknown>> {
  const place = html.indexOf(`title="${title}`);
  if (place < 0) throw new Error(`There is no button ${title}.`);
  const [, json = ''] = /<cwdb-action [^>]*>(.*?)<\/cwdb-action>/.exec(html.slice(place)) ?? [];
  return JSON.parse(json);
}

/** What a person reads, without tags. */
export const textOf = (html: string): string =>
  html
    .replace(/<style>.*?<\/style>/gs, '')
    .replace(/<cwdb-action.*?<\/cwdb-action>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/\s+/g, ' ');
