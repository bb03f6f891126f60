/**
 * The liquidator with its environment, in virtual time: Lambda's queue of asynchronous invocations, the
 * watchdog run each minute, the bots' rows. All use the same stores and the same exchange.
 */

import { createRateLimiters } from '../../lambda/app/exchange/rate-limiter.ts';
import { type TickReport, tick } from '../../lambda/app/watchdog/tick.ts';
import type { WatchdogPorts } from '../../lambda/app/watchdog/tick-context.ts';
import type { Answer } from '../../lambda/contract.ts';
import { SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import { type LiquidationRig, liquidationRig, type RigOptions, type RunChanges } from './liquidation-rig.ts';

export interface WatchedAccount extends LiquidationRig {
  readonly watchWorld: WatchdogPorts;
  /** The answers of invocations that Lambda took from its queue, in the order of their ends. */
  readonly laterAnswers: readonly Answer[];
  tick(changes?: RunChanges, world?: WatchdogPorts): Promise<TickReport>;
  /** Runs what was accepted and not yet run, and the attempts that this starts. */
  runAccepted(changes?: RunChanges): Promise<void>;
  /** Runs the watchdog and what is accepted each minute, until no run is unfinished. Gives the number of watchdog runs. */
  untilFinished(changes?: RunChanges, mostTicks?: number): Promise<number>;
}

const MINUTE_MS = 60_000;

export function watchedAccount(options: RigOptions = {}): WatchedAccount {
  const rig = liquidationRig(options);
  const { clock, world, stores } = rig;
  const { bots } = rig;
  bots.takeMs(5);
  const { random, locks, audit, telemetry, invoker } = world;
  const watchWorld: WatchdogPorts = {
    ...{ clock, random, locks, audit, telemetry, invoker, bots },
    unfinished: stores.lock.unfinished,
    records: { read: stores.lock.readRecord },
  };
  const laterAnswers: Answer[] = [];
  let taken = 0;

  const runTick = (changes: RunChanges = {}, given: WatchdogPorts = watchWorld): Promise<TickReport> => {
    const settings = { ...SAFE_DEFAULTS, liquidation: { ...SAFE_DEFAULTS.liquidation, ...changes.liquidation } };
    return tick(given, { settings, isFallback: false }, { remainingMs: 110_000 });
  };
  const runAccepted = async (changes: RunChanges = {}): Promise<void> => {
    for (let event = rig.invoked[taken]; event !== undefined; event = rig.invoked[taken]) {
      taken += 1;
      // Lambda starts another container while the first still answers; it does not know the limits.
      const elsewhere = { ...world, limiters: createRateLimiters() };
      laterAnswers.push(await rig.run({}, { world: elsewhere, ...changes, rawEvent: event }));
    }
  };
  return {
    ...rig,
    watchWorld,
    laterAnswers,
    tick: runTick,
    runAccepted,
    untilFinished: async (changes = {}, mostTicks = 60) => {
      for (let ticks = 0; ; ticks += 1) {
        await runAccepted(changes);
        const open = await stores.lock.unfinished.due(Number.POSITIVE_INFINITY, 10, 1_000);
        if (open.length === 0 || ticks === mostTicks) return ticks;
        await clock.sleep(MINUTE_MS - (clock.nowMs() % MINUTE_MS));
        await runTick(changes);
      }
    },
  };
}
