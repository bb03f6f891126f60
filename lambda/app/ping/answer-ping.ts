/**
 * A ping, from its path to the answer. It can send a heartbeat for the bot whose secret it has, begin and end its run, and
 * report its failure. Never throws: if the tables do not answer it is a 503, which `curl --retry` repeats.
 *
 *   read ─┬─ invalid, unknown bot, wrong secret ───▶ 404, all the same
 *         ├─ probe ── one write ───────────────────▶ 200
 *         └─ secret right ── the run's own write ──┬▶ 200 OK
 *                                                  └▶ 409: tripped, disarmed, or another client sends heartbeats
 */

import { METRICS } from '../../contract.ts';
import type { RunBeat } from '../../core/heartbeat/client-changes.ts';
import {
  isPingRun,
  isTokenOf,
  pingRun,
  probedChange,
  readPing,
  type Sign,
  tokenRow,
} from '../../core/heartbeat/ping.ts';
import { type BotRow, readBotRow } from '../../core/heartbeat/read-bot-row.ts';
import { configuredBot, timesOf, type WatchConfig } from '../../core/heartbeat/watch-times.ts';
import { messageOf } from '../../core/invocation/answer-error.ts';
import { NOT_NOTIFIED } from '../../events.ts';
import type { BotStore } from '../../ports.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import { beatRun, endRun, type RunResult, reportFailure, startRun } from './run-commands.ts';

export interface PingPorts extends Pick<LiquidatorPorts, 'clock' | 'random' | 'telemetry'> {
  readonly bots: BotStore;
}

export interface PingAnswer {
  readonly status: number;
  /** One line, for people who run curl by hand. */
  readonly text: string;
}

const STORE_MS = 1_500;
const BY = 'ping URL';

export async function answerPing(
  ports: PingPorts,
  config: WatchConfig,
  { method, path, body }: { readonly method: unknown; readonly path: unknown; readonly body: unknown },
): Promise<PingAnswer> {
  const { clock, bots, telemetry } = ports;
  const asked = readPing(method, path, body);
  if (asked.kind === 'refused') return asked.status === 405 ? { status: 405, text: 'GET, HEAD or POST' } : NOT_FOUND;
  try {
    if (asked.kind === 'probe') {
      await bots.change(probedChange(clock.nowMs()), STORE_MS);
      return OK;
    }
    const { botId, secret, sign } = asked;
    // Guesses at unknown bots cost no read. If the configuration cannot be read, every bot may exist.
    if (!config.isFallback && configuredBot(config, botId) === undefined) return NOT_FOUND;
    const [token, fields] = await Promise.all([bots.read(tokenRow(botId), STORE_MS), bots.read(botId, STORE_MS)]);
    if (!isTokenOf(token, secret, clock.nowMs())) return NOT_FOUND;
    return answerOf(await take(ports, config, sign, botId, fields && readBotRow(botId, fields)));
  } catch (error) {
    const about = { event: NOT_NOTIFIED, why: messageOf(error) };
    telemetry.log('ERROR', 'A ping was not stored; the sender must repeat it', about);
    telemetry.metric(METRICS.pingsNotStored, 1, 'Count');
    return { status: 503, text: 'not stored, try again' };
  }
}

const OK: PingAnswer = { status: 200, text: 'OK' };
const NOT_FOUND: PingAnswer = { status: 404, text: 'not found' };

type Taken = RunResult | { readonly kind: 'other-client' };

async function take(
  ports: PingPorts,
  config: WatchConfig,
  sign: Sign,
  botId: string,
  row: BotRow | undefined,
): Promise<Taken> {
  const { clock, random, bots } = ports;
  const atMs = clock.nowMs();
  const times = timesOf(config, botId, row?.times);
  if (times === undefined) return { kind: 'unknown' };
  // A new run declares the deployed times, not those of the run before.
  const deployed = config.isFallback ? times : (timesOf(config, botId, undefined) ?? times);
  const beat = (runId: string, as = times): RunBeat => ({
    ...{ botId, runId, atMs, count: Math.floor(atMs), by: BY, times: as },
  });
  const begin = (): Promise<RunResult> => startRun(bots, beat(pingRun(random.hex(32)), deployed), STORE_MS);

  if (sign.kind === 'start') return begin();
  const runId = row?.runId;
  if (runId === undefined) {
    const begun = await begin();
    if (begun.kind !== 'taken' || sign.kind === 'beat') return begun;
    return take(ports, config, sign, botId, await rowOf(bots, botId));
  }
  // A plain ping does not take over another client's run, because it may be automatic; only /start does.
  if (!isPingRun(runId)) return { kind: 'other-client' };
  switch (sign.kind) {
    case 'beat':
      return beatRun(bots, { ...beat(runId), proves: true }, STORE_MS);
    case 'end':
      return endRun(bots, { botId, runId, atMs, by: BY, reason: 'exit code 0, by its ping URL' }, STORE_MS);
    case 'fail': {
      const failure = { botId, runId, atMs, by: BY, reason: sign.reason, callId: `ping-${random.hex(16)}` };
      return reportFailure(bots, failure, STORE_MS);
    }
  }
}

async function rowOf(bots: BotStore, botId: string): Promise<BotRow | undefined> {
  const fields = await bots.read(botId, STORE_MS);
  return fields && readBotRow(botId, fields);
}

function answerOf(taken: Taken): PingAnswer {
  switch (taken.kind) {
    case 'taken':
      return OK;
    case 'tripped': {
      const by = taken.correlationId === undefined ? '' : ` by ${taken.correlationId}`;
      return { status: 409, text: `tripped${by}: do not trade; an operator has to re-arm the bot` };
    }
    case 'disarmed':
      return { status: 409, text: 'disarmed: nobody watches; ping /start to begin a new run' };
    case 'replaced':
    case 'unknown':
      return { status: 503, text: 'the run changed at this moment, try again' };
    case 'occupied':
    case 'other-client':
      return { status: 409, text: 'another client beats for this bot; ping /start to take over' };
  }
}
