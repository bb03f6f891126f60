/**
 * What a bot or an operator does to a watch, for tools and tests: one conditional write each, and a sentence when it was
 * refused. Bots' own clients do the same with the expressions of the contract.
 */

import type { WatchState } from '../../bot-row.ts';
import { LONGEST_SNOOZE_MS } from '../../core/heartbeat/assess-bot.ts';
import {
  armAgainChange,
  armChange,
  type Beat,
  beatChange,
  disarmChange,
  failChange,
  type Order,
  rearmChange,
  snoozeChange,
  whyRefusedChange,
} from '../../core/heartbeat/operator-changes.ts';
import { readBotRow } from '../../core/heartbeat/read-bot-row.ts';
import type { RowChange } from '../../core/heartbeat/row-change.ts';
import type { BotStore } from '../../ports.ts';

export type BeatResult =
  | { readonly kind: 'taken' }
  /** The bot was liquidated, and must not trade until an operator re-arms it. */
  | { readonly kind: 'tripped'; readonly correlationId: string | undefined }
  | { readonly kind: 'disarmed' };

/**
 * A sign of life. `arms`: this is the first beat of a run, which may arm a bot that was disarmed; a later one may not,
 * lest a beat that is still on its way undo a clean goodbye. Throws StoreError.
 */
export async function beat(
  bots: BotStore,
  sign: Beat & { readonly arms: boolean },
  timeoutMs: number,
): Promise<BeatResult> {
  if (await bots.change(beatChange(sign), timeoutMs)) return { kind: 'taken' };
  if (sign.arms && (await bots.change(armAgainChange(sign), timeoutMs))) return { kind: 'taken' };
  const tripped = await bots.change(whyRefusedChange(sign), timeoutMs);
  if (tripped === undefined) return { kind: 'disarmed' };
  return { kind: 'tripped', correlationId: readBotRow(sign.botId, tripped).trip.correlationId };
}

export type CommandResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly state: WatchState | 'unknown'; readonly sentence: string };

export const arm = (bots: BotStore, order: Order, timeoutMs: number): Promise<CommandResult> =>
  command(bots, armChange(order), timeoutMs);

/** Refused for a tripped bot: re-arm it first, so that nobody leaves a lock-out by saying goodbye. */
export const disarm = (bots: BotStore, order: Order, timeoutMs: number): Promise<CommandResult> =>
  command(bots, disarmChange(order), timeoutMs);

/** Tripped to armed, with the full time from now on. */
export const rearm = (bots: BotStore, order: Order, timeoutMs: number): Promise<CommandResult> =>
  command(bots, rearmChange(order), timeoutMs);

/** Throws RangeError for more than 24 hours: a snooze must end by itself, and soon. */
export async function snooze(bots: BotStore, order: Order, untilMs: number, timeoutMs: number): Promise<CommandResult> {
  if (!(untilMs <= order.atMs + LONGEST_SNOOZE_MS)) {
    throw new RangeError('A snooze lasts at most 24 hours; snooze again tomorrow, or disarm the bot.');
  }
  return command(bots, snoozeChange(order, untilMs), timeoutMs);
}

/** The bot's own cry for help: the next tick fires, should its own call of the liquidator have failed. */
export const fail = (bots: BotStore, order: Order, timeoutMs: number): Promise<CommandResult> =>
  command(bots, failChange(order), timeoutMs);

async function command(bots: BotStore, change: RowChange, timeoutMs: number): Promise<CommandResult> {
  if (await bots.change(change, timeoutMs)) return { kind: 'done' };
  const fields = await bots.read(change.botId, timeoutMs);
  const state = fields === undefined ? 'unknown' : readBotRow(change.botId, fields).state;
  return { kind: 'refused', state, sentence: `Could not ${change.doing} ${change.botId}: ${WHY[state]}` };
}

const WHY = {
  unknown: 'it has never reported. Check the ID, or start the bot.',
  armed: 'it is armed. Nothing to do, or disarm it first.',
  disarmed: 'it is disarmed. Its next start arms it, or use flatline arm.',
  tripped: 'it is tripped. Look at its account, then use flatline rearm.',
} as const satisfies Record<WatchState | 'unknown', string>;
