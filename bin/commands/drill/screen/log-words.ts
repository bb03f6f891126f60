/** What the screen prints for a function's log line; most lines print nothing. */

import { fieldsOf } from '../../../../lambda/core/text/fields.ts';
import type { LogLine } from '../../../../simulator/scenarios/evidence.ts';
import { countText, duration } from '../../../terminal/numbers.ts';

export type Said = { readonly text: string; readonly tone?: 'warn' | 'bad' | 'good' };

/** Empty for lines that print nothing. */
export function logLineText({ level, message, fields }: LogLine): readonly Said[] {
  const data = fieldsOf(fields.data);
  switch (message) {
    case 'liquidation_started':
      if (data.dry_run === true) return [{ text: 'a dry run starts: it only reads' }];
      return [
        { text: `attempt ${fields.attempt} starts; the answer is due in ${duration(Number(data.answer_within_ms))}` },
      ];
    case 'liquidation_resumed':
      return [
        { text: data.died === true ? 'it takes over from an attempt that died' : 'it resumes an unfinished one' },
      ];
    case 'liquidation_positions_queried':
      return [observation(data)];
    case 'bot_armed':
      return [{ text: 'the watchdog: the bot is armed' }];
    case 'bot_disarmed':
      return [{ text: 'the watchdog: the bot is disarmed, its watch has ended' }];
    case 'bot_late':
      return [
        {
          text: `late: silent for more than ${duration(Number(data.late_after_ms))}; operators are notified`,
          tone: 'warn',
        },
      ];
    case 'bot_dead':
      return [
        { text: `dead: the deadline passed ${overdue(data)} ago; the watchdog calls the liquidator`, tone: 'bad' },
      ];
    case 'liquidation_timeout':
      return [{ text: 'time is up', tone: 'bad' }];
    case 'liquidation_duplicate':
      return [{ text: `a duplicate: the same ID is ${String(data.found).replace('_', ' ')}; it changes nothing` }];
  }
  return isLoud({ level }) && !isReported({ message })
    ? [{ text: message, tone: level === 'WARN' ? 'warn' : 'bad' }]
    : [];
}

export const isLoud = ({ level }: Pick<LogLine, 'level'>): boolean => ['CRITICAL', 'ERROR', 'WARN'].includes(level);

/** True for lines with a printed form, or that are deliberately not printed. */
export const isReported = ({ message }: Pick<LogLine, 'message'>): boolean =>
  /^(liquidation_|bot_|Exchange request|\[)/.test(message);

const overdue = ({ deadline, tripped_at }: Readonly<Record<string, unknown>>): string =>
  duration(Date.parse(String(tripped_at)) - Date.parse(String(deadline)));

function observation(data: Readonly<Record<string, unknown>>): Said {
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
