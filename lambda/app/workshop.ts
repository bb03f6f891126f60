/**
 * Where a round's work is done: plans what an observation shows, acts on the symbols side by side, and remembers what
 * each try taught. A symbol whose request hangs holds up nobody: the others go on with their next rounds.
 */

import type { Failure } from '../core/failure.ts';
import { isStale, learnFromRules, lessonOf, type Memory, NOTHING_LEARNT } from '../core/lessons.ts';
import type { ExchangeRules, Snapshot } from '../core/model.ts';
import { hasWork, planRound, type SymbolPlan } from '../core/plan.ts';
import { REQUESTS } from '../core/request-costs.ts';
import { backoffMs } from '../core/timing.ts';
import { act } from './act.ts';
import { attempt } from './attempt.ts';
import { digest } from './digest.ts';
import type { Ledger } from './ledger.ts';
import type { Run } from './run.ts';
import type { Job } from './task.ts';
import { tellResult, tellUnforeseen } from './tell.ts';

export interface Workshop {
  /** Plans and acts; gives the wait in ms before the next look, or that no symbol may be tried again. */
  work(snapshot: Snapshot): Promise<number | 'nothing-left-to-try'>;
  /** Nothing is on its way. */
  idle(): boolean;
  /** Something of this symbol is on its way. */
  isBusy(symbol: string): boolean;
  /** Waits for what is on its way; every request ends by the deadline. */
  settled(): Promise<void>;
  /** A look begins: what is sent from now on is not in it. */
  lookBegins(): void;
  /** Something was sent, or ended, since the last look began. */
  actedSinceLook(): boolean;
}

/** How long a round waits for its slowest symbol before the others go on. */
const PATIENCE_MS = 400;
const IDLE_PATIENCE_MAX_MS = 3_200;
/** Between two looks while the positions lag behind our own fills: doubles, since each look costs a weight of 85. */
const LAG_PAUSE_MS = 50;
const LAG_PAUSE_MAX_MS = 400;

