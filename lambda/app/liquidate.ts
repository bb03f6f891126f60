/**
 * A liquidation under its lock, with its trail.
 *
 *   ├─ take the lock ── trail: started ─┐
 *   ├─ load the secret ── observe ──────┴─ rounds until flat ── profit ── trail stored ── lock concluded ── answer
 *
 * The first observation runs beside the lock; orders wait for both. A caller who names the correlation ID may be
 * repeating himself, so there the lock gets a head start: a replay does not call the exchange at all.
 */

import type { Answer } from '../contract.ts';
import { conclude } from './conclude.ts';
import { refuseDuplicate } from './duplicate.ts';
import type { Outcome } from './judge.ts';
import { enter, type Lease, sideCallMs } from './lock.ts';
import { type Observation, observe } from './observe.ts';
import { type Opening, openRun } from './open-run.ts';
import { liquidateUntilFlat } from './rounds.ts';
import type { Run } from './run.ts';
import { attemptNameOf, scopeOf, type Task, whoOf } from './task.ts';
import { openTrail, type Trail } from './trail.ts';
import type { World } from './world.ts';

const HEAD_START_MS = 300;

export async function liquidate(world: World, task: Task): Promise<Answer> {
  const { request, bot, correlationId, deadline } = task;
  const over = new AbortController();
  const entering = enter(world, whoOf(task), deadline);
  const opening = openRun(world, task, over.signal);
  if (request.correlationId !== undefined) {
    await Promise.race([entering, world.clock.sleep(Math.min(HEAD_START_MS, sideCallMs(deadline)))]);
  }
  const looking = firstLook(opening, task);
  const entry = await entering;
  if (entry.kind !== 'mine') {
    // Its reads end with this. A secret that is still being read holds up nobody: nothing is asked with it any more.
    over.abort();
    return refuseDuplicate(world, task, entry);
  }

  const { lease } = entry;
  const trail = openTrail(world, { correlationId, botId: bot.botId, attempt: lease.attempt, writer: lease.writer });
  tellStart(trail, task, lease);
  const outcome = await work(task, lease, trail, looking);
  const answer = await conclude(world, task, lease, trail, outcome);
  over.abort();
  return answer;
}

type Look =
  | { readonly kind: 'seen'; readonly run: Run; readonly observation: Observation }
  | Extract<Outcome, { kind: 'broken' }>;

/** Reading may start before the lock is ours; ordering may not. Never rejects, since nobody awaits it at first. */
async function firstLook(opening: Promise<Opening>, task: Task): Promise<Look> {
  try {
    const opened = await opening;
    if (opened.kind === 'broken') return opened;
    return { kind: 'seen', run: opened.run, observation: await observe(opened.run, scopeOf(task)) };
  } catch (error) {
    return { kind: 'broken', error };
  }
}

async function work(task: Task, lease: Lease, trail: Trail, looking: Promise<Look>): Promise<Outcome> {
  try {
    // "Started" is durable, or known not to be, before the first order; beside the first observation.
    const [look] = await Promise.all([looking, trail.drain(sideCallMs(task.deadline))]);
    if (look.kind === 'broken') return look;
    const { run, observation } = look;
    const attemptName = attemptNameOf(task.request, lease);
    const job = { scope: scopeOf(task), correlationId: task.correlationId, attemptName, trail };
    return { kind: 'ended', run, ending: await liquidateUntilFlat(run, job, observation) };
  } catch (error) {
    return { kind: 'broken', error };
  }
}

function tellStart(trail: Trail, { settings, request, bot, deadline }: Task, lease: Lease): void {
  if (lease.priorState !== 'idle') {
    trail.record({
      type: 'liquidation_resumed',
      operation: 'lock',
      data: { prior_state: lease.priorState, died: lease.priorState === 'in_progress' },
    });
  }
  const { liquidation, exchange } = settings;
  trail.record({
    type: 'liquidation_started',
    operation: 'start',
    data: {
      trigger: request.trigger,
      reason: request.reason ?? null,
      symbols: request.symbols ?? null,
      locked: lease.locked,
      secret: bot.secretName,
      answer_within_ms: Math.round(deadline.answerByMs - deadline.startedAtMs),
      configuration: { ...liquidation, ...exchange },
    },
  });
}
