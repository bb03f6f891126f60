import { describe, expect, test } from 'vitest';
import { OPTION_TABLE } from '../../bin/commands/drill/option-table.ts';
import { readOptions } from '../../bin/commands/drill/options.ts';
import { usage } from '../../bin/commands/drill/usage.ts';

const USUAL = { scenarios: ['watchdog'], positions: undefined, hedge: false, rttMs: 20, seed: 1, json: false };

describe('what is asked for', () => {
  test.each([
    ['nothing', [], {}],
    ['a scenario', ['--scenario', 'crash'], { scenarios: ['crash'] }],
    ['a scenario, with =', ['--scenario=hedge'], { scenarios: ['hedge'] }],
    ['the least of everything', ['--positions', '1', '--rtt', '0', '--seed', '0'], { positions: 1, rttMs: 0, seed: 0 }],
    [
      'the most of everything',
      ['--positions', '300', '--rtt', '2000', '--seed', '4294967295'],
      { positions: 300, rttMs: 2_000, seed: 4_294_967_295 },
    ],
    ['switches', ['--hedge', '--json'], { hedge: true, json: true }],
  ])('%s', (_name, args, changes) => {
    expect(readOptions(args)).toEqual({ kind: 'run', options: { ...USUAL, ...changes } });
  });

  test('all is every scenario, in a fixed order', () => {
    const reading = readOptions(['--scenario', 'all']);
    expect(reading.kind === 'run' && reading.options.scenarios).toEqual([
      ...[
        'normal',
        'disabled',
        'timeout',
        'partial',
        'crash',
        'hedge',
        'overload',
        'duplicate',
        'watchdog',
        'late',
        'stubborn',
        'relapse',
        'blind',
        'amnesia',
        'brownout',
        'rolling-restart',
        'storm',
        'confirm',
        'frozen',
        'ping',
        'coinm',
        'portfolio-margin',
      ],
    ]);
  });

  test.each([['--help'], ['-h']])('%s is help, whatever else is there', flag => {
    expect(readOptions(['--positions', 'many', flag])).toEqual({ kind: 'help' });
  });
});

test('help says of every option what it takes, and every option that it names is one', () => {
  const page = usage(80);
  for (const [name, { takes, choices }] of Object.entries(OPTION_TABLE)) {
    expect(page).toMatch(
      new RegExp(`^ {2}--${name}${takes === undefined ? '' : ` ${takes.replace('|', '\\|')}`}  `, 'm'),
    );
    const words = takes === undefined ? [`--${name}`] : [`--${name}`, choices?.at(-1) ?? '1'];
    expect(readOptions(words).kind).toBe(name === 'help' ? 'help' : 'run');
  }
});

describe('what is wrong is named, with its remedy', () => {
  test.each([
    ['an unknown scenario', ['--scenario', 'crahs'], /"crahs", which is none\. Did you mean crash\? There are: normal/],
    ['a scenario far from all', ['--scenario', 'xyzzy'], /"xyzzy", which is none\. There are: normal/],
    ['an empty scenario', ['--scenario='], /--scenario is "", which is none/],
    ['a scenario without its flag', ['crash'], /unexpected argument "crash"\. Did you mean --scenario crash\?/],
    ['a stray word', ['please'], /unexpected argument "please"\. See --help/],
    [
      'an unknown flag',
      ['--scenarios', 'all'],
      /--scenarios is not an option of the drill\. Did you mean --scenario\?/,
    ],
    ['a slip in a mode', ['--serv'], /--serv is not an option of the drill\. Did you mean --serve\?/],
    ['an unknown short flag', ['-x'], /-x is not an option of the drill\. See --help/],
    ['no position', ['--positions', '0'], /--positions is "0": it must be a whole number from 1 to 300/],
    ['one position too many', ['--positions', '301'], /--positions is "301"/],
    ['a negative number', ['--positions', '-1'], /--positions is "-1"/],
    ['a negative number, with =', ['--rtt=-1'], /--rtt is "-1": it must be a whole number from 0 to 2000/],
    ['a fraction', ['--rtt', '1.5'], /--rtt is "1.5"/],
    ['a number in words', ['--seed', 'seven'], /--seed is "seven"/],
    ['a number in other notations', ['--seed', '0x10'], /--seed is "0x10"/],
    ['a round trip one too long', ['--rtt', '2001'], /--rtt is "2001"/],
    ['a missing value', ['--seed'], /--seed needs a value: --seed 7/],
    ['a value for a switch', ['--hedge=no'], /--hedge takes no value: leave out "no"/],
    ['the same twice', ['--seed', '1', '--seed', '2'], /--seed is given twice/],
  ])('%s', (_name, args, problem) => {
    const reading = readOptions(args);
    expect(reading.kind === 'wrong' && reading.problems).toEqual([expect.stringMatching(problem)]);
  });

  test('everything at once', () => {
    const reading = readOptions(['--foo', '--positions', 'x', '--rtt', 'y', '--scenario', 'z']);
    expect(reading.kind === 'wrong' && reading.problems).toHaveLength(4);
  });
});
