/** The command line of the drill: what may be asked for, and what is said of a wrong word. Starts nothing. */

import { parseArgs } from 'node:util';
import { didYouMean } from '../../../lambda/core/text/did-you-mean.ts';
import { SCENARIO_NAMES, type ScenarioName } from '../../../simulator/scenarios/scenario.ts';

export interface DrillOptions {
  readonly scenarios: readonly ScenarioName[];
  /** Undefined: as many as the scenario usually has. */
  readonly positions: number | undefined;
  readonly hedge: boolean;
  readonly rttMs: number;
  readonly seed: number;
  readonly json: boolean;
}

export type OptionsReading =
  | { readonly kind: 'run'; readonly options: DrillOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] };

export const MOST_POSITIONS = 300;
export const MOST_RTT_MS = 2_000;
export const USUAL_RTT_MS = 20;
/** The main job: a bot dies, and its account goes flat. */
export const USUAL_SCENARIO: ScenarioName = 'watchdog';
const MOST_SEED = 2 ** 32 - 1;

const FLAGS = {
  scenario: { type: 'string' },
  positions: { type: 'string' },
  hedge: { type: 'boolean' },
  rtt: { type: 'string' },
  seed: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** All problems at once. */
export function readOptions(args: readonly string[]): OptionsReading {
  // Not strict, so that what is wrong can be said in our own words, and all of it.
  const { tokens } = parseArgs({
    args: [...args],
    options: FLAGS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const problems: string[] = [];
  const given = new Map<string, string | undefined>();
  let valueOfUnknown: number | undefined;
  for (const token of tokens) {
    if (token.kind === 'positional' && token.index !== valueOfUnknown) problems.push(strayWord(token.value));
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    if (!isFlag(name)) {
      problems.push(unknownFlag(rawName));
      // What follows was meant for it, and needs no complaint of its own.
      valueOfUnknown = token.index + 1;
    } else if (FLAGS[name].type === 'boolean' && value !== undefined)
      problems.push(`${rawName} takes no value: leave out "${value}".`);
    else if (FLAGS[name].type === 'string' && value === undefined)
      problems.push(`${rawName} needs a value: ${EXAMPLES[name]}.`);
    else if (given.has(name)) problems.push(`${rawName} is given twice: keep one of them.`);
    else given.set(name, value);
  }
  if (given.has('help')) return { kind: 'help' };

  const number = (flag: 'positions' | 'rtt' | 'seed', least: number, most: number): number | undefined => {
    const text = given.get(flag);
    if (text === undefined) return undefined;
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    problems.push(
      `--${flag} is "${text}": it must be a whole number from ${least} to ${most}, as in ${EXAMPLES[flag]}.`,
    );
    return undefined;
  };
  const positions = number('positions', 1, MOST_POSITIONS);
  const rttMs = number('rtt', 0, MOST_RTT_MS) ?? USUAL_RTT_MS;
  const seed = number('seed', 0, MOST_SEED) ?? 1;
  const scenarios = scenariosNamed(given.get('scenario') ?? USUAL_SCENARIO, problems);
  if (problems.length > 0) return { kind: 'wrong', problems };
  const options = { scenarios, positions, hedge: given.has('hedge'), rttMs, seed, json: given.has('json') };
  return { kind: 'run', options };
}

function scenariosNamed(name: string, problems: string[]): readonly ScenarioName[] {
  if (name === 'all') return SCENARIO_NAMES;
  const known = SCENARIO_NAMES.find(one => one === name);
  if (known !== undefined) return [known];
  const meant = didYouMean(name, [...SCENARIO_NAMES, 'all']);
  const guess = meant === undefined ? '' : ` Did you mean ${meant}?`;
  problems.push(`--scenario is "${name}", which is none.${guess} There are: ${SCENARIO_NAMES.join(', ')}, all.`);
  return [];
}

const EXAMPLES: Readonly<Record<string, string>> = {
  scenario: '--scenario crash',
  positions: '--positions 10',
  rtt: '--rtt 100',
  seed: '--seed 7',
};

export type Flag = keyof typeof FLAGS;
const isFlag = (name: string): name is Flag => Object.hasOwn(FLAGS, name);

/** Other ways to begin it, which register-drill.ts tells apart before anything is read here. */
const MODES = ['serve', 'panel'];

function unknownFlag(rawName: string): string {
  const meant = didYouMean(rawName.replace(/^-+/, ''), [...Object.keys(FLAGS), ...MODES]);
  return `${rawName} is not an option of the drill.${meant === undefined ? ' See --help.' : ` Did you mean --${meant}?`}`;
}

function strayWord(word: string): string {
  const isScenario = SCENARIO_NAMES.some(name => name === word) || word === 'all';
  return `unexpected argument "${word}".${isScenario ? ` Did you mean --scenario ${word}?` : ' See --help.'}`;
}
