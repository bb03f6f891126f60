/**
 * What an incident tool (PagerDuty, Opsgenie) needs besides the text: which incident a message belongs to, and whether
 * it opens, acknowledges or closes it. A message that needs no action opens no incident.
 *
 *   account alpha      dead, not flat ─ open      FLAT ─ close; not FLAT of named symbols
 *   watch alpha        late ─ open                reports again, an operator changed the watch ─ close
 *   readiness alpha    preflight failed ─ open    passes again ─ close
 */

import { rowsOf, textOf } from '../../core/text/fields.ts';
import { type EventCode, NOT_NOTIFIED } from '../../events.ts';
import { type Notification, PART_OF } from './notification.ts';

const INCIDENT_ACTIONS = ['trigger', 'acknowledge', 'resolve'] as const;
const SEVERITIES = ['critical', 'error', 'warning'] as const;

export interface IncidentSignal {
  /** The same for all messages of one incident. */
  readonly key: string;
  readonly action: (typeof INCIDENT_ACTIONS)[number];
  readonly severity: (typeof SEVERITIES)[number];
  /** One line. */
  readonly summary: string;
}

type Rule = Pick<IncidentSignal, 'action' | 'severity'> & { readonly of: 'account' | 'watch' | 'readiness' | 'itself' };

const opens = (of: Rule['of'], severity: IncidentSignal['severity']): Rule => ({ of, action: 'trigger', severity });
const closes = (of: Rule['of']): Rule => ({ of, action: 'resolve', severity: 'warning' });
const acknowledges = (of: Rule['of']): Rule => ({ of, action: 'acknowledge', severity: 'warning' });
const NOTHING: readonly Rule[] = [];

const RULES = {
  liquidation_completed: [closes('account')],
  liquidation_partial: [opens('account', 'critical')],
  liquidation_failed: [opens('account', 'critical')],
  liquidation_skipped: [opens('account', 'critical')],
  bot_dead: [opens('account', 'critical'), closes('watch')],
  bot_late: [opens('watch', 'warning')],
  bot_recovered: [closes('watch')],
  bot_armed: [closes('watch')],
  bot_disarmed: [closes('watch')],
  bot_rearmed: [closes('watch')],
  bot_snoozed: [closes('watch')],
  bot_snooze_planned: NOTHING,
  bot_acknowledged: [acknowledges('account'), acknowledges('watch'), acknowledges('readiness')],
  preflight_not_ready: [opens('readiness', 'error')],
  preflight_recovered: [closes('readiness')],
  event_refused: [opens('itself', 'error')],
  watchdog_problem: [opens('itself', 'critical')],
  liquidator_failed: [opens('itself', 'critical')],
  configuration_invalid: [opens('itself', 'error')],
  deployment_incomplete: [opens('itself', 'critical')],
  canary_failed: [opens('itself', 'critical')],
  watchdog_blind: [opens('itself', 'critical')],
  bot_restarting: [opens('itself', 'error')],
  bot_times_differ: NOTHING,
  bot_report_outdated: NOTHING,
  daily_status: NOTHING,
  [NOT_NOTIFIED]: NOTHING,
} satisfies Readonly<Record<EventCode, readonly Rule[]>>;

/** More than this at once become one incident: the tools accept about a hundred in a minute. */
const MOST_AT_ONCE = 50;

/** `subject`: of the message that contains them all. */
export function incidentsOf(of: readonly Notification[], subject: string): readonly IncidentSignal[] {
  const events = of.flatMap(eventsOf);
  const opened = events.filter(({ action }) => action === 'trigger');
  if (opened.length <= MOST_AT_ONCE) return events;
  const severity = opened.some(one => one.severity === 'critical') ? 'critical' : 'error';
  return [{ key: `together ${subject}`.slice(0, KEY_MAX_CHARS), action: 'trigger', severity, summary: subject }];
}

/** PagerDuty, "Events API v2": a dedup_key has 255 characters at most; Opsgenie's alias 512. */
const KEY_MAX_CHARS = 255;

function eventsOf({ kind, message, standing, id }: Notification): readonly IncidentSignal[] {
  const { botId, verdict } = message.summary;
  if (verdict.startsWith('DRILL: ')) return [];
  const rules = Object.hasOwn(RULES, kind) ? RULES[kind as EventCode] : [opens('itself', 'error')];
  const isOfPart = standing?.of.startsWith(PART_OF) === true;
  const meant = rules.filter(({ action }) => !(isOfPart && action === 'resolve'));
  return meant.map(({ of, action, severity }) => ({
    key: (of === 'itself' ? (standing?.of ?? id) : `${of} ${botId ?? '?'}`).slice(0, KEY_MAX_CHARS),
    ...{ action, severity, summary: message.subject },
  }));
}

/** Reads the message attribute of the topic. Invalid entries are dropped. */
export function readIncidents(text: string | undefined): readonly IncidentSignal[] | undefined {
  if (text === undefined) return undefined;
  try {
    return rowsOf(JSON.parse(text)).flatMap(row => {
      const action = INCIDENT_ACTIONS.find(one => one === row.action);
      const severity = SEVERITIES.find(one => one === row.severity);
      const [key, summary] = [textOf(row.key), textOf(row.summary)];
      if (action === undefined || severity === undefined || key === undefined) return [];
      return [{ key, action, severity, summary: summary ?? key }];
    });
  } catch {
    return undefined;
  }
}
