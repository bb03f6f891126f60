/**
 * A bot of others with flatline's Python client in it and no guard, and the three ways in which it ends. A killed or hung one is
 * made flat by the watchdog after its deadline; one that is shut down makes itself flat.
 */

import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { FUNCTION_NAMES } from '../../simulator/cloud/local-cloud.ts';
import { TABLE_NAMES } from '../../simulator/cloud/tables.ts';
import { type Ended, type ServedForTests, startProgram } from '../cli/served-cloud.ts';
import { type BotOfOthers, descendantsOf, type End, keyOf } from './guarded-bot.ts';

const PYTHON_PATH = ['client/python', 'examples/python'].map(path =>
  fileURLToPath(new URL(`../../${path}`, import.meta.url)),
);

export type BotWithClient = Pick<BotOfOthers, 'botId' | 'env' | 'trades'> & {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
};

/** Milliseconds from its end to a flat account. Rejects when the bot never trades; the message has what it wrote. */
export async function liveAndDieWithClient(served: ServedForTests, bot: BotWithClient, end: End): Promise<number> {
  const account = served.accounts.get(bot.botId);
  if (account === undefined) throw new Error(`There is no account ${bot.botId}.`);
  const [file, ...args] = bot.command;
  const started = startProgram(file, args, {
    cwd: bot.cwd,
    env: {
      ...{ ...served.deployed, ...keyOf(served, bot.botId), EXCHANGE_URL: served.file.exchangeUrl },
      ...{ PYTHONPATH: PYTHON_PATH.join(':'), FLATLINE_BOT_ID: bot.botId },
      ...{ FLATLINE_BOTS_TABLE: TABLE_NAMES.bots, FLATLINE_LIQUIDATOR: FUNCTION_NAMES.liquidator },
      ...bot.env,
    },
  });
  const pid = started.child.pid ?? 0;
  try {
    const tradesNow = expect.poll(() => bot.trades(account.truth())).toBe(true);
    const endedEarly = started.ended.then(({ code, stdout, stderr }: Ended) => {
      throw new Error(`The bot ended with ${code}:\n${stdout.slice(-3_000)}\n${stderr.slice(-6_000)}`);
    });
    await Promise.race([tradesNow, endedEarly]);
    endedEarly.catch(() => undefined);
    const own = account.violations.length;
    const diedAtMs = performance.now();
    const signal = { killed: 'SIGKILL', hung: 'SIGSTOP', 'shut down politely': 'SIGTERM' } as const;
    for (const one of [...descendantsOf(pid), pid]) process.kill(one, signal[end]);
    await expect
      .poll(() => {
        const { positions, orders, conditionals } = account.truth();
        return [positions, orders, conditionals];
      })
      .toEqual([[], [], []]);
    const flatAfterMs = Math.round(performance.now() - diedAtMs);
    if (end === 'shut down politely') await started.ended;
    expect(account.violations.slice(own)).toEqual([]);
    return flatAfterMs;
  } finally {
    for (const one of descendantsOf(pid)) process.kill(one, 'SIGKILL');
    started.child.kill('SIGKILL');
  }
}
