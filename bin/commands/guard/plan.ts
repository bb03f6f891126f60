/** The options of a guard, checked against each other. */

import { HEARTBEAT_MAX_MS, HEARTBEAT_MIN_MS, SILENCE_MAX_MS } from '../../../client/typescript/times.ts';
import { CliError } from '../../terminal/exit.ts';
import { spanText } from '../../terminal/numbers.ts';
import type { ConnectionOptions } from '../../terminal/options.ts';
import { GUARD_EXIT } from './exit-codes.ts';

export const EXIT_POLICIES = ['liquidate', 'clean-only', 'never'] as const;
export type ExitPolicy = (typeof EXIT_POLICIES)[number];

export const HANG_POLICIES = ['wait', 'kill'] as const;
type HangPolicy = (typeof HANG_POLICIES)[number];

/** As commander gives them. */
export interface GuardOptions extends ConnectionOptions {
  readonly bot: string;
  readonly aliveFile?: string;
  readonly alivePort?: number;
  readonly aliveWithin?: number;
  readonly onHang: HangPolicy;
  readonly hungAfter?: number;
  readonly onExit: ExitPolicy;
  /** In ms, as all durations here. */
  readonly grace: number;
  readonly untilFlat: number;
  readonly keepWhenTripped?: boolean;
  readonly startUnwatched?: boolean;
  readonly takeover?: boolean;
  /** The guard continues after its launcher ended. */
  readonly detached?: boolean;
  /** False with --no-preflight. */
  readonly preflight: boolean;
  readonly botsTable?: string;
  readonly liquidator?: string;
  readonly heartbeat?: number;
  readonly log?: string;
}

/** Without --alive-within. */
const ALIVE_WITHIN_MS = 60_000;

export type Liveness =
  | { readonly kind: 'none' }
  | { readonly kind: 'file'; readonly path: string; readonly withinMs: number }
  | { readonly kind: 'port'; readonly port: number; readonly withinMs: number };

export interface GuardPlan extends GuardOptions {
  readonly command: readonly [file: string, ...args: string[]];
  readonly liveness: Liveness;
  /** Without a sign of work for this time the bot is killed. Undefined: it is left to the watchdog. */
  readonly killHungAfterMs: number | undefined;
}

const wrong = (sentence: string): CliError => new CliError(GUARD_EXIT.failed, sentence);

/** Throws CliError (125). */
export function planOf(options: GuardOptions, command: readonly string[]): GuardPlan {
  const [file, ...args] = command;
  if (!file) throw wrong('Name the bot to run after "--".');
  const { aliveFile, alivePort, aliveWithin, hungAfter } = options;
  const withinMs = aliveWithin ?? ALIVE_WITHIN_MS;
  if (aliveFile !== undefined && alivePort !== undefined) {
    throw wrong('Use either --alive-file or --alive-port, not both.');
  }
  mustFit(options);
  const liveness: Liveness =
    aliveFile !== undefined
      ? { kind: 'file', path: aliveFile, withinMs }
      : alivePort !== undefined
        ? { kind: 'port', port: alivePort, withinMs }
        : { kind: 'none' };
  if (aliveWithin !== undefined && liveness.kind === 'none') {
    throw wrong('--alive-within needs --alive-file or --alive-port: without one of them a hang is not noticed.');
  }
  const kills = options.onHang === 'kill';
  if (kills && liveness.kind === 'none') {
    throw wrong('--on-hang kill needs --alive-file or --alive-port: without one of them a hang is not noticed.');
  }
  if (hungAfter !== undefined && !kills) {
    throw wrong('--hung-after needs --on-hang kill: it sets when that acts.');
  }
  return {
    ...options,
    command: [file, ...args],
    liveness,
    killHungAfterMs: kills ? (hungAfter ?? withinMs) : undefined,
  };
}

/** What the client would refuse only once the bot is about to start, in milliseconds. */
function mustFit({ aliveFile, aliveWithin, heartbeat }: GuardOptions): void {
  if (aliveFile === '') throw wrong('--alive-file is empty, as of a variable that is not set. Name the file.');
  if (heartbeat !== undefined && (heartbeat < HEARTBEAT_MIN_MS || heartbeat > HEARTBEAT_MAX_MS)) {
    throw wrong(`--heartbeat is ${spanText(heartbeat)}: it must be 1 s to 60 s. Without it the deployed one holds.`);
  }
  if (aliveWithin !== undefined && aliveWithin > SILENCE_MAX_MS) {
    throw wrong(`--alive-within is ${spanText(aliveWithin)}: a day at most, 24h. It is as long as the longest cycle.`);
  }
}
