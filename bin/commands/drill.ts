/**
 * `flatline drill`: flatline's main job on this machine, for people to see. Simulated exchange, embedded DynamoDB and a
 * secrets endpoint on loopback, the bundled function in processes of its own; the verdict is the venue's.
 *
 * Promises: exit 0 only when every check of every scenario held; nothing is left running, whichever way it ends.
 */

import { startClock } from '../../lambda/adapters/system-clock.ts';
import { type LocalCloud, startLocalCloud } from '../../simulator/cloud/local-cloud.ts';
import { SCENARIOS } from '../../simulator/scenarios/catalogue.ts';
import { isWatched, type Scenario } from '../../simulator/scenarios/scenario.ts';
import { EXIT, type ExitCode } from './cli/exit.ts';
import { judge } from './drill/judge.ts';
import { type DrillOptions, readOptions } from './drill/options.ts';
import { play } from './drill/play.ts';
import { reportJson } from './drill/report-json.ts';
import { createLive } from './drill/screen/live.ts';
import { heading, page } from './drill/screen/page.ts';
import { createPaint, wantsColour } from './drill/screen/paint.ts';
import { type Finished, summary } from './drill/screen/summary.ts';
import { NO_BREAK } from './drill/screen/words.ts';
import { usage } from './drill/usage.ts';

/** Gives the exit code. */
export async function drill(args: readonly string[]): Promise<ExitCode> {
  const reading = readOptions(args);
  if (reading.kind === 'help') {
    process.stdout.write(usage());
    return EXIT.ok;
  }
  if (reading.kind === 'wrong') {
    for (const problem of reading.problems) process.stderr.write(`drill: ${problem}\n`);
    return EXIT.usage;
  }
  return run(reading.options);
}

async function run(options: DrillOptions): Promise<ExitCode> {
  const human = options.json ? process.stderr : process.stdout;
  const paint = createPaint(wantsColour(human, process.env.NO_COLOR));
  const line = (text: string): void => void human.write(`${text.replaceAll(NO_BREAK, ' ')}\n`);
  // The document has all of the page; what goes on meanwhile is told all the same.
  const pageLine = options.json ? (): void => undefined : line;
  const rewrite = human.isTTY ? (text: string): void => void human.write(`\r\u001b[K${text}`) : undefined;
  const clock = startClock();
  let cloud: LocalCloud | undefined;
  try {
    const finished: Finished[] = [];
    for (const name of options.scenarios) {
      const scenario = SCENARIOS.find(one => one.name === name);
      if (scenario === undefined) throw new Error(`There is no scenario ${name}.`);
      // One each: what a scenario leaves unfinished must not be taken up in the next.
      await cloud?.close();
      cloud = await startLocalCloud({ clock, functions: ['liquidator', ...othersOf(scenario)] });
      if (finished.length > 0) pageLine('');
      for (const text of heading(scenario, options.positions, paint)) pageLine(text);
      const played = await play(scenario, options, { clock, cloud, tell: createLive({ paint, line, rewrite }) });
      const verdict = judge(scenario.checks, played.evidence, played.stuck);
      for (const text of page(played, verdict, paint)) pageLine(text);
      finished.push({ played, verdict });
    }
    if (finished.length > 1) for (const text of summary(finished, paint)) pageLine(text);
    if (options.json) process.stdout.write(`${JSON.stringify(reportJson(finished, options), null, 2)}\n`);
    return finished.every(({ verdict }) => verdict.verified) ? EXIT.ok : EXIT.no;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`drill: stopped, because something on this machine did not work: ${why}\n`);
    return EXIT.unreachable;
  } finally {
    await cloud?.close();
  }
}

const othersOf = (scenario: Scenario): readonly ('watchdog' | 'ping')[] => [
  ...(isWatched(scenario) ? (['watchdog'] as const) : []),
  ...(scenario.pings === true ? (['ping'] as const) : []),
];
