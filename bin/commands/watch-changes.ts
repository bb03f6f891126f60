/**
 * `flatline arm`, `disarm`, `rearm`, `snooze`, `beat`: what an operator does to a bot's watch. Each is one conditional
 * write to the bot's row, which the next tick of the watchdog writes into the trail, with who and why.
 *
 *   never ──beat, arm──▶ armed ──silence──▶ tripped ──rearm──▶ armed
 *                          │ ▲
 *                   disarm ▼ │ arm, the bot's next start
 *                        disarmed
 */

import { type Command, InvalidArgumentError } from 'commander';
import { arm, beat, type CommandResult, disarm, rearm, snooze } from '../../lambda/app/watch/bot-commands.ts';
import { defaultBot } from '../../lambda/core/config/settings.ts';
import type { Order } from '../../lambda/core/heartbeat/bot-changes.ts';
import { LONGEST_SNOOZE_MS } from '../../lambda/core/heartbeat/judge.ts';
import { timesOf } from '../../lambda/core/heartbeat/watch-times.ts';
import type { BotStore } from '../../lambda/ports.ts';
import { instant, span } from './cli/ages.ts';
import { confirm, mustBeConfirmable } from './cli/confirm.ts';
import { readDurationMs } from './cli/duration-option.ts';
import { CliError, EXIT, type ExitCode } from './cli/exit.ts';
import { examples, jsonOption, reachOptions } from './cli/options.ts';
import type { Cli, Run } from './cli.ts';
import { mustBeKnown } from './connect/known-bot.ts';
import { type Connection, STORE_MS } from './connection.ts';
import { type OrderOptions, orderOptions } from './watch/order-options.ts';
import { STANDING_SHAPE, standingJson } from './watch/standing-json.ts';
import { meaning, standingTable } from './watch/standing-words.ts';
import { readWatch, type Standing } from './watch/standings.ts';

interface Verb<O extends OrderOptions = OrderOptions> {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly (readonly [commandLine: string, does: string])[];
  /** Completes "Type the bot’s name to …"; undefined: harmless, nobody is asked. */
  readonly asksTo: ((options: O) => string) | undefined;
  /** The bot must be in the configuration. */
  readonly onlyKnown: boolean;
  /** What to know before confirming. */
  readonly warnings?: (connection: Connection, standing: Standing) => Promise<readonly string[]>;
  readonly change: (bots: BotStore, order: Order, options: O, connection: Connection) => Promise<CommandResult>;
  /** Of what was done, with the bot's ID in front. */
  readonly done: (options: O, nowMs: number) => string;
}

const ARM: Verb = {
  name: 'arm',
  summary: 'watch a bot again that was disarmed, or was never seen',
  description:
    'Arms a bot by hand: from now on silence is judged, and a silent bot is liquidated. A bot’s own first beat does the same.',
  examples: [['arm --bot alpha --reason "back after the upgrade"', 'watch alpha again']],
  asksTo: undefined,
  onlyKnown: true,
  change: (bots, order) => arm(bots, order, STORE_MS),
  done: () => 'is armed, and has its full time from now',
};

const DISARM: Verb = {
  name: 'disarm',
  summary: 'end the watch: a silent bot is no longer liquidated',
  description:
    'Ends the watch of a bot, as its own clean goodbye does. It is refused for a tripped bot: re-arm that first.',
  examples: [['disarm --bot alpha --reason "stopped for good"', 'asks for the name first']],
  asksTo: ({ bot }) => `end the watch of ${bot}`,
  onlyKnown: false,
  change: (bots, order) => disarm(bots, order, STORE_MS),
  done: () => 'is disarmed: NOBODY watches it until its next start, or flatline arm',
};

const REARM: Verb = {
  name: 'rearm',
  summary: 'let a bot that was liquidated trade again',
  description:
    'Re-arms a tripped bot: its beats are taken again, its lock-out ends. Look at its account first: what it holds then is the bot’s own again.',
  examples: [['rearm --bot alpha --reason "account looked at, flat"', 'asks for the name first']],
  asksTo: ({ bot }) => `let ${bot} trade again`,
  onlyKnown: false,
  warnings: async ({ runs }, { trip }) => {
    if (trip?.correlationId === undefined) return [];
    const record = await runs.read(trip.correlationId, STORE_MS);
    if (record?.state === 'completed') return [];
    return [
      `Its liquidation ${trip.correlationId} did NOT end flat (${record?.answer?.headline ?? record?.state ?? 'no record'}).`,
    ];
  },
  change: (bots, order) => rearm(bots, order, STORE_MS),
  done: () => 'is armed again: its beats are taken, and it has its full time from now',
};

interface SnoozeOptions extends OrderOptions {
  readonly for?: number;
  readonly end?: boolean;
}

const SNOOZE: Verb<SnoozeOptions> = {
  name: 'snooze',
  summary: 'suspend the watch for a while',
  description:
    'Suspends the watch of a bot for a stated time, 24 h at most; it always ends by itself, and then the bot has its full time.',
  examples: [
    ['snooze --bot alpha --for 30m --reason "moving it"', 'asks for the name first'],
    ['snooze --bot alpha --end', 'ends the snooze now'],
  ],
  asksTo: options =>
    options.end ? `end the snooze of ${options.bot}` : `leave ${options.bot} unwatched for ${span(options.for ?? 0)}`,
  onlyKnown: false,
  change: (bots, order, options) => snooze(bots, order, untilMs(options, order.atMs), STORE_MS),
  done: (options, nowMs) =>
    options.end
      ? 'is watched again, and has its full time from now'
      : `is NOT watched until ${instant(untilMs(options, nowMs))}`,
};

