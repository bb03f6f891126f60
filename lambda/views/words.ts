/** Words for screens and messages: durations, instants and amounts (short, in UTC), triggers, profits, changes of a watch. */

import { type Answer, TRIGGERS, type Trigger } from '../contract.ts';
import type { BotStanding } from '../core/heartbeat/bot-standing.ts';
import type { SnoozePlan } from '../core/heartbeat/snooze-plan.ts';
import { isoMicros } from '../core/invocation/identity.ts';

/** Each with the next smaller one. */
const UNITS = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1_000 },
] as const;

/** `4 s`, `1 min 5 s`, `12 min`, `2 h`, `3 d 4 h`: two units at most, cut off, so that an age is never said too old. */
export function span(ms: number): string {
  const index = UNITS.findIndex(unit => ms >= unit.ms);
  const large = UNITS[index];
  if (large === undefined) return '0 s';
  const small = large.name === 'min' && ms >= 10 * large.ms ? undefined : UNITS[index + 1];
  const rest = small === undefined ? 0 : Math.floor((ms % large.ms) / small.ms);
  const first = `${Math.floor(ms / large.ms)} ${large.name}`;
  return small === undefined || rest === 0 ? first : `${first} ${rest} ${small.name}`;
}

export const ago = (atMs: number, nowMs: number): string => `${span(nowMs - atMs)} ago`;

/** `in 40 s` or `20 s ago`. */
export const from = (atMs: number, nowMs: number): string =>
  atMs > nowMs ? `in ${span(atMs - nowMs)}` : ago(atMs, nowMs);

/** `03:12:40` today, else `2026-11-20 03:12:40`; UTC. */
export function instant(atMs: number, nowMs: number): string {
  const [date = '', time = ''] = isoMicros(atMs).split('T');
  return isoMicros(nowMs).startsWith(date) ? time.slice(0, 8) : `${date} ${time.slice(0, 8)}`;
}

/** `1 bot`, `3 bots`. */
export const count = (amount: number, one: string, many = `${one}s`): string =>
  `${amount} ${amount === 1 ? one : many}`;

/** A decimal string with its sign, `+69.47`; with a typographic minus, which is easier to see. */
export function signed(amount: string): string {
  if (/^-?0*(\.0*)?$/.test(amount)) return '0';
  return amount.startsWith('-') ? `−${amount.slice(1)}` : `+${amount}`;
}

/** The exchange's own string, with two decimals so that a column of them lines up; empty without a position. */
export function worth(notional: string): string {
  if (/^-?0*(?:\.0*)?$/.test(notional)) return '';
  const [whole = '', decimals = ''] = notional.split('.');
  return `${whole}.${decimals.slice(0, 2).padEnd(2, '0')}`;
}

interface TriggerWords {
  readonly short: string;
  readonly long: string;
}

const WORDS: Readonly<Record<Trigger, TriggerWords>> = {
  shutdown: { short: 'shutdown', long: 'the bot, as it shut down' },
  SIGTERM: { short: 'SIGTERM', long: 'the bot, on SIGTERM' },
  SIGINT: { short: 'SIGINT', long: 'the bot, on SIGINT' },
  error: { short: 'error', long: 'the bot, after an error' },
  watchdog: { short: 'watchdog', long: 'the watchdog' },
  sentinel: { short: 'lock-out', long: 'the watchdog, checking a locked-out account' },
  alarm: { short: 'alarm', long: 'an alarm' },
  manual: { short: 'by hand', long: 'a person' },
  drill: { short: 'drill', long: 'a drill' },
};

export function triggerWords(trigger: string | undefined): TriggerWords {
  const known = TRIGGERS.find(one => one === trigger);
  return known === undefined ? { short: 'unknown', long: 'an unknown trigger' } : WORDS[known];
}

/** `signed` writes one amount. Answers of an older version have one figure and no assets. */
export function profitWords(
  { realized_pnl, total_realized_pnl }: Partial<Pick<Answer, 'realized_pnl' | 'total_realized_pnl'>>,
  signed: (amount: string) => string = amount => amount,
): string {
  const assets = Object.entries(realized_pnl ?? {});
  if (assets.length === 0) return signed(total_realized_pnl ?? '0');
  return assets.map(([asset, amount]) => `${signed(amount)} ${asset}`).join(', ');
}

type Kind = NonNullable<BotStanding['lastChange']>['kind'];

/** Followed by when, and by whom. */
export function changeInWords(kind: Kind, plan: SnoozePlan | undefined): string {
  switch (kind) {
    case 'rearmed':
      return 're-armed';
    case 'snooze-ended':
      return 'snooze ended';
    case 'planned':
      return plan === undefined ? 'planned snoozes ended' : 'snoozes planned';
    default:
      return kind;
  }
}

/** `span` writes a duration as the screen does. */
export const planInWords = ({ every, forMs }: SnoozePlan, span: (ms: number) => string): string =>
  `not watched each ${every} for ${span(forMs)}`;
