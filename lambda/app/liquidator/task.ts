/** One accepted request, with everything that is fixed before the first call. */

import type { EffectiveSettings } from '../../core/config/effective-settings.ts';
import { type BotSettings, type Settings, walletUrlOf } from '../../core/config/settings.ts';
import type { Market } from '../../core/exchange/market.ts';
import type { Scope } from '../../core/exchange/model.ts';
import type { LiquidateRequest } from '../../core/invocation/request.ts';
import type { Asked } from '../../core/liquidation/answer/answer.ts';
import type { Job } from '../../core/liquidation/state.ts';
import type { Deadline } from '../../core/liquidation/timing.ts';
import type { Caller } from '../exchange/call-exchange.ts';
import type { ExchangeSession } from '../exchange/exchange-session.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';

export interface Task {
  readonly settings: Settings;
  readonly bot: BotSettings;
  readonly request: LiquidateRequest;
  readonly asked: Asked;
  readonly correlationId: string;
  readonly deadline: Deadline;
  /** The event says that it resumes a run, and no record shows one. */
  readonly isUnproven: boolean;
}

/** One accepted request for the preflight. */
export interface PreflightTask extends Pick<Task, 'settings' | 'bot' | 'correlationId' | 'deadline'> {
  readonly config: EffectiveSettings;
}

/** Requests beside the engine, in a run or a preflight, have its tries and its deadline. */
export function callersOf(
  { clock, random }: Pick<LiquidatorPorts, 'clock' | 'random'>,
  { settings, deadline }: Pick<Task, 'settings' | 'deadline'>,
): (session: ExchangeSession, signal: AbortSignal) => Caller {
  const job = { ...settings.liquidation, jitter: random.fraction(), deadline };
  return (session, signal) => ({ clock, session, job, signal });
}

/** What to flatten: the configuration's switches, and the symbols that the caller named. */
export const scopeOf = ({ settings, request }: Pick<Task, 'settings' | 'request'>): Scope => ({
  closePositions: settings.liquidation.closePositions,
  cancelOrders: settings.liquidation.cancelOrders,
  symbols: request.symbols,
});

/** The engine's part of the task. */
export function jobOf(
  ports: LiquidatorPorts,
  task: Pick<Task, 'settings' | 'request' | 'correlationId' | 'deadline'>,
  market: Market,
): Job {
  const { liquidation, exchange } = task.settings;
  return {
    market,
    scope: scopeOf(task),
    correlationId: task.correlationId,
    // Set with the lock's token, before the first order.
    attemptName: '',
    deadline: task.deadline,
    maxRetries: liquidation.maxRetries,
    retryDelayMs: liquidation.retryDelayMs,
    jitter: ports.random.fraction(),
    recvWindowMs: exchange.recvWindowMs,
    hasWallet: market.hasTwapOrders && walletUrlOf(exchange) !== undefined,
  };
}
