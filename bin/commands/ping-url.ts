/**
 * `flatline ping-url`: creates, replaces and removes the URL by which a bot pings. It is shown once: the table stores only
 * the hash of its secret.
 */

import { type Command, InvalidArgumentError } from 'commander';
import { ENV } from '../../lambda/contract.ts';
import { newTokenChange, noTokenChange, pingToken, SECRET_DIGITS, tokenRow } from '../../lambda/core/heartbeat/ping.ts';
import { type OperatorOptions, operatorOptions } from '../bots/operator-options.ts';
import type { Connection } from '../connect/connection.ts';
import { mustBeKnown } from '../connect/known-bot.ts';
import type { Cli, CommandRun } from '../terminal/cli.ts';
import { confirm, mustBeConfirmable } from '../terminal/confirm.ts';
import { CliError, EXIT, type ExitCode } from '../terminal/exit.ts';
import { agoText, instantText } from '../terminal/numbers.ts';
import { connectionOptions, examples, jsonOption, readDurationMs } from '../terminal/options.ts';
import { STORE_MS } from '../terminal/waiting.ts';

interface Options extends OperatorOptions {
  readonly rotate?: boolean;
  readonly oldFor?: number;
  readonly end?: boolean;
}

const LONGEST_OLD_MS = 24 * 3_600_000;

export function registerPingUrl(program: Command, cli: Cli): void {
  const command = program
    .command('ping-url')
    .summary('create the URL by which a bot pings with curl')
    .description(
      'Creates the URL by which a bot reports without an AWS SDK, and prints it once: only a hash of its secret is stored. ' +
        'The URL allows sending heartbeats, ending the watch, and liquidating the account: protect it like an API key. ' +
        'Needs ping_url = true in the configuration.',
    );
  operatorOptions(command, { asks: true })
    .option('--rotate', 'create a new secret; the previous URL becomes invalid')
    .option('--old-for <duration>', 'with --rotate: how long the previous URL stays valid; 24h at most', readOldMs)
    .option('--end', 'remove the URL');
  connectionOptions(command);
  examples(command, [
    ['ping-url --bot alpha', 'creates it, unless there is one'],
    ['ping-url --bot alpha --rotate --old-for 10m', 'asks for the name first'],
    ['ping-url --bot alpha --end', 'asks for the name first'],
  ]);
  jsonOption(command, ['{ bot_id, url: null|text, made_at: null|instant, made_by: null|text }']);
  command.action(cli.action<Options>(pingUrl));
}

async function pingUrl(run: CommandRun<Options>): Promise<ExitCode> {
  const { bot, rotate = false, end = false, oldFor, by, yes = false } = run.options;
  if (rotate && end) throw new CliError(EXIT.usage, 'Nothing was done: --rotate and --end cannot be combined.');
  if (oldFor !== undefined && !rotate) throw new CliError(EXIT.usage, 'Nothing was done: --old-for needs --rotate.');
  const to = end ? `end the ping URL of ${bot}` : `replace the ping URL of ${bot}`;
  if (rotate || end) mustBeConfirmable(run.cli.terminal, { to, yes });
  const connection = await run.connect();
  mustBeKnown(bot, connection);
  const base = connection.functions.watchdog.variables[ENV.pingUrl];
  if (base === undefined)
    throw new CliError(
      EXIT.no,
      `Nothing was done: ${connection.where} has no ping URL. Set ping_url = true under [deployment] and deploy.`,
    );
  const { bots, clock, random } = connection;
  const before = await bots.read(tokenRow(bot), STORE_MS);
  const has = typeof before?.ping_token_hash === 'string';
  const stands = {
    made_at: typeof before?.ping_token_at_ms === 'number' ? new Date(before.ping_token_at_ms).toISOString() : null,
    made_by: typeof before?.ping_token_by === 'string' ? before.ping_token_by : null,
  };
  if (has && !rotate && !end) {
    const madeAtMs = Number(before.ping_token_at_ms);
    run.answer({ bot_id: bot, url: null, ...stands });
    run.say(`${bot} has a ping URL, created ${agoText(madeAtMs, clock.nowMs())} by ${stands.made_by ?? '?'}.`);
    run.say('It was shown then; its secret is not stored. --rotate creates a new one.');
    return EXIT.ok;
  }
  if (!has && end) {
    run.answer({ bot_id: bot, url: null, made_at: null, made_by: null });
    run.say(`${bot} has no ping URL.`);
    return EXIT.ok;
  }
  if (has) await confirm(run.cli.terminal, { botId: bot, to, yes });
  const atMs = clock.nowMs();
  if (end) {
    await bots.change(noTokenChange(bot, atMs, by), STORE_MS);
    run.answer({ bot_id: bot, url: null, made_at: null, made_by: null });
    run.say(`The ping URL of ${bot} is no longer valid. A bot that still uses it is now silent: snooze or disarm it.`);
    return EXIT.ok;
  }
  const secret = random.hex(SECRET_DIGITS);
  const priorUntilMs = oldFor === undefined ? undefined : atMs + oldFor;
  if (!(await bots.change(newTokenChange(bot, secret, { before, priorUntilMs, atMs, by }), STORE_MS)))
    throw new CliError(EXIT.no, 'Nothing was done: it was changed at the same moment. Try again.');
  const url = new URL(pingToken(bot, secret), base).href;
  run.answer({ bot_id: bot, url, made_at: new Date(atMs).toISOString(), made_by: by });
  printUrl(run, connection, url, has, priorUntilMs);
  return EXIT.ok;
}

function printUrl(
  run: CommandRun<Options>,
  { settings }: Connection,
  url: string,
  had: boolean,
  priorUntilMs: number | undefined,
): void {
  const { bot } = run.options;
  const heartbeatMs = settings.bots.find(({ botId }) => botId === bot)?.heartbeatMs;
  run.say(url);
  run.say();
  run.say(`Protect it like an API key; it is not shown again. ${bot} pings it every ${(heartbeatMs ?? 0) / 1_000} s:`);
  run.say('  curl -fsS -m 5 --retry 2 URL          # fails when the bot must not trade');
  run.say('  … URL/start, URL/fail, URL/$?         # started, failed, ended with this exit code');
  if (!had) return;
  run.say(
    priorUntilMs === undefined
      ? 'The previous URL is no longer valid: change the bot now, before it is late.'
      : `The previous URL is valid until ${instantText(priorUntilMs)}.`,
  );
}

function readOldMs(text: string): number {
  const ms = readDurationMs(text);
  if (ms <= LONGEST_OLD_MS) return ms;
  throw new InvalidArgumentError('The maximum is 24 hours.');
}
