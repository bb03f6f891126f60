/** `flatline beat`: writes one heartbeat of a bot by hand, as its client does. */

import type { Command } from 'commander';
import type { CommandResult } from '../../lambda/app/operator/operator-commands.ts';
import { beatRun, type RunResult, startRun } from '../../lambda/app/ping/run-commands.ts';
import type { WatchState } from '../../lambda/bot-row.ts';
import { defaultBot } from '../../lambda/core/config/settings.ts';
import { readBotRow } from '../../lambda/core/heartbeat/read-bot-row.ts';
import { timesOf } from '../../lambda/core/heartbeat/watch-times.ts';
import { registerChange, type Verb } from '../bots/change-watch.ts';
import type { OperatorOptions } from '../bots/operator-options.ts';
import type { Cli } from '../terminal/cli.ts';
import { STORE_MS } from '../terminal/waiting.ts';

export function registerBeat(program: Command, cli: Cli): void {
  registerChange(program, cli, BEAT).option('--arm', 'also arm a disarmed bot');
}

interface BeatOptions extends OperatorOptions {
  readonly arm?: boolean;
}

const BEAT: Verb<BeatOptions> = {
  name: 'beat',
  summary: 'write one heartbeat of a bot by hand',
  description:
    'Writes one heartbeat, as a bot does. The first heartbeat of a bot that was never seen arms its watch: from then on it must send heartbeats, or it is liquidated. ' +
    'Bots use a client or "flatline guard" instead.',
  examples: [
    ['beat --bot alpha', 'one heartbeat'],
    ['beat --local', 'then wait, and see what the watchdog does'],
    ['beat --bot alpha --arm', 'also arms a disarmed bot'],
  ],
  asksTo: undefined,
  onlyKnown: true,
  change: async (bots, { botId, atMs, by }, options, { config, random }) => {
    const fields = await bots.read(botId, STORE_MS);
    const row = fields && readBotRow(botId, fields);
    // A heartbeat by hand belongs to the current run: a new run would replace the bot's own.
    const starts = row?.runId === undefined || (row.state === 'disarmed' && options.arm === true);
    const runId = starts || row.runId === undefined ? `by-hand-${random.hex(16)}` : row.runId;
    // And declares what that run declares: a shorter heartbeat would have the bot tripped before its own next one.
    const declared = starts ? undefined : row?.times;
    const { heartbeatMs, lateAfterMs, deadAfterMs } = timesOf(config, botId, declared) ?? defaultBot(botId);
    const times = { heartbeatMs, lateAfterMs, deadAfterMs };
    // The number only has to differ from the last one. The clock's needs no file to store it in.
    const beat = { botId, runId, atMs, by, times, count: Math.floor(atMs) };
    const started = starts ? await startRun(bots, beat, STORE_MS) : undefined;
    const result =
      started && started.kind !== 'taken' ? started : await beatRun(bots, { ...beat, proves: true }, STORE_MS);
    return answerOf(botId, result);
  },
  done: () => 'sent a heartbeat',
};

function answerOf(botId: string, result: RunResult): CommandResult {
  const refused = (state: WatchState, sentence: string): CommandResult => ({ kind: 'refused', state, sentence });
  switch (result.kind) {
    case 'taken':
      return { kind: 'done' };
    case 'disarmed':
      return refused(
        'disarmed',
        `Refused: ${botId} is disarmed. Use flatline arm --bot ${botId}, or flatline beat --bot ${botId} --arm.`,
      );
    case 'tripped': {
      const id = result.correlationId === undefined ? '' : ` (${result.correlationId})`;
      const sentence = `Refused: ${botId} was liquidated${id} and must not trade. Check its account, then use flatline rearm --bot ${botId}.`;
      return refused('tripped', sentence);
    }
    case 'replaced':
    case 'occupied':
    case 'unknown':
      return refused('armed', `Refused: the row of ${botId} changed at the same moment. Try again.`);
  }
}
