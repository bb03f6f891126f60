/** One accepted request, with all that is fixed before the first call: who, what, by when. */

import type { BotSettings, Settings } from '../core/config/settings.ts';
import type { Scope } from '../core/model.ts';
import type { LiquidateRequest } from '../core/request.ts';
import type { Deadline } from '../core/timing.ts';
import type { Asked } from '../core/verdict.ts';
import type { Claim } from '../ports.ts';
import type { Lease } from './lock.ts';
import type { Trail } from './trail.ts';

export interface Task {
  readonly settings: Settings;
  readonly bot: BotSettings;
  readonly request: LiquidateRequest;
  readonly asked: Asked;
  readonly correlationId: string;
  readonly deadline: Deadline;
}

/** What the rounds are given of it. */
export interface Job {
  readonly scope: Scope;
  readonly correlationId: string;
  /** In the names of the attempt's orders: no two attempts of one correlation ID have the same. */
  readonly attemptName: string;
  readonly trail: Trail;
}

/** What is to be cleared: the configuration's switches, and the symbols that the caller named. */
export const scopeOf = ({ settings, request }: Task): Scope => ({
  closePositions: settings.liquidation.closePositions,
  cancelOrders: settings.liquidation.cancelOrders,
  symbols: request.symbols,
});

/** What the lock is asked for. */
export const whoOf = ({
  bot,
  request,
  correlationId,
}: Task): Pick<Claim, 'correlationId' | 'botId' | 'trigger' | 'symbols' | 'trip'> => ({
  correlationId,
  botId: bot.botId,
  trigger: request.trigger,
  symbols: request.symbols,
  trip: request.trip,
});

/** Number of this attempt, also where the lock could not be reached. */
export const hopOf = ({ resume }: LiquidateRequest, lease: Pick<Lease, 'locked' | 'attempt'>): number =>
  lease.locked ? lease.attempt : (resume?.hop ?? 1);

/** The fencing token; without the lock a number that is no token, lest the two be taken for one another. */
export const attemptNameOf = (request: LiquidateRequest, lease: Pick<Lease, 'locked' | 'attempt'>): string =>
  `${lease.locked ? '' : 'u'}${hopOf(request, lease)}`;
