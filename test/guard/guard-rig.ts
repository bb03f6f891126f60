/** The guard as a process, with bots as processes, against a local cloud with an account for each bot. */

import type { ChildProcess } from 'node:child_process';
import { createBotStore } from '../../lambda/adapters/dynamo/bot-store.ts';
import type { BotFields } from '../../lambda/core/heartbeat/row-change.ts';
import type { BotStore } from '../../lambda/ports.ts';
import { type Ended, type RunOptions, type ServedForTests, type Started, serveForTests } from '../cli/served-cloud.ts';

export interface GuardRig<Bot extends string> {
  readonly served: ServedForTests;
  readonly store: BotStore;
  /** With --local, and no preflight unless `args` ask for one: the bots share the exchange's limit of weight. */
  start(bot: Bot, args: readonly string[], options?: RunOptions): Started;
  guard(bot: Bot, args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** Everything that was printed by now. */
  printed(): string;
  rowOf(bot: Bot): Promise<BotFields | undefined>;
  /** What the exchange says. */
  openPositions(bot: Bot): number | undefined;
  /** Of the liquidations that were asked for. */
  triggersOf(bot: Bot): readonly unknown[];
  close(): Promise<void>;
}

export const TOY = 'examples/guard/toy-bot.mjs';

/** About two seconds. Two environments do all that is liquidated: each that starts costs as much as a bot. */
export async function startGuardRig<Bot extends string>(bots: readonly Bot[]): Promise<GuardRig<Bot>> {
  const served = await serveForTests({ bots, positions: 1, mostEnvironments: 2 });
  const store = createBotStore({ client: served.cloud.tables.client, tableName: 'bots' });
  const started: Started[] = [];
  const outputs: Ended[] = [];
  const botOf = new Map<ChildProcess, number>();
  const start: GuardRig<Bot>['start'] = (bot, args, options = {}) => {
    const env = { XDG_RUNTIME_DIR: served.folder, ...options.env };
    const one = served.start(['guard', '--bot', bot, '--local', '--no-preflight', ...args], { ...options, env });
    started.push(one);
    void one.ended.then(ended => outputs.push(ended));
    const RUNS = /runs as process (\d+)/;
    one.shows(RUNS).then(
      text => botOf.set(one.child, Number(RUNS.exec(text)?.[1])),
      () => undefined,
    );
    return one;
  };
  return {
    served,
    store,
    start,
    guard: (bot, args, options) => start(bot, args, options).ended,
    printed: () => outputs.map(({ stdout, stderr }) => stdout + stderr).join(''),
    rowOf: bot => store.read(bot, 5_000),
    openPositions: bot => served.accounts.get(bot)?.truth().positions.length,
    triggersOf: bot => {
      const asked = served.cloud.lambda.invocations
        .map(({ event }) => event as Readonly<Record<string, unknown>>)
        .filter(({ bot_id, action }) => bot_id === bot && action === 'liquidate');
      // One that is slow to answer is asked again, under the same ID.
      return [...new Map(asked.map(({ correlation_id, trigger }) => [correlation_id, trigger])).values()];
    },
    close: async () => {
      for (const { child } of started) {
        child.kill('SIGKILL');
        if (child.exitCode === null) killGroup(botOf.get(child));
      }
      await served.close();
    },
  };
}

/** A bot outlives a guard that is killed. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