export function openWorkshop(run: Run, job: Job, ledger: Ledger): Workshop {
  const { world, settings } = run;
  const { clock } = world;
  const memories = new Map<string, Memory>();
  const inFlight = new Map<string, Promise<void>>();
  let rules: ExchangeRules | undefined;
  let consulting: Promise<void> | undefined;
  let acted = false;
  let unreadRounds = 0;
  let laggingRounds = 0;
  let idleRounds = 0;

  const memoryOf = (symbol: string): Memory => memories.get(symbol) ?? NOTHING_LEARNT;
  const waitMs = (failures: number): number =>
    backoffMs(settings.liquidation.retryDelayMs, failures, world.random.fraction());
  const mayTry = (plan: SymbolPlan): boolean => memoryOf(plan.symbol).failures <= settings.liquidation.maxRetries;
  const msUntilReady = (plan: SymbolPlan): number => Math.max(0, memoryOf(plan.symbol).notBeforeMs - clock.nowMs());

  return {
    async work(snapshot) {
      const isUnread = [snapshot.positions, snapshot.orders, snapshot.conditionals].includes(undefined);
      unreadRounds = isUnread ? unreadRounds + 1 : 0;
      const planned = planRound(snapshot, job.scope, symbol => lessonOf(memoryOf(symbol), rules, symbol))
        .filter(plan => !inFlight.has(plan.symbol))
        .filter(mayTry);
      const fresh = planned.map(withoutStaleRows).filter(hasWork);
      const ready = fresh.filter(plan => msUntilReady(plan) === 0);

      for (const plan of ready) launch(plan);
      idleRounds = ready.length > 0 ? 0 : idleRounds + 1;
      if (inFlight.size > 0) {
        if (ready.length > 0) await orPatience(Promise.all(inFlight.values()));
        else await orPatience(Promise.race(inFlight.values()), Math.min(idlePatienceMs(), ...fresh.map(msUntilReady)));
        await orPatience(rulesIfWanted());
        const waits = [...ready.map(msUntilReady), ...(inFlight.size > 0 ? [LAG_PAUSE_MS] : [])];
        return waits.length === 0 ? 0 : Math.min(...waits);
      }
      if (fresh.length > 0) return Math.min(...fresh.map(msUntilReady));
      if (planned.length > 0) {
        laggingRounds += 1;
        return Math.min(LAG_PAUSE_MAX_MS, LAG_PAUSE_MS * 2 ** (laggingRounds - 1));
      }
      return isUnread ? waitMs(unreadRounds) : 'nothing-left-to-try';
    },
    idle: () => inFlight.size === 0,
    isBusy: symbol => inFlight.has(symbol),
    settled: async () => {
      await Promise.all(inFlight.values());
    },
    lookBegins: () => {
      acted = false;
    },
    actedSinceLook: () => acted,
  };

  function withoutStaleRows(plan: SymbolPlan): SymbolPlan {
    const memory = memoryOf(plan.symbol);
    const positions = plan.positions.filter(({ position }) => !isStale(memory, position, clock.nowMs()));
    return { ...plan, positions };
  }

  function launch(plan: SymbolPlan): void {
    const { symbol } = plan;
    const before = memoryOf(symbol);
    const tries = (before.tries ?? 0) + 1;
    memories.set(symbol, { ...before, tries });
    acted = true;
    const naming = { correlationId: job.correlationId, attempt: `${job.attemptName}.${tries}` };
    inFlight.set(
      symbol,
      act(run, plan, naming)
        .then(result => {
          const { memory, sufficed, failures } = digest(memoryOf(symbol), result, clock.nowMs(), waitMs);
          // What keeps coming back although each act sufficed (a bot that trades on) is not answered in a hot loop.
          const pauseMs = tries > CALM_TRIES ? waitMs(tries - CALM_TRIES) : 0;
          memories.set(symbol, sufficed ? { ...memory, notBeforeMs: clock.nowMs() + pauseMs } : memory);
          for (const failure of causesIn(failures)) ledger.fail(failure, symbol);
          ledger.note(result, tellResult(job.trail, result, failures));
        })
        .catch((error: unknown) => {
          // A bug of ours in one symbol must not end the others.
          memories.set(symbol, { ...memoryOf(symbol), failures: Number.POSITIVE_INFINITY });
          world.telemetry.log('CRITICAL', 'An unforeseen error in one symbol', { event: 'detail', symbol, error });
          ledger.fail(tellUnforeseen(job.trail, error, symbol), symbol);
        })
        .finally(() => {
          inFlight.delete(symbol);
          acted = true;
        }),
    );
  }

  async function orPatience(work: Promise<unknown>, patienceMs = PATIENCE_MS): Promise<void> {
    const settled = new AbortController();
    await Promise.race([work.then(() => settled.abort()), clock.sleep(patienceMs, settled.signal)]);
  }

  /** With nothing new to send, looking again and again would only use up the weight that the next try needs. */
  function idlePatienceMs(): number {
    return Math.min(IDLE_PATIENCE_MAX_MS, PATIENCE_MS * 2 ** (idleRounds - 1));
  }

  /** exchangeInfo is large and rarely needed: it is read only when a refusal asks for it, once at a time. */
  function rulesIfWanted(): Promise<void> {
    if (![...memories.values()].some(memory => memory.wantsRules)) return Promise.resolve();
    consulting ??= consultRules().finally(() => {
      consulting = undefined;
    });
    return consulting;
  }

  async function consultRules(): Promise<void> {
    const outcome = await attempt(run, REQUESTS.rules, (exchange, limits) => exchange.rules(limits));
    if (!outcome.ok) return;
    rules = outcome.value;
    run.budget.setLimits(rules.limits);
    const asking = [...memories].filter(([, memory]) => memory.wantsRules);
    for (const [symbol] of asking) {
      const memory = learnFromRules(memoryOf(symbol), rules.symbols.get(symbol));
      memories.set(symbol, memory);
      if (memory.setAside) ledger.fail(memory.setAside, symbol);
    }
  }
}

const CALM_TRIES = 3;

/** A close that resting orders made fail follows from the cancel that failed before it, and is told as that. */
function causesIn(failures: readonly Failure[]): readonly Failure[] {
  const causes = failures.filter(({ reason }) => reason !== 'reduce-only-rejected');
  return causes.length > 0 ? causes : failures;
}
