/** One accepted request, with all that is fixed before the first call: who, what, by when. */

import { type BotSettings, type Settings, walletUrlOf } from '../../core/config/settings.ts';
import type { Market } from '../../core/exchange/market.ts';
import type { Scope } from '../../core/exchange/model.ts';
import type { LiquidateRequest } from '../../core/invocation/request.ts';
import type { Asked } from '../../core/liquidation/answer/answer.ts';
import type { Job } from '../../core/liquidation/job.ts';
import type { Deadline } from '../../core/liquidation/timing.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';

export interface Task {
  readonly settings: Settings;
  readonly bot: BotSettings;
  readonly request: LiquidateRequest;
  readonly asked: Asked;
  readonly correlationId: string;
  readonly deadline: Deadline;
  /** The event says that it resumes a run, and no record shows one: a stranger may have written it. */
  readonly mayBeStrange: boolean;
}

/** What is to be cleared: the configuration's switches, and the symbols that the caller named. */
export const scopeOf = ({ settings, request }: Pick<Task, 'settings' | 'request'>): Scope => ({
  closePositions: settings.liquidation.closePositions,
  cancelOrders: settings.liquidation.cancelOrders,
  symbols: request.symbols,
});

/** The engine's part of it. */
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
    // Named once the lock has given its token, which is before the first order.
    attemptName: '',
    deadline: task.deadline,
    maxRetries: liquidation.maxRetries,
    retryDelayMs: liquidation.retryDelayMs,
    jitter: ports.random.fraction(),
    recvWindowMs: exchange.recvWindowMs,
    hasWallet: market.hasStrategies && walletUrlOf(exchange) !== undefined,
  };
}
