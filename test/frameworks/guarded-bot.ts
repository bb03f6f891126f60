/**
 * A bot of others under the guard, with an account of its own at the simulated exchange, and the three ways in which it ends:
 * killed, hung, shut down politely. Each ends with its account flat, and says how long that took.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Truth } from '../../simulator/engine/accounts/truth.ts';
import type { ServedForTests, Started } from '../cli/served-cloud.ts';

export const ENDS = ['killed', 'hung', 'shut down politely'] as const;
export type End = (typeof ENDS)[number];

export interface BotOfOthers {
  /** Each run has a bot, and so an account, of its own. */
  readonly botId: string;
  readonly command: readonly string[];
  /** Beside `API_KEY`, `API_SECRET` and `EXCHANGE_URL`. */
  readonly env?: Readonly<Record<string, string>>;
  /** How it proves its work. */
  readonly alive: readonly string[];
  /** How long a start and a cycle may take; default 10 s. */
  readonly aliveWithin?: string;
  /** What it has done at the exchange once it trades. */
  readonly trades: (truth: Truth) => boolean;
  /** What a hung one is: by default each process of it is stopped. */
  readonly pidsOf?: (guardPid: number) => readonly number[];
}

export interface Death {
  readonly end: End;
  /** What it held when it died. */
  readonly positions: number;
  readonly orders: number;
  readonly flatAfterMs: number;
  readonly exitCode: number | null;
}

/** The bot's own key. */
export function keyOf(
  served: ServedForTests,
  botId: string,
): { readonly API_KEY: string; readonly API_SECRET: string } {
  const index = [...served.accounts.keys()].indexOf(botId);
  const [API_KEY = '', API_SECRET = ''] = served.secrets.slice(2 * index);
  return { API_KEY, API_SECRET };
}

/** Rejects when the bot never trades; the message has what it wrote. */
export async function liveAndDie(served: ServedForTests, bot: BotOfOthers, end: End): Promise<Death> {
  const account = served.accounts.get(bot.botId);
  if (account === undefined) throw new Error(`There is no account ${bot.botId}.`);
  const cwd = join(served.folder, bot.botId);
  mkdirSync(cwd, { recursive: true });
  const started = served.start(
    [
      ...['guard', '--local', '--no-preflight', '--bot', bot.botId, ...bot.alive],
      ...['--alive-within', bot.aliveWithin ?? '10s', '--on-hang', 'kill', '--grace', '20s', '--', ...bot.command],
    ],
    { cwd, env: { ...keyOf(served, bot.botId), EXCHANGE_URL: served.file.exchangeUrl, ...bot.env } },
  );
  try {
    // A bot that ends before its first proof of work is left to the watchdog.
    const hasProven = (): boolean => !bot.alive.includes('--alive-file') || existsSync(join(cwd, 'alive'));
    await trading(started, () => bot.trades(account.truth()) && hasProven(), served, bot.botId);
    const { positions, orders, conditionals } = account.truth();
    // What it opened itself. From here on nothing may be opened any more: by it, or by flatline.
    const own = account.violations.length;
    const diedAtMs = performance.now();
    endIt(started, end, bot);
    const { code, stderr } = await started.ended;
    const flatAfterMs = Math.round(performance.now() - diedAtMs);
    const after = account.truth();
    const said = `exit code ${code}, and at its end:\n${stderr.slice(-3_000)}`;
    expect([after.positions, after.orders, after.conditionals], said).toEqual([[], [], []]);
    expect(account.violations.slice(own), said).toEqual([]);
    return {
      end,
      positions: positions.length,
      orders: orders.length + conditionals.length,
      flatAfterMs,
      exitCode: code,
    };
  } finally {
    started.child.kill('SIGKILL');
  }
}

/** Until it has traded and has proven its work: the row of its watch says so. */
async function trading(started: Started, holds: () => boolean, served: ServedForTests, botId: string): Promise<void> {
  const ended = started.ended.then(({ code, stdout, stderr }) => {
    throw new Error(`The bot ended with ${code}:\n${stdout.slice(-3_000)}\n${stderr.slice(-6_000)}`);
  });
  const alive = expect
    .poll(async () => {
      if (!holds()) return 'not trading yet';
      const { stdout } = await served.flatline(['bots', '--local', '--json']);
      const row = JSON.parse(stdout).bots.find((one: { bot_id: string }) => one.bot_id === botId);
      return row?.condition ?? 'not watched';
    })
    .toBe('alive');
  await Promise.race([alive, ended]);
  // The caller that ends it also waits for its end.
  ended.catch(() => undefined);
}

function endIt({ child }: Started, end: End, bot: BotOfOthers): void {
  if (end === 'shut down politely') {
    child.kill('SIGTERM');
    return;
  }
  const signal = end === 'killed' ? 'SIGKILL' : 'SIGSTOP';
  for (const pid of (bot.pidsOf ?? descendantsOf)(child.pid ?? 0)) process.kill(pid, signal);
}

/** All below the guard, the deepest first. */
export function descendantsOf(pid: number): readonly number[] {
  const rows = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(line => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): readonly number[] =>
    rows.flatMap(([child = 0, of]) => (of === parent ? [...below(child), child] : []));
  return below(pid);
}
