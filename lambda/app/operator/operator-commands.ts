/** What operators do to a watch: one conditional write each, and a sentence if it was refused. */

import type { WatchState } from '../../bot-row.ts';
import { LONGEST_SNOOZE_MS } from '../../core/heartbeat/assess-bot.ts';
import {
  acknowledgeChange,
  armChange,
  disarmChange,
  type OperatorAction,
  planChange,
  snoozeChange,
} from '../../core/heartbeat/operator-changes.ts';
import { readBotRow } from '../../core/heartbeat/read-bot-row.ts';
import { type BotFields, isAllowed, type RowChange } from '../../core/heartbeat/row-change.ts';
import type { SnoozePlan } from '../../core/heartbeat/snooze-plan.ts';
import type { BotStore } from '../../ports.ts';

export type CommandResult =
  /** `note`: what the operator must know. */
  | { readonly kind: 'done'; readonly note?: string }
  | { readonly kind: 'refused'; readonly state: WatchState | 'unknown'; readonly sentence: string };

export const arm = (bots: BotStore, action: OperatorAction, timeoutMs: number): Promise<CommandResult> =>
  command(bots, armChange(action), timeoutMs);

/** Refused for a tripped bot: otherwise disarming would end its lock-out. */
export const disarm = (bots: BotStore, action: OperatorAction, timeoutMs: number): Promise<CommandResult> =>
  command(bots, disarmChange(action), timeoutMs);

/** Throws RangeError for more than 24 hours: a snooze must end by itself. */
export async function snooze(
  bots: BotStore,
  action: OperatorAction,
  untilMs: number,
  timeoutMs: number,
): Promise<CommandResult> {
  if (!(untilMs <= action.atMs + LONGEST_SNOOZE_MS)) {
    throw new RangeError('A snooze lasts at most 24 hours; snooze again tomorrow, or disarm the bot.');
  }
  return command(bots, snoozeChange(action, untilMs), timeoutMs);
}

/** A weekly snooze; undefined ends it. */
export const planSnoozes = (
  bots: BotStore,
  action: OperatorAction,
  plan: SnoozePlan | undefined,
  timeoutMs: number,
): Promise<CommandResult> => command(bots, planChange(action, plan), timeoutMs);

export const acknowledge = (bots: BotStore, action: OperatorAction, timeoutMs: number): Promise<CommandResult> =>
  command(bots, acknowledgeChange(action), timeoutMs);

/** Another writer may change the row at the same time. */
const TRIES = 3;

/** Throws StoreError. The row read after a refusal explains it; if that row allows the change, it is tried again. */
export async function command(bots: BotStore, change: RowChange, timeoutMs: number): Promise<CommandResult> {
  for (let tries = 1; ; tries += 1) {
    if (await bots.change(change, timeoutMs)) return { kind: 'done' };
    const fields = await bots.read(change.botId, timeoutMs);
    const state = watchStateOf(change.botId, fields);
    if (!isAllowed(fields, change)) return refusedIn(state, change);
    if (tries === TRIES) return { ...refusedIn(state, change), sentence: changingSentence(change) };
  }
}

const changingSentence = ({ doing, botId }: Pick<RowChange, 'doing' | 'botId'>): string =>
  `Could not ${doing} ${botId}: its row changes at this very moment. Try again.`;

export const watchStateOf = (botId: string, fields: BotFields | undefined): WatchState | 'unknown' =>
  fields === undefined ? 'unknown' : readBotRow(botId, fields).state;

export const refusedIn = (
  state: WatchState | 'unknown',
  { doing, botId }: Pick<RowChange, 'doing' | 'botId'>,
): Extract<CommandResult, { readonly kind: 'refused' }> => ({
  kind: 'refused',
  state,
  sentence: `Could not ${doing} ${botId}: ${WHY[state](botId)}`,
});

const WHY = {
  unknown: () => 'it has never reported. Check the ID, or start the bot.',
  armed: () => 'it is armed. Nothing to do, or disarm it first.',
  disarmed: botId => `it is disarmed. Its next start arms it, or use flatline arm --bot ${botId}.`,
  tripped: botId => `it is tripped. Look at its account, then use flatline rearm --bot ${botId}.`,
} as const satisfies Record<WatchState | 'unknown', (botId: string) => string>;
