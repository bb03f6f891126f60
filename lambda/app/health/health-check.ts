/**
 * One invocation of the health check.
 *
 *   06:25  canary   the canary sends its heartbeat
 *   06:35  daily    checks the canary and everything else, and logs the daily status, which becomes the daily message
 *   each hour       checks everything, for the alarms only
 *
 * The daily message takes the way of every other one (log, filter, queue, notifier, topic), so it tests that way; an alarm
 * reports if it was not published.
 */

import { CANARY_BOT_ID } from '../../aliases.ts';
import { WATCHDOG_ROW } from '../../bot-row.ts';
import { METRICS } from '../../contract.ts';
import type { EffectiveSettings } from '../../core/config/effective-settings.ts';
import { botStanding } from '../../core/heartbeat/bot-standing.ts';
import { type CanaryVerdict, canaryBeat, canaryRest, isCanary, judgeCanary } from '../../core/heartbeat/canary.ts';
import { shownHealth } from '../../core/heartbeat/watchdog-health.ts';
import { isoMicros } from '../../core/invocation/identity.ts';
import { PREFLIGHT_HOLDS_MS } from '../../core/invocation/readiness.ts';
import { isObject } from '../../core/text/fields.ts';
import type { DailyStatus, LogEvent, WatcherReach } from '../../events.ts';
import type { BotStore, Clock, RunRecords, Telemetry } from '../../ports.ts';
import type { Subscription, Subscriptions } from '../../views/messages/channels.ts';

/** No exchange, no keys, no liquidator. */
export interface HealthPorts {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly bots: Pick<BotStore, 'read' | 'change' | 'list'>;
  readonly runs: Pick<RunRecords, 'lastPreflights'>;
  readonly subscriptions: Subscriptions;
  /** Of the watcher in another region; undefined: none is configured. */
  readonly watcher: { readonly region: string; readonly subscriptions: Subscriptions } | undefined;
}

const ACTIONS = ['canary', 'daily', 'hourly'] as const;
const READ_MS = 5_000;

export interface HealthReport {
  readonly action: string;
  readonly problems: readonly string[];
}

/** Throws if a table or SNS does not answer: Lambda repeats it, and `health-check-silent` and `daily-message-overdue` alarm. */
export async function healthCheck(
  ports: HealthPorts,
  config: EffectiveSettings,
  event: unknown,
): Promise<HealthReport> {
  const action = ACTIONS.find(one => isObject(event) && event.action === one);
  try {
    switch (action) {
      case 'canary':
        await ports.bots.change(canaryBeat(ports.clock.nowMs()), READ_MS);
        return { action, problems: [] };
      case 'hourly':
      case 'daily':
        return { action, problems: await checkAll(ports, config, action) };
      default:
        return { action: 'none', problems: [`The event must be {"action": "${ACTIONS.join('" | "')}"}.`] };
    }
  } finally {
    ports.telemetry.flush();
  }
}