const untilMs = (options: SnoozeOptions, nowMs: number): number => (options.end ? nowMs : nowMs + (options.for ?? 0));

interface BeatOptions extends OrderOptions {
  readonly arm?: boolean;
}

const BEAT: Verb<BeatOptions> = {
  name: 'beat',
  summary: 'a sign of life of a bot, by hand',
  description:
    'Writes one beat, as a bot does. The first one of a bot that was never seen arms its watch: from then on it must beat, or it is liquidated. ' +
    'Bots use a client or "flatline guard" rather than this.',
  examples: [
    ['beat --bot alpha', 'one beat'],
    ['beat --local', 'then be silent, and see what the watchdog does'],
    ['beat --bot alpha --arm', 'also arms one that was disarmed'],
  ],
  asksTo: undefined,
  onlyKnown: true,
  change: async (bots, { botId, atMs, by }, options, { config }) => {
    const { heartbeatMs, lateAfterMs, deadAfterMs } = timesOf(config, botId, undefined) ?? defaultBot(botId);
    const times = { heartbeatMs, lateAfterMs, deadAfterMs };
    // Any number that differs from the last one's does; the clock's has no file to be kept in.
    const sign = { botId, atMs, by, times, count: Math.floor(atMs), arms: options.arm === true };
    const result = await beat(bots, sign, STORE_MS);
    if (result.kind === 'taken') return { kind: 'done' };
    if (result.kind === 'disarmed') {
      return {
        kind: 'refused',
        state: 'disarmed',
        sentence: `Refused: ${botId} is disarmed. Use flatline beat --arm, or flatline arm.`,
      };
    }
    const id = result.correlationId === undefined ? '' : ` (${result.correlationId})`;
    return {
      kind: 'refused',
      state: 'tripped',
      sentence: `Refused: ${botId} was liquidated${id} and must not trade. Look at its account, then use flatline rearm.`,
    };
  },
  done: () => 'has beaten',
};

export function registerWatchChanges(program: Command, cli: Cli): void {
  register(program, cli, ARM);
  register(program, cli, DISARM);
  register(program, cli, REARM);
  register(program, cli, SNOOZE)
    .option('--for <duration>', 'how long: 45s, 30m, 8h; 24h at most', readSnoozeMs)
    .option('--end', 'end a snooze now');
  register(program, cli, BEAT).option('--arm', 'also arm a bot that was disarmed');
}

function register<O extends OrderOptions>(program: Command, cli: Cli, verb: Verb<O>): Command {
  const command = program.command(verb.name).summary(verb.summary).description(verb.description);
  orderOptions(command, { asks: verb.asksTo !== undefined });
  reachOptions(command);
  examples(command, verb.examples);
  jsonOption(command, ['{ bot_id, done, sentence, bot: bot|null }, the bot as it stands then:', ...STANDING_SHAPE]);
  return command.action(cli.action<O>(run => changeWatch(run, verb)));
}

async function changeWatch<O extends OrderOptions>(run: Run<O>, verb: Verb<O>): Promise<ExitCode> {
  const { options, cli, paint } = run;
  const { bot: botId, by, reason, yes = false } = options;
  mustSayHowLong(verb, options);
  const to = verb.asksTo?.(options);
  if (to !== undefined) mustBeConfirmable(cli.terminal, { to, yes });
  const connection = await run.connect();
  if (verb.onlyKnown) mustBeKnown(botId, connection);
  if (to !== undefined && !yes) {
    const before = await standingOf(connection, botId);
    if (before !== undefined) {
      const screen = { nowMs: connection.clock.nowMs(), paint, width: cli.terminal.width };
      for (const line of standingTable([before], screen)) run.say(line);
      for (const warning of (await verb.warnings?.(connection, before)) ?? []) run.say(paint.bad(`  ${warning}`));
    }
    await confirm(cli.terminal, { botId, to, yes });
  }
  const atMs = connection.clock.nowMs();
  const order = { botId, atMs, by, ...(reason === undefined ? {} : { reason }) };
  const result = await run.progress(
    'writing to the table of bots',
    verb.change(connection.bots, order, options, connection),
  );
  const after = await standingOf(connection, botId);
  const isDone = result.kind === 'done';
  const sentence = isDone ? `${botId} ${verb.done(options, atMs)}.` : result.sentence;
  run.say(isDone ? paint.good(sentence) : paint.bad(sentence));
  if (isDone && after !== undefined) run.say(`It is ${after.condition}: ${meaning(after, connection.clock.nowMs())}.`);
  run.answer({ bot_id: botId, done: isDone, sentence, bot: after === undefined ? null : standingJson(after) });
  return isDone ? EXIT.ok : EXIT.no;
}

async function standingOf(connection: Connection, botId: string): Promise<Standing | undefined> {
  const { standings } = await readWatch(connection);
  return standings.find(standing => standing.botId === botId);
}

/** For argParser. */
function readSnoozeMs(text: string): number {
  const ms = readDurationMs(text);
  if (ms <= LONGEST_SNOOZE_MS) return ms;
  throw new InvalidArgumentError('A snooze lasts at most 24 hours: snooze again tomorrow, or disarm the bot.');
}

function mustSayHowLong<O extends OrderOptions>({ name }: Verb<O>, options: O): void {
  if (name !== SNOOZE.name) return;
  const { for: forMs, end }: SnoozeOptions = options;
  if ((forMs === undefined) === (end === true)) return;
  throw new CliError(EXIT.usage, 'Nothing was done: say how long, as in --for 30m, or --end to end a snooze.');
}
