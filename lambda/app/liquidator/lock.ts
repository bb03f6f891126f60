/**
 * The lock of a run, by its correlation ID, with a lease and a fencing token. After 300 ms without it the run goes on, and
 * takes the lock if it comes later.
 */

import type { Answer } from '../../contract.ts';
import { sealOf, startChain } from '../../core/audit/chain.ts';
import { messageOf } from '../../core/invocation/answer-error.ts';
import { unlockedWriter } from '../../core/invocation/liquidation-record.ts';
import type { LiquidateRequest } from '../../core/invocation/request.ts';
import { type CarriedByMarket, readCarriedMarkets } from '../../core/liquidation/carry/carry.ts';
import { leftMs } from '../../core/liquidation/timing.ts';
import { NOT_NOTIFIED } from '../../events.ts';
import type { Claim, ClaimResult, Conclusion } from '../../ports.ts';
import { firstWithin } from '../first-within.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import type { Task } from './task.ts';

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
  readonly carried: CarriedByMarket | undefined;
  /** When the first attempt began. */
  readonly firstStartedAtMs: number;
}

/** The number of this attempt, also without the lock. */
export const attemptNumberOf = ({ resume }: LiquidateRequest, lease: Pick<Lease, 'locked' | 'attempt'>): number =>
  lease.locked ? lease.attempt : (resume?.hop ?? 1);

/** In the names of orders: the fencing token; without the lock `u` and a number, which is never taken for a token. */
export const attemptNameOf = (request: LiquidateRequest, lease: Pick<Lease, 'locked' | 'attempt'>): string =>
  `${lease.locked ? '' : 'u'}${attemptNumberOf(request, lease)}`;

export type LockEntry =
  | { readonly kind: 'mine'; readonly lease: Lease }
  | Exclude<ClaimResult, { readonly kind: 'taken' }>;

interface Acquiring {
  /** Whose run it is, after 300 ms at most. Never rejects. */
  readonly entry: Promise<LockEntry>;
  /** The lease that came after the run began without it; undefined if none did. */
  lateLease(): Lease | undefined;
}

/** A run ends by its deadline; a lease that is older than this beyond it belongs to one that died. */
const LEASE_MARGIN_MS = 3_000;

/** How long lock and first audit record together may delay the first order, from the start of the run. */
export const HOLD_MS = 300;

/** `retakeCompletedBeforeMs`: a flat result older than that is not replayed; the call runs again. */
export function acquire(ports: LiquidatorPorts, task: Task, retakeCompletedBeforeMs: number): Acquiring {
  const { bot, request, correlationId, deadline } = task;
  const { clock } = ports;
  const holder = ports.random.hex(16);
  const claim: Claim = {
    ...{ correlationId, botId: bot.botId, trigger: request.trigger, symbols: request.symbols, trip: request.trip },
    ...{
      holder,
      resumes: request.resume?.token,
      nowMs: clock.nowMs(),
      leaseUntilMs: deadline.answerByMs + LEASE_MARGIN_MS,
      retakeCompletedBeforeMs,
    },
  };
  const without = (): LockEntry => ({ kind: 'mine', lease: unlocked(task, holder) });
  let entered: LockEntry | undefined;
  let late: Lease | undefined;
  const claiming = ports.locks.claim(claim, leftMs(deadline.answerByMs, clock.nowMs())).then(
    (result): LockEntry => (result.kind === 'taken' ? { kind: 'mine', lease: locked(task, holder, result) } : result),
    (error: unknown): LockEntry => {
      if (entered === undefined) warn(ports, correlationId, messageOf(error));
      return without();
    },
  );
  void claiming.then(entry => {
    if (entered !== undefined && entry.kind === 'mine' && entry.lease.locked) late = entry.lease;
  });
  return { entry: firstEntry(), lateLease: () => late };

  async function firstEntry(): Promise<LockEntry> {
    const waitMs = Math.max(0, deadline.startedAtMs + HOLD_MS - clock.nowMs());
    const first = await firstWithin(clock, waitMs, [claiming]);
    if (first === undefined) warn(ports, correlationId, `no answer within ${HOLD_MS} ms`);
    entered = first ?? without();
    return entered;
  }
}

function warn(ports: LiquidatorPorts, correlationId: string, why: string): void {
  ports.telemetry.log('CRITICAL', 'The lock could not be reached. Liquidating without it.', {
    event: NOT_NOTIFIED,
    correlation_id: correlationId,
    why,
  });
}

const attemptWriter = (attempt: number): string => `a${attempt}`;

const locked = ({ correlationId }: Task, holder: string, taken: Extract<ClaimResult, { kind: 'taken' }>): Lease => ({
  correlationId,
  holder,
  attempt: taken.attempt,
  locked: true,
  writer: attemptWriter(taken.attempt),
  priorState: taken.priorState,
  priorAnswer: taken.priorAnswer,
  carried: readCarriedMarkets(taken.carried),
  firstStartedAtMs: taken.firstStartedAtMs,
});

/** Without the record `carried` comes from the hand-over's event; only here is the event trusted. */
const unlocked = ({ correlationId, request, deadline }: Task, holder: string): Lease => ({
  correlationId,
  holder,
  attempt: 0,
  locked: false,
  writer: unlockedWriter(holder),
  priorState: 'idle',
  priorAnswer: undefined,
  carried: readCarriedMarkets(request.resume?.carried),
  firstStartedAtMs: deadline.startedAtMs,
});

type Result = Pick<Conclusion, 'state' | 'answer' | 'seal' | 'resumeAtMs' | 'carried'>;

export type Released = 'concluded' | 'superseded' | 'not-stored' | 'sealed-without-lock';

/** Stores the result under our token. Never throws. */
export async function release(
  ports: LiquidatorPorts,
  lease: Lease,
  result: Result,
  timeoutMs: number,
): Promise<Released> {
  const { correlationId, attempt, holder } = lease;
  const nowMs = ports.clock.nowMs();
  try {
    if (!lease.locked) {
      await ports.locks.seal(correlationId, result.seal, nowMs, timeoutMs);
      return 'sealed-without-lock';
    }
    const [released] = await Promise.all([
      ports.locks.conclude({ correlationId, attempt, holder, ...result, nowMs }, timeoutMs),
      ...(lease.writer === attemptWriter(attempt) ? [] : [sealUnused(ports, lease, nowMs, timeoutMs)]),
    ]);
    return released;
  } catch (error) {
    const why = messageOf(error);
    ports.telemetry.log('ERROR', 'The result could not be stored', { correlation_id: correlationId, why });
    return 'not-stored';
  }
}

/** The lock came late, so nothing was written under the attempt's own name: sealed as empty, or it would look removed. */
async function sealUnused(
  ports: LiquidatorPorts,
  { correlationId, attempt }: Lease,
  nowMs: number,
  timeoutMs: number,
): Promise<void> {
  const empty = sealOf(startChain(correlationId, attemptWriter(attempt)));
  await ports.locks.seal(correlationId, empty, nowMs, timeoutMs).catch(() => undefined);
}
