/**
 * `flatline liquidate --all-silent`: the operator decides when the watchdog cannot. Liquidates every bot that is armed and
 * silent beyond its deadline, whether or not the table has worked meanwhile.
 *
 *   silent bots ── shown, with their last heartbeat ── "all-silent" typed ── still silent ── one call each, in parallel
 */

import { correlationId } from '../../lambda/core/invocation/identity.ts';
import { isFlatResult } from '../../lambda/core/invocation/liquidation-record.ts';
import { standingTable } from '../bots/standing-words.ts';
import { type ListedBot, readWatch } from '../bots/standings.ts';
import type { Connection } from '../connect/connection.ts';
import type { Invoked } from '../connect/functions.ts';
import type { CommandRun } from '../terminal/cli.ts';
import { confirm, mustBeConfirmable } from '../terminal/confirm.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import type { ConnectionOptions } from '../terminal/options.ts';

/** What is typed in place of a bot's name. */
const NAME = 'all-silent';

interface SilentOptions extends ConnectionOptions {
  readonly dryRun?: boolean;
  readonly reason?: string;
  readonly yes?: boolean;
}

interface Ended {
  readonly botId: string;
  readonly correlationId: string;
  readonly headline: string;
  readonly isFlat: boolean;
}

export async function liquidateSilent<O extends SilentOptions>(
  run: CommandRun<O>,
  answerWithinMs: (connection: Connection) => number,
): Promise<ExitCode> {
  const { options, cli, paint } = run;
  const { yes = false, dryRun = false } = options;
  const to = 'liquidate every bot that is silent beyond its deadline';
  if (!dryRun) mustBeConfirmable(cli.terminal, { to, yes });
  const connection = await run.connect();
  const { standings, nowMs } = await readWatch(connection);
  const silent = standings.filter(standing => isSilent(standing, nowMs));
  if (silent.length === 0) {
    run.say('No bot is armed and silent beyond its deadline. Nothing was done.');
    run.answer({ outcome: 'nothing', bots: [] });
    return EXIT.ok;
  }
  run.say(standingTable(silent, { nowMs, ...run.screen }));
  if (dryRun) {
    run.answer({ outcome: 'dry-run', bots: silent.map(({ botId }) => ({ bot_id: botId })) });
    return EXIT.ok;
  }
  await confirm(cli.terminal, {
    botId: NAME,
    to: `liquidate ${silent.length === 1 ? 'it' : `all ${silent.length}`}`,
    yes,
  });
  const { still, back } = await stillSilent(connection, silent);
  for (const botId of back) run.say(`${botId} reported meanwhile, or is no longer watched: not liquidated.`);
  const calls = still.map(botId => liquidateOne(connection, botId, options.reason, answerWithinMs(connection)));
  const ended = await run.progress(`liquidating ${still.length}`, Promise.all(calls));
  for (const { botId, headline, correlationId: id, isFlat } of ended) {
    run.say(`${isFlat ? paint.good(headline) : paint.bad(headline)}  ${botId}  ${id}`);
  }
  const isFlat = ended.every(one => one.isFlat);
  run.answer({
    outcome: still.length === 0 ? 'nothing' : isFlat ? 'flat' : 'not-flat',
    left_alone: back,
    bots: ended.map(one => ({
      ...{ bot_id: one.botId, correlation_id: one.correlationId },
      ...{ headline: one.headline, flat: one.isFlat },
    })),
  });
  return isFlat ? EXIT.ok : EXIT.no;
}

/** Only by the time of its silence. A bot that is not in the configuration cannot be liquidated. */
export const isSilent = ({ condition, configured, deadAtMs }: ListedBot, nowMs: number): boolean =>
  configured && (condition === 'dead' || condition === 'unproven') && deadAtMs !== undefined && deadAtMs <= nowMs;

/** A bot may report again while the person decides. */
async function stillSilent(
  connection: Connection,
  asked: readonly ListedBot[],
): Promise<{ readonly still: readonly string[]; readonly back: readonly string[] }> {
  const { standings, nowMs } = await readWatch(connection);
  const silent = new Set(standings.filter(one => isSilent(one, nowMs)).map(({ botId }) => botId));
  const ids = asked.map(({ botId }) => botId);
  return { still: ids.filter(botId => silent.has(botId)), back: ids.filter(botId => !silent.has(botId)) };
}

async function liquidateOne(
  connection: Connection,
  botId: string,
  reason: string | undefined,
  timeoutMs: number,
): Promise<Ended> {
  const id = correlationId(connection.clock.nowMs(), connection.random.hex(8));
  const why = reason ?? 'silent beyond its deadline; decided by an operator (--all-silent)';
  const event = { trigger: 'manual', bot_id: botId, correlation_id: id, reason: why };
  try {
    const { headline, isFlat } = outcomeOf(await connection.invoke(event, timeoutMs));
    return { botId, correlationId: id, headline, isFlat };
  } catch (error) {
    const headline = `NOT STARTED: ${error instanceof Error ? error.message : 'the call failed'}`;
    return { botId, correlationId: id, headline, isFlat: false };
  }
}

function outcomeOf(invoked: Invoked): Pick<Ended, 'headline' | 'isFlat'> {
  if (invoked.kind !== 'answered') return { headline: `RESULT UNKNOWN: ${invoked.sentence}`, isFlat: false };
  const { answer } = invoked;
  return { headline: answer.headline, isFlat: 'state' in answer && isFlatResult(answer.state, answer.headline) };
}
