/** A function's log lines: how they are read, and what the screen prints for them; most print nothing. */

import { type Fields, fieldsOf, objectIn, rowsOf } from '../../../../lambda/core/text/fields.ts';
import type { FunctionLogLine } from '../../../../simulator/scenarios/evidence.ts';
import { countText, duration } from '../../../terminal/numbers.ts';

/** A line that is not JSON is other output of the process. Undefined for metrics, which have no message. */
export function readFunctionLine(text: string): FunctionLogLine | undefined {
  const parsed = objectIn(text);
  if (parsed === undefined) return { level: 'ERROR', message: text, fields: {} };
  const { level, message, ...fields } = parsed;
  return typeof message === 'string' ? { level: String(level ?? 'INFO'), message, fields } : undefined;
}

interface Said {
  readonly text: string;
  readonly tone?: 'warn' | 'bad' | 'good';
}

/** Undefined for lines that print nothing. */
export function logLineText({ level, message, fields }: FunctionLogLine): Said | undefined {
  const said = Object.hasOwn(SAID, message) ? SAID[message]?.(fieldsOf(fields.data), fields) : undefined;
  if (said !== undefined || DETAILS.test(message)) return said;
  if (level === 'WARN') return { text: message, tone: 'warn' };
  return level === 'ERROR' || level === 'CRITICAL' ? { text: message, tone: 'bad' } : undefined;
}

/** Lines about what the screen prints from the exchange's journal, or leaves out on purpose. */
const DETAILS = /^(liquidation_|bot_|Exchange request|\[)/;

const SAID: Readonly<Record<string, (data: Fields, fields: FunctionLogLine['fields']) => Said>> = {
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
  bot_dead: ({ deadline, tripped_at }) => ({
    text: `dead: the deadline passed ${between(deadline, tripped_at)} ago; the watchdog calls the liquidator`,
    tone: 'bad',
  }),
};

const between = (from: unknown, to: unknown): string => duration(Date.parse(String(to)) - Date.parse(String(from)));

function observation(data: Fields): Said {
  const positions = rowsOf(data.positions).length;
  const took = duration(Math.max(0, ...rowsOf(data.requests).map(({ latency_ms }) => Number(latency_ms))));
  const head = `read ${data.round}: `;
  if (data.verified !== true) return { text: `${head}not everything could be read, ${took}`, tone: 'warn' };
  const orders = Number(data.orders ?? 0);
  const conditionals = Number(data.conditional_orders ?? 0);
  if (positions + orders + conditionals === 0) return { text: `${head}nothing is left, ${took}`, tone: 'good' };
  const parts = [countText(positions, 'position'), countText(orders, 'order')];
  return { text: `${head}${parts.join(', ')}, ${countText(conditionals, 'conditional order')}, ${took}` };
}
