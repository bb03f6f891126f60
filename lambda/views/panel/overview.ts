/** The data of the panel's first page, read at one instant. A part that could not be read has the reason. */

import type { BotStanding } from '../../core/heartbeat/bot-standing.ts';
import type { CanaryStanding } from '../../core/heartbeat/canary.ts';
import type { LiquidationRecord, PreflightNote, UnfinishedRun } from '../../ports.ts';

export type Known<T> =
  | { readonly kind: 'read'; readonly value: T }
  /** `why` is a sentence for people. */
  | { readonly kind: 'unread'; readonly why: string };

export type Protection = 'on' | 'off by configuration' | 'off by environment';

export interface Overview {
  readonly nowMs: number;
  /** Bots of the configuration: those that the liquidator knows. */
  readonly configured: readonly string[];
  /** All bots that are configured or have a row; the worst first. */
  readonly bots: Known<readonly BotStanding[]>;
  /** Undefined: there is none. Unread with the bots. */
  readonly canary: CanaryStanding | undefined;
  /** When the watchdog last ran; undefined: never. */
  readonly tickedAtMs: Known<number | undefined>;
  /** The last liquidations, newest first. */
  readonly recent: Known<readonly LiquidationRecord[]>;
  /** Liquidations that are in progress or will be resumed. */
  readonly unfinished: Known<readonly UnfinishedRun[]>;
  /** The last preflight of each configured bot that ever had one. */
  readonly preflights: Known<ReadonlyMap<string, PreflightNote>>;
  /** Whether the liquidator, as it is deployed now, would act. */
  readonly protection: Known<Protection>;
}

export const valueIn = <T>(known: Known<T>, fallback: T): T => (known.kind === 'read' ? known.value : fallback);

/** The worst condition first, then by name, `bot-2` before `bot-10`. */
export function worstFirst(standings: readonly BotStanding[]): readonly BotStanding[] {
  const rank = ({ failure, condition }: BotStanding): number => (failure === undefined ? ORDER.indexOf(condition) : -1);
  return standings.toSorted((a, b) => rank(a) - rank(b) || a.botId.localeCompare(b.botId, 'en', { numeric: true }));
}

const ORDER: readonly BotStanding['condition'][] = [
  ...(['dead', 'unproven', 'late', 'tripped', 'snoozed', 'waiting', 'alive', 'disarmed', 'never'] as const),
];
