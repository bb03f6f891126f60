/**
 * Entering and leaving a liquidation: the lock keyed by correlation ID, with a lease and a fencing token.
 * It fails towards firing: when the store cannot be reached in time, the run goes on without it and says so.
 */

import type { Answer, FinalState } from '../contract.ts';
import type { Deadline } from '../core/timing.ts';
import type { Claim, ClaimResult, Seal } from '../ports.ts';
import type { World } from './world.ts';

export interface Lease {
  readonly correlationId: string;
  readonly holder: string;
  /** Fencing token; 0 without the lock. */
  readonly attempt: number;
  readonly locked: boolean;
  /** The writer's name in the audit chain. */
  readonly writer: string;
  readonly priorState: Extract<ClaimResult, { kind: 'taken' }>['priorState'];
  readonly priorAnswer: Answer | undefined;
  /** When the first attempt began. */
  readonly firstStartedAtMs: number;
}

export type Entry = { readonly kind: 'mine'; readonly lease: Lease } | Exclude<ClaimResult, { kind: 'taken' }>;

/** A run always ends by its deadline; a lease this much longer belongs to one that died. */
const LEASE_MARGIN_MS = 3_000;
const CLAIM_SHARE = 0.2;
const CLAIM_MAX_MS = 1_000;

/** How long anything beside the exchange may hold up the first order. */
export const sideCallMs = (deadline: Deadline): number =>
  Math.min(CLAIM_MAX_MS, (deadline.answerByMs - deadline.startedAtMs) * CLAIM_SHARE);

export async function enter(
  world: World,
  who: Pick<Claim, 'correlationId' | 'botId' | 'trigger' | 'symbols'>,
  deadline: Deadline,
): Promise<Entry> {
  const holder = world.random.hex(16);
  const claim = { ...who, holder, nowMs: world.clock.nowMs(), leaseUntilMs: deadline.answerByMs + LEASE_MARGIN_MS };
  try {
    const result = await world.locks.claim(claim, sideCallMs(deadline));
    if (result.kind !== 'taken') return result;
    const { attempt, priorState, priorAnswer, firstStartedAtMs } = result;
    const { correlationId } = who;
    const writer = `a${attempt}`;
    return {
      kind: 'mine',
      lease: { correlationId, holder, attempt, locked: true, writer, priorState, priorAnswer, firstStartedAtMs },
    };
  } catch (error) {
    world.telemetry.log('CRITICAL', 'The lock could not be reached; liquidating without it', {
      event: 'detail',
      correlation_id: who.correlationId,
      why: error instanceof Error ? error.message : String(error),
    });
    const unlocked = {
      attempt: 0,
      locked: false,
      writer: `u-${holder}`,
      priorState: 'idle',
      priorAnswer: undefined,
      firstStartedAtMs: deadline.startedAtMs,
    } as const;
    return { kind: 'mine', lease: { correlationId: who.correlationId, holder, ...unlocked } };
  }
}

export type Leaving = 'concluded' | 'superseded' | 'not-stored';

/** Stores the result under our token. Never throws. */
export async function leave(
  world: World,
  lease: Lease,
  result: {
    readonly state: FinalState;
    readonly answer: Answer;
    readonly seal: Seal;
    readonly resumeAtMs: number | undefined;
  },
  timeoutMs: number,
): Promise<Leaving> {
  const { correlationId, attempt, holder } = lease;
  try {
    if (!lease.locked) {
      await world.locks.seal(correlationId, result.seal, world.clock.nowMs(), timeoutMs);
      return 'not-stored';
    }
    return await world.locks.conclude(
      { correlationId, attempt, holder, ...result, nowMs: world.clock.nowMs() },
      timeoutMs,
    );
  } catch (error) {
    world.telemetry.log('ERROR', 'The result could not be stored', {
      correlation_id: correlationId,
      why: error instanceof Error ? error.message : String(error),
    });
    return 'not-stored';
  }
}
