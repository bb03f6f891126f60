/**
 * `flatline drill`: runs a whole liquidation on this machine. Simulated exchange, embedded DynamoDB and a secrets endpoint
 * on loopback, the bundled functions in their own processes. The verdict comes from the state of the exchange.
 *
 * Promises: exit 0 only when every check of every scenario held; nothing is left running, however it ends.
 */

import { startClock } from '../../../lambda/adapters/clock.ts';
import { messageOf } from '../../../lambda/core/invocation/answer-error.ts';
import { type LocalCloud, startLocalCloud } from '../../../simulator/cloud/local-cloud.ts';
import { SCENARIOS } from '../../../simulator/scenarios/catalogue.ts';
import { isWatched, type Scenario } from '../../../simulator/scenarios/scenario.ts';
import { EXIT, type ExitCode } from '../../terminal/exit.ts';
import { printError, type Terminal } from '../../terminal/terminal.ts';
import { checkScenario } from './check-scenario.ts';
import { play } from './play.ts';
import { reportJson } from './report-json.ts';
import { createLive } from './screen/live.ts';
import { type Finished, heading, scenarioPage, summary } from './screen/page.ts';
import type { DrillOptions } from './stage.ts';

/** Gives the exit code. */
export async function drill(options: DrillOptions, terminal: Terminal): Promise<ExitCode> {
  const screen = options.json ? terminal.stderr : terminal.stdout;
  // The JSON document has the whole page; progress is printed to stderr.
  const page = (lines: readonly string[]): void => {
    if (!options.json) for (const line of lines) screen.line(line);
  };
  const clock = startClock();
  let cloud: LocalCloud | undefined;
  try {
    const finished: Finished[] = [];
    for (const name of options.scenarios) {
      const scenario = SCENARIOS.find(one => one.name === name);
      if (scenario === undefined) throw new Error(`There is no scenario ${name}.`);
      // One stage for each scenario: unfinished liquidations must not be resumed in the next.
      await cloud?.close();
      cloud = await startLocalCloud({ clock, functions: ['liquidator', ...othersOf(scenario)] });
      if (finished.length > 0) page(['']);
      page(heading(scenario, options.positions, screen));
      const played = await play(scenario, options, { clock, cloud, reportProgress: createLive(screen) });
      const verdict = checkScenario(scenario.checks, played.evidence, played.stuck);
      page(scenarioPage(played, verdict, screen));
      finished.push({ played, verdict });
    }
    if (finished.length > 1) page(summary(finished, screen));
    if (options.json) terminal.stdout.document(JSON.stringify(reportJson(finished, options), null, 2));
    return finished.every(({ verdict }) => verdict.verified) ? EXIT.ok : EXIT.no;
  } catch (error) {
    printError(terminal, 'drill', `stopped, because a part of the drill failed on this machine: ${messageOf(error)}`);
    return EXIT.unreachable;
  } finally {
    await cloud?.close();
  }
}

const othersOf = (scenario: Scenario): readonly ('watchdog' | 'ping')[] => [
  ...(isWatched(scenario) ? (['watchdog'] as const) : []),
  ...(scenario.pings === true ? (['ping'] as const) : []),
];
