/** `flatline drill` and `flatline drill --serve` on the command line. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { didYouMean } from '../../lambda/core/text/did-you-mean.ts';
import { SCENARIO_NAMES, type ScenarioName } from '../../simulator/scenarios/scenario.ts';
import type { Cli } from '../terminal/cli.ts';
import { examples, exitCodes, jsonOption } from '../terminal/options.ts';
import type { DrillOptions } from './drill/stage.ts';

/** As commander gives them. */
interface Given {
  readonly scenario: ScenarioName | 'all';
  readonly positions?: number;
  readonly hedge?: true;
  readonly rtt: number;
  readonly seed: number;
  readonly json?: true;
  readonly serve?: true;
}

const NAMES = [...SCENARIO_NAMES, 'all'] as const;
const MOST_POSITIONS = 300;
const MOST_RTT_MS = 2_000;
const MOST_SEED = 2 ** 32 - 1;

export function registerDrill(program: Command, cli: Cli): void {
  const command = program
    .command('drill')
    .summary('run a liquidation on this machine, against a simulated exchange')
    .description(
      'Starts the simulator, an embedded DynamoDB and a Secrets Manager endpoint on free loopback ports, runs the bundled ' +
        'functions as Lambda does, and verifies the outcome at the exchange. Nothing leaves this machine. ' +
        'docs/scenarios.md lists the scenarios and what each promises.',
    )
    .addOption(
      // The main job: a bot dies, and its account goes flat.
      new Option('--scenario <name>', 'the scenario to run').choices(NAMES).argParser(readScenario).default('watchdog'),
    )
    .option('--positions <n>', `open positions, 1 to ${MOST_POSITIONS}`, wholeNumber(1, MOST_POSITIONS))
    .option('--hedge', 'use an account in hedge mode')
    .option('--rtt <ms>', `round trip to the exchange, 0 to ${MOST_RTT_MS}`, wholeNumber(0, MOST_RTT_MS), 20)
    .option('--seed <n>', 'seed of the market; the same seed gives the same market', wholeNumber(0, MOST_SEED), 1)
    .addOption(
      new Option(
        '--serve',
        'run the simulated exchange and the local cloud until Ctrl-C, for commands with --local',
      ).conflicts(['scenario', 'json']),
    );
  jsonOption(command, [
    '{ verified, seed, rtt_ms, scenarios: [{ name, title, promise, verified,',
    '  headline, summary, hedge, timeout_ms,',
    '  checks: [{ sentence, holds, complaints, excuse? }],',
    '  calls: [{ call, correlation_id, outcome, cold, duration_ms,',
    '    exchange_requests, exchange_actions, answer }],',
    '  before, after: { positions, orders, conditionals },',
    '  violations: [sentence],',
    '  requests: [{ at_ms, duration_ms, method, path, params, status, code,',
    '    executed, fault }],',
    '  incidents: [{ correlation_id, state, attempts, chain, trail }],',
    '  bots: [{ bot_id, beats: [{ at_ms, outcome, correlation_id }], row }],',
    '  ticks: [{ at_ms, duration_ms, report }] }] }',
    'at_ms counts from the first step.',
  ]);
  examples(command, [
    ['drill', 'a bot dies, and its account goes flat'],
    ['drill --scenario crash --positions 10', 'a crash with ten positions open'],
    ['drill --serve', 'in one terminal; "flatline preflight --local" in another'],
  ]);
  exitCodes(command, [
    ['0', 'the promises of the scenario were verified at the exchange'],
    ['1', 'they were not'],
    ['3', 'the command line is wrong; nothing was started'],
    ['4', 'something on this machine could not be started'],
    ['130', 'interrupted'],
  ]);
  const play = cli.action<Given>(async run => {
    const { drill } = await import('./drill/run-scenarios.ts');
    return drill(drillOptions(run.options), cli.terminal);
  });
  const keepUp = cli.action<Given>(
    async run => {
      const { serve } = await import('./drill/served/serve.ts');
      return serve(run, drillOptions(run.options));
    },
    { signals: 'notify' },
  );
  command.action(async (...args: unknown[]) => {
    if (!command.opts<Given>().serve) return play(...args);
    // Before signals are caught: loading blocks the process, and a signal that is caught would wait for its end.
    await import('./drill/served/serve.ts');
    return keepUp(...args);
  });
}

const drillOptions = ({ scenario, positions, hedge, rtt, seed, json }: Given): DrillOptions => ({
  scenarios: scenario === 'all' ? SCENARIO_NAMES : [scenario],
  positions,
  hedge: hedge === true,
  rttMs: rtt,
  seed,
  json: json === true,
});

function readScenario(text: string): string {
  if (NAMES.some(name => name === text)) return text;
  const near = didYouMean(text, NAMES);
  throw new InvalidArgumentError(near === undefined ? `There are ${NAMES.join(', ')}.` : `Did you mean ${near}?`);
}

const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
