/**
 * A shell script that pings with curl, in its own process group, as a bot without an AWS SDK does. It is killed with
 * SIGKILL. Promises, like bot.ts: no method rejects.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Clock } from '../../../lambda/ports.ts';
import type { BeatEvidence } from '../../../simulator/scenarios/evidence.ts';
import type { WatchedBot } from '../../../simulator/scenarios/scenario.ts';
import { type Bot, beatLog } from './bot.ts';
import type { ReportProgress } from './progress.ts';

/** `$1` is the URL, `$2` the seconds between two pings. Prints a line for each: the answer and its status. */
const LOOP = `while :; do curl -sS -m 5 -w ' %{http_code}\\n' "$1" | tr '\\n' ' '; echo; sleep "$2"; done`;
const ONCE = `curl -sS -m 5 -w ' %{http_code}\\n' "$1" | tr '\\n' ' '; echo`;

export function createCurlBot(
  settings: WatchedBot,
  {
    url,
    clock,
    reportProgress,
  }: { readonly url: string; readonly clock: Clock; readonly reportProgress: ReportProgress },
): Bot {
  const { botId, heartbeatMs } = settings;
  const { beats, add, age } = beatLog(botId, { clock, reportProgress });
  let script: ChildProcess | undefined;

  /** Resolves at its first line, or at its end. */
  function run(text: string, to: string): { readonly child: ChildProcess; readonly firstOutput: Promise<void> } {
    const child = spawn('sh', ['-c', text, 'sh', to, String(heartbeatMs / 1_000)], {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    const first = Promise.withResolvers<void>();
    child.once('error', () => first.resolve());
    child.once('exit', () => first.resolve());
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', line => {
        const outcome = outcomeOf(line);
        // The time of the answer: the ping itself was accepted before.
        if (outcome !== undefined) add({ atMs: clock.nowMs(), ...outcome });
        first.resolve();
      });
    return { child, firstOutput: first.promise };
  }

  async function pingOnce(to = url): Promise<void> {
    const { child } = run(ONCE, to);
    await once(child, 'close').catch(() => undefined);
  }

  async function kill(): Promise<void> {
    const child = script;
    script = undefined;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit').catch(() => undefined);
    process.kill(-child.pid, 'SIGKILL');
    await gone;
  }

  async function live(): Promise<void> {
    const { child, firstOutput } = run(LOOP, url);
    script = child;
    await firstOutput;
  }

  return {
    ...{ settings, beats, age, live, fallSilent: kill, beat: () => pingOnce() },
    restart: async () => {
      await pingOnce(`${url}/start`);
      return undefined;
    },
    leave: async () => {
      await kill();
      await pingOnce(`${url}/0`);
      return beats.at(-1)?.outcome === 'taken' ? undefined : `the disarm of ${botId} was not accepted`;
    },
  };
}

/** `OK  200 `, `tripped by liq_…  409 `; undefined: not a line of curl. */
function outcomeOf(line: string): Omit<BeatEvidence, 'atMs'> | undefined {
  const [, text = '', status] = /^(.*) (\d{3}) *$/.exec(line) ?? [];
  if (status === undefined) return undefined;
  if (status === '200') return { outcome: 'taken', correlationId: undefined };
  if (status !== '409') return { outcome: 'not stored', correlationId: undefined };
  const correlationId = /liq_\w+/.exec(text)?.[0];
  return { outcome: text.startsWith('tripped') ? 'tripped' : 'disarmed', correlationId };
}
