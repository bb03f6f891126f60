/** A weekly snooze for maintenance: "Sun 02:00 UTC" for 2 h. In UTC, and it always ends by itself. */

import { shownJson } from '../config/shown-value.ts';
import type { BotFields } from './row-change.ts';

export interface SnoozePlan {
  /** `Sun 02:00 UTC`, `Mon,Wed 22:30 UTC`, `daily 02:00 UTC`. */
  readonly every: string;
  readonly forMs: number;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const DAY_MS = 86_400_000;
const LONGEST_WINDOW_MS = DAY_MS;

/** The text in its usual form; undefined if it is not valid. */
export function readEvery(text: string): string | undefined {
  const [, days = '', hour = '', minute = ''] = /^(\S+) +(\d{1,2}):(\d{2}) *(?:UTC)?$/i.exec(text.trim()) ?? [];
  const named = daysIn(days);
  if (named === undefined || Number(hour) > 23 || Number(minute) > 59) return undefined;
  const shown = named.length === DAYS.length ? 'daily' : named.map(day => DAYS[day]).join(',');
  return `${shown} ${hour.padStart(2, '0')}:${minute} UTC`;
}

/** 0 is Sunday, as in JavaScript and cron. */
function daysIn(text: string): readonly number[] | undefined {
  if (text.toLowerCase() === 'daily') return DAYS.map((_, day) => day);
  const days = text.split(',').map(name => DAYS.findIndex(day => day.toLowerCase() === name.toLowerCase()));
  return days.includes(-1) || new Set(days).size < days.length ? undefined : days.toSorted();
}

/** When the last window that has begun by `nowMs` ends or ended; undefined: none began within a week. */
export function lastWindowEndMs(plan: SnoozePlan, nowMs: number): number | undefined {
  const every = readEvery(plan.every);
  const [, days = '', hour = '0', minute = '0'] = /^(\S+) (\d+):(\d+)/.exec(every ?? '') ?? [];
  const named = daysIn(days);
  if (every === undefined || named === undefined || !(plan.forMs > 0)) return undefined;
  const forMs = Math.min(plan.forMs, LONGEST_WINDOW_MS);
  const timeMs = (Number(hour) * 60 + Number(minute)) * 60_000;
  const todayMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  for (let back = 0; back <= 7; back += 1) {
    const beginsMs = todayMs - back * DAY_MS + timeMs;
    if (beginsMs <= nowMs && named.includes(new Date(beginsMs).getUTCDay())) return beginsMs + forMs;
  }
  return undefined;
}

/** The later end of a single snooze and a planned one. */
export function snoozedUntil(
  {
    snoozedUntilMs,
    snoozePlan,
  }: { readonly snoozedUntilMs: number | undefined; readonly snoozePlan?: SnoozePlan | undefined },
  nowMs: number,
): number {
  const plannedMs = snoozePlan === undefined ? undefined : lastWindowEndMs(snoozePlan, nowMs);
  return Math.max(snoozedUntilMs ?? 0, plannedMs ?? 0);
}

/** An invalid plan is no snooze: the bot is watched. */
export function readSnoozePlan(
  { snooze_every, snooze_every_for_ms }: BotFields,
  problems: string[],
): SnoozePlan | undefined {
  if (snooze_every === undefined && snooze_every_for_ms === undefined) return undefined;
  const every = typeof snooze_every === 'string' ? readEvery(snooze_every) : undefined;
  if (every !== undefined && typeof snooze_every_for_ms === 'number' && snooze_every_for_ms > 0)
    return { every, forMs: snooze_every_for_ms };
  problems.push(
    `snooze_every = ${shownJson(snooze_every)}: must be days and a time, like "Sun 02:00 UTC", with snooze_every_for_ms; use flatline snooze --every.`,
  );
  return undefined;
}
