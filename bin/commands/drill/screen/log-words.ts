/** What the screen prints for a function's log line; most lines print nothing. */

import { type Fields, fieldsOf } from '../../../../lambda/core/text/fields.ts';
import type { LogLine } from '../../../../simulator/scenarios/evidence.ts';
import { countText, duration } from '../../../terminal/numbers.ts';

type Said = { readonly text: string; readonly tone?: 'warn' | 'bad' | 'good' };

/** Empty for lines that print nothing. */
export function logLineText({ level, message, fields }: LogLine): readonly Said[] {
  const said = Object.hasOwn(SAID, message) ? SAID[message]?.(fieldsOf(fields.data), fields) : undefined;
  if (said !== undefined) return [said];
  return isLoud({ level }) && !isReported({ message })
    ? [{ text: message, tone: level === 'WARN' ? 'warn' : 'bad' }]
    : [];
}

const SAID: Readonly<Record<string, (data: Fields, fields: LogLine['fields']) => Said>> = {
  liquidation_started: ({ dry_run, answer_within_ms }, { attempt }) => ({
    text:
      dry_run === true
        ? 'a dry run starts: it only reads'
        : `attempt ${attempt} starts; the answer is due in ${duration(Number(answer_within_ms))}`,
  }),
  liquidation_resumed: ({ died }) => ({
    text: died === true ? 'it takes over from an attempt that died' : 'it resumes an unfinished one',
  }),
  liquidation_positions_queried: observation,
  liquidation_timeout: () => ({ text: 'time is up', tone: 'bad' }),
  liquidation_duplicate: ({ found }) => ({
    text: `a duplicate: the same ID is ${String(found).replace('_', ' ')}; it changes nothing`,
  }),
  bot_armed: () => ({ text: 'the watchdog: the bot is armed' }),
  bot_disarmed: () => ({ text: 'the watchdog: the bot is disarmed, its watch has ended' }),
  bot_late: ({ late_after_ms }) => ({
    text: `late: silent for more than ${duration(Number(late_after_ms))}; operators are notified`,
    tone: 'warn',
  }),
  bot_dead: data => ({
    text: `dead: the deadline passed ${overdue(data)} ago; the watchdog calls the liquidator`,
    tone: 'bad',
  }),
};

export const isLoud = ({ level }: Pick<LogLine, 'level'>): boolean => ['CRITICAL', 'ERROR', 'WARN'].includes(level);

/** True for lines with a printed form, or that are deliberately not printed. */
export const isReported = ({ message }: Pick<LogLine, 'message'>): boolean =>
  /^(liquidation_|bot_|Exchange request|\[)/.test(message);

const overdue = ({ deadline, tripped_at }: Fields): string =>
  duration(Date.parse(String(tripped_at)) - Date.parse(String(deadline)));

function observation(data: Fields): Said {
  const positions = Array.isArray(data.positions) ? data.positions.length : 0;
  const slowest = Math.max(0, ...listOf(data.requests).map(request => Number(fieldsOf(request).latency_ms)));
  const took = `, ${duration(slowest)}`;
  const head = `read ${data.round}: `;
  if (data.verified !== true) return { text: `${head}not everything could be read${took}`, tone: 'warn' };
  const orders = Number(data.orders ?? 0);
  const conditionals = Number(data.conditional_orders ?? 0);
  if (positions + orders + conditionals === 0) return { text: `${head}nothing is left${took}`, tone: 'good' };
  const parts = [
    countText(positions, 'position'),
    countText(orders, 'order'),
    countText(conditionals, 'conditional order'),
  ];
  return { text: `${head}${parts.join(', ')}${took}` };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