async function checkAll(
  ports: HealthPorts,
  config: EffectiveSettings,
  action: 'hourly' | 'daily',
): Promise<readonly string[]> {
  const { clock, telemetry, bots, runs, subscriptions } = ports;
  const nowMs = clock.nowMs();
  const configured = config.settings.bots.map(({ botId }) => botId);
  const accounts = configured.filter(botId => !isCanary(botId));
  const [rows, preflights, subscribed = []] = await Promise.all([
    bots.list(READ_MS),
    runs.lastPreflights(configured, READ_MS),
    subscriptions.list(READ_MS),
  ]);
  // The oldest counts, so that one bot that passes does not hide others that do not.
  const passedAtMs = accounts.map(botId => {
    const note = preflights.get(botId);
    return note === undefined || note.headline === 'NOT READY' ? 0 : note.finishedAtMs;
  });
  const oldestMs = Math.min(nowMs, ...passedAtMs);
  telemetry.metric(METRICS.preflightAgeHours, Math.min(LONGEST_HOURS, (nowMs - oldestMs) / HOUR_MS), 'Count');
  const reached = whoIsReached(subscribed, config.settings.alerts.email);
  telemetry.metric(METRICS.confirmedSubscriptions, reached.confirmed, 'Count');
  telemetry.metric(METRICS.healthChecks, 1, 'Count');
  if (action === 'hourly') return [];

  const canary = configured.some(isCanary)
    ? judgeCanary(rows.get(CANARY_BOT_ID), preflights.get(CANARY_BOT_ID))
    : undefined;
  if (canary !== undefined) await report(ports, canary);
  const [watchdog, watcher] = await Promise.all([
    bots.read(WATCHDOG_ROW, READ_MS),
    reachOfWatcher(ports, config.settings.alerts.email),
  ]);
  const storableSinceMs = shownHealth(watchdog, nowMs)?.sinceMs;
  const standings = [...rows]
    .filter(([botId]) => !isCanary(botId))
    .map(([botId, fields]) => {
      const times = config.settings.bots.find(bot => bot.botId === botId);
      return botStanding(botId, fields, nowMs, times, storableSinceMs);
    });
  const watched = standings.filter(({ condition }) => WATCHED.has(condition));
  const lastBeat = Math.max(0, ...standings.map(({ lastBeatAtMs = 0 }) => lastBeatAtMs));
  const ticked = watchdog?.ticked_at_ms;
  const status: DailyStatus = {
    bots_configured: accounts.length,
    bots_watched: watched.length,
    bots_not_watched: [
      ...standings.filter(({ condition }) => !WATCHED.has(condition)).map(({ botId }) => botId),
      ...accounts.filter(botId => !rows.has(botId)),
    ],
    last_beat: lastBeat > 0 ? isoMicros(lastBeat) : null,
    last_tick: typeof ticked === 'number' ? isoMicros(ticked) : null,
    oldest_preflight: oldestMs > 0 ? isoMicros(oldestMs) : null,
    preflight_missing: accounts.filter((_, index) => nowMs - (passedAtMs[index] ?? 0) > PREFLIGHT_HOLDS_MS),
    subscriptions_confirmed: reached.confirmed,
    subscriptions_pending: reached.pending,
    mail_not_subscribed: reached.isMailGone,
    mail_can_be_unsubscribed_by_link: subscribed.some(
      ({ protocol, isConfirmed, isAuthenticated }) => protocol === 'email' && isConfirmed && isAuthenticated === false,
    ),
    watcher,
    watcher_region: ports.watcher?.region ?? null,
    canary: canary?.kind ?? 'off',
    canary_took_ms: canary?.kind === 'passed' ? canary.tookMs : null,
  };
  telemetry.log('INFO', 'Daily status', { event: 'daily_status', ...status } satisfies LogEvent<'daily_status'>);
  return canary?.kind === 'failed' ? canary.problems : [];
}

const reachOfWatcher = async ({ watcher }: HealthPorts, mail: string | undefined): Promise<WatcherReach | 'off'> =>
  watcher === undefined ? 'off' : watcherReach(watcher.subscriptions, mail, READ_MS);

const HOUR_MS = 3_600_000;
/** For a bot that never passed. */
const LONGEST_HOURS = 10_000;
const WATCHED: ReadonlySet<string> = new Set(['alive', 'late', 'dead']);

async function report({ telemetry, bots, clock }: HealthPorts, verdict: CanaryVerdict): Promise<void> {
  const passed = verdict.kind === 'passed';
  telemetry.metric(passed ? METRICS.canaryPassed : METRICS.canaryFailed, 1, 'Count');
  if (!passed) {
    const about = { event: 'canary_failed', problems: verdict.problems } satisfies LogEvent<'canary_failed'>;
    telemetry.log('CRITICAL', 'The canary test failed', about);
  }
  await bots.change(canaryRest(clock.nowMs(), verdict), READ_MS);
}

export interface Reach {
  readonly confirmed: number;
  readonly pending: number;
  /** SNS deletes a subscription that was not confirmed within days, or that its reader ended. */
  readonly isMailGone: boolean;
}

export function whoIsReached(subscribed: readonly Subscription[], mail: string | undefined): Reach {
  const wanted = mail?.toLowerCase();
  const own = subscribed.filter(
    ({ protocol, endpoint }) => wanted === undefined || (protocol === 'email' && endpoint?.toLowerCase() === wanted),
  );
  const pending = subscribed.filter(({ isConfirmed }) => !isConfirmed).length;
  return {
    confirmed: own.filter(({ isConfirmed }) => isConfirmed).length,
    pending,
    isMailGone: wanted !== undefined && own.length === 0,
  };
}

/** Checked from the watched region, while that works. Never rejects, because the watcher's region may fail. */
export async function watcherReach(
  subscriptions: Subscriptions,
  mail: string | undefined,
  timeoutMs: number,
): Promise<WatcherReach> {
  try {
    const subscribed = await subscriptions.list(timeoutMs);
    if (subscribed === undefined) return 'missing';
    const reach = whoIsReached(subscribed, mail);
    if (reach.confirmed > 0) return 'confirmed';
    return reach.isMailGone ? 'gone' : 'pending';
  } catch {
    return 'unknown';
  }
}
