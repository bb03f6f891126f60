/** What `flatline drill --help` says. */

import { SCENARIOS } from '../../../simulator/scenarios/catalogue.ts';
import { inColumns } from '../../terminal/columns.ts';
import { COLUMNS } from '../../terminal/text-width.ts';
import { OPTION_TABLE } from './option-table.ts';

export function usage(screenWidth: number): string {
  const width = Number.isFinite(screenWidth) ? screenWidth : COLUMNS;
  const scenarios = SCENARIOS.map(({ name, promise }) => [name, promise]);
  const options = Object.entries(OPTION_TABLE).map(([name, { takes, says }]) => [
    `--${name}${takes === undefined ? '' : ` ${takes}`}`,
    says,
  ]);
  const codes = [
    ['0', 'what the scenario promises was verified at the venue'],
    ['1', 'it was not'],
    ['3', 'the command line is wrong; nothing was started'],
    ['4', 'something on this machine could not be started'],
    ['130', 'interrupted'],
  ];
  return [
    'flatline drill: the main job on this machine, against a simulated exchange.',
    '',
    'Starts the simulator, an embedded DynamoDB and a Secrets Manager endpoint on',
    'free loopback ports, runs the bundled function as Lambda runs it, and judges',
    'the outcome at the exchange. Nothing leaves this machine.',
    '',
    'Usage: flatline drill [options]',
    '',
    'Options:',
    ...inColumns(options, ['left', 'left'], { width }),
    '',
    'Scenarios:',
    ...inColumns(scenarios, ['left', 'left'], { width }),
    '',
    'Exit codes:',
    ...inColumns(codes, ['right', 'left'], { width }),
    '',
    'The JSON document: { verified, seed, rtt_ms, scenarios: [{ name, promise,',
    'verified, headline, checks, calls, before, after, violations, requests,',
    'incidents, bots, ticks }] }.',
    '',
  ].join('\n');
}
