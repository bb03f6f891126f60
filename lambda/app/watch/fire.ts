/**
 * The switch. Armed becomes tripped by compare-and-set on the very beat that was seen; whoever wins has the liquidator
 * invoked, and only then is the row marked as invoked. A claim whose owner died in between is found by the next tick.
 */

import { METRICS } from '../../contract.ts';
import { isCanary } from '../../core/canary.ts';
import { type BotRow, readBotRow } from '../../core/heartbeat/bot-row.ts';
import { incidentId } from '../../core/heartbeat/incident-id.ts';
import { invokedChange, SENTINEL_EVERY_MS, tripChange } from '../../core/heartbeat/watch-changes.ts';
import { isoMicros } from '../../core/identity.ts';
import { note } from './incident.ts';
import { CALL_MS, insist, whyOf } from './insist.ts';
import { invoke, liquidationOf } from './invoke.ts';
import { type NextLook, NO_MORE, RECHECK_MS } from './next-look.ts';
import type { Round } from './round.ts';

/** `deadlineMs` is the instant at which the bot died, which names the incident. */
export async function fire(round: Round, row: BotRow, deadlineMs: number): Promise<NextLook> {
  const { world, tickId, config } = round;
  const nowMs = world.clock.nowMs();
  const { lockoutMs } = config.settings.liquidation;
  const correlationId = incidentId(row.botId, deadlineMs);
  const firing = { tickId, correlationId, deadlineMs, nowMs, lockoutMs };
  const won = await round.bots.change(tripChange(row, firing), CALL_MS);
  if (won === undefined) return { kind: 'at', atMs: nowMs + RECHECK_MS, urgent: true };
  return setOff(round, readBotRow(row.botId, won), correlationId);
}

const INVOKE_AGAIN_MS = 5_000;

/** For a bot that is tripped and whose liquidation nobody has accepted yet. */
export async function setOff(round: Round, row: BotRow, correlationId: string): Promise<NextLook> {
  const { world } = round;
  const reason = reasonOf(row);
  tellDead(round, row, correlationId, reason);
  const accepted = await invoke(round, liquidationOf(row.botId, 'watchdog', correlationId, reason));
  if (!accepted) return { kind: 'at', atMs: world.clock.nowMs() + INVOKE_AGAIN_MS, urgent: true };
  await noteInvoked(round, row);
  return NO_MORE;
}

function reasonOf({ cry, trip }: BotRow): string {
  if (cry !== undefined) return `the bot says that it failed: ${cry.reason}`;
  return `silent beyond its deadline${trip.deadlineMs === undefined ? '' : ` of ${isoMicros(trip.deadlineMs)}`}`;
}

/** Once per tick: a tick that takes over tells it again, because the first one may have died before telling. */
function tellDead(round: Round, row: BotRow, correlationId: string, reason: string): void {
  const { world, tally } = round;
  if (tally.fired.has(row.botId)) return;
  tally.fired.set(row.botId, correlationId);
  note(
    round,
    { correlationId, botId: row.botId, sealed: true },
    {
      type: 'bot_dead',
      operation: 'fire',
      level: 'CRITICAL',
      data: {
        reason,
        cause: row.cry === undefined ? 'silence' : 'cry',
        deadline: shownInstant(row.trip.deadlineMs),
        last_beat: shownInstant(row.lastBeatAtMs),
        tripped_at: shownInstant(row.trip.atMs),
        lockout_until: shownInstant(row.trip.lockoutUntilMs),
        in_configuration: round.config.settings.bots.some(bot => bot.botId === row.botId),
        taken_over: row.trip.by !== round.tickId,
      },
    },
  );
  if (!isCanary(row.botId)) world.telemetry.metric(METRICS.botsDead, 1, 'Count');
  world.telemetry.flush();
}

const shownInstant = (atMs: number | undefined): string | null => (atMs === undefined ? null : isoMicros(atMs));

/** If this fails, another tick invokes under the same ID, which the lock makes harmless. */
async function noteInvoked(round: Round, row: BotRow): Promise<void> {
  const nowMs = round.world.clock.nowMs();
  const { lockoutUntilMs = 0 } = row.trip;
  const nextCheckAtMs = Math.min((row.trip.atMs ?? nowMs) + SENTINEL_EVERY_MS, lockoutUntilMs);
  const change = invokedChange(row, nowMs, lockoutUntilMs > nowMs ? nextCheckAtMs : undefined);
  try {
    await insist(round, () => round.bots.change(change, CALL_MS));
  } catch (error) {
    const why = whyOf(error);
    round.world.telemetry.log('ERROR', 'An invocation was not noted; the next tick repeats it', {
      bot_id: row.botId,
      why,
    });
  }
}
