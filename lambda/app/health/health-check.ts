/**
 * One invocation of the health check.
 *
 *   06:25  canary   lets the canary beat
 *   06:35  daily    judges the canary, checks everything, and logs the day's status, which becomes the daily message
 *   each hour       checks everything, for the alarms alone
 *
 * The daily message goes the way of every other one (log, filter, queue, notifier, topic), so that it proves the way; an
 * alarm rings when it was not published.
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
import type { HealthPorts } from './ports.ts';
import { watcherReach, whoIsReached } from './who-is-reached.ts';

const ACTIONS = ['canary', 'daily', 'hourly'] as const;
const READ_MS = 5_000;

export interface HealthReport {
  readonly action: string;
  readonly problems: readonly string[];
}

/** Throws when a table or SNS does not answer: Lambda repeats it, and the alarms `health-check-silent` and `daily-message-overdue` ring. */
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
        return { action, problems: await look(ports, config, action) };
      default:
        return { action: 'none', problems: [`The event must be {"action": "${ACTIONS.join('" | "')}"}.`] };
    }
  } finally {
    ports.telemetry.flush();
  }
}

async function look(
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
  // The oldest counts: one bot that passes must not hide ninety-nine that do not.
  const passedAtMs = accounts.map(botId => {
    const note = preflights.get(botId);
    return note === undefined || note.headline === 'NOT READY' ? 0 : note.finishedAtMs;
  });
  const oldestMs = Math.min(nowMs, ...passedAtMs);
  telemetry.metric(METRICS.preflightAgeHours, Math.min(LONGEST_HOURS, (nowMs - oldestMs) / HOUR_MS), 'Count');
  const reach = whoIsReached(subscribed, config.settings.alerts.email);
  telemetry.metric(METRICS.confirmedSubscriptions, reach.confirmed, 'Count');
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
  const heardSinceMs = shownHealth(watchdog, nowMs)?.sinceMs;
  const standings = [...rows]
    .filter(([botId]) => !isCanary(botId))
    .map(([botId, fields]) => {
      const times = config.settings.bots.find(bot => bot.botId === botId);
      return botStanding(botId, fields, nowMs, times, heardSinceMs);
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
    subscriptions_confirmed: reach.confirmed,
    subscriptions_pending: reach.pending,
    mail_not_subscribed: reach.isMailGone,
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
/** Of a bot that never passed. */
const LONGEST_HOURS = 10_000;
const WATCHED: ReadonlySet<string> = new Set(['alive', 'late', 'dead']);

async function report({ telemetry, bots, clock }: HealthPorts, verdict: CanaryVerdict): Promise<void> {
  const passed = verdict.kind === 'passed';
  telemetry.metric(passed ? METRICS.canaryPassed : METRICS.canaryFailed, 1, 'Count');
  if (!passed) {
    telemetry.log('CRITICAL', 'The canary test failed', {
      event: 'canary_failed',
      problems: verdict.problems,
    } satisfies LogEvent<'canary_failed'>);
  }
  await bots.change(canaryRest(clock.nowMs(), verdict), READ_MS);
}
