// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shells write their own variables so.
/**
 * `flatline completion bash|zsh|fish`: a script that completes commands, options and the values that are known beforehand,
 * made from the table of commands. The script contains everything, so completion calls no program.
 */

import { Argument, type Command, type Option } from 'commander';
import type { Cli } from '../terminal/cli.ts';
import { EXIT } from '../terminal/exit.ts';
import { examples } from '../terminal/options.ts';
import { inAscii } from '../terminal/plain-ascii.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

export function registerCompletion(program: Command, cli: Cli): void {
  const command = program
    .command('completion')
    .summary('completion for bash, zsh or fish')
    .description('Prints a script that makes a shell complete the command "flatline".')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS));
  examples(command, [
    ['completion bash > ~/.local/share/bash-completion/completions/flatline', 'bash'],
    ['completion zsh > "${fpath[1]}/_flatline"', 'zsh'],
    ['completion fish > ~/.config/fish/completions/flatline.fish', 'fish'],
  ]);
  command.action(
    cli.action<object>(async run => {
      const shell = SHELLS.find(one => one === run.args[0]) ?? 'bash';
      cli.terminal.stdout.document(inAscii(SCRIPTS[shell](placesIn(program, '')).join('\n')));
      return EXIT.ok;
    }),
  );
}

/** A command, or one below it, and the words that may follow. */
interface Place {
  /** `''`, `bots`, `audit list`. */
  readonly path: string;
  readonly words: readonly { readonly text: string; readonly says: string }[];
  /** By option: what it takes. */
  readonly values: readonly (readonly [option: string, choices: readonly string[]])[];
}

type OptionInShort = Pick<Option, 'long' | 'description' | 'argChoices'>;

function placesIn(command: Command, path: string): readonly Place[] {
  const children = command.commands.map(child => ({
    text: child.name(),
    says: child.summary() || child.description(),
  }));
  const options: readonly OptionInShort[] = [...command.options.filter(option => !option.hidden), HELP];
  const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  return [
    {
      path,
      words: [
        ...children,
        ...choices.map(text => ({ text, says: '' })),
        ...options.flatMap(({ long, description }) => (long ? [{ text: long, says: description }] : [])),
      ],
      values: options.flatMap(({ long, argChoices }) => (long && argChoices ? [[long, argChoices] as const] : [])),
    },
    ...command.commands.flatMap(child => placesIn(child, `${path} ${child.name()}`.trim())),
  ];
}

const HELP: OptionInShort = { long: '--help', description: 'the page of this command' };

const textsOf = ({ words }: Place): string => words.map(({ text }) => text).join(' ');
const valuesIn = (places: readonly Place[]): readonly (readonly [string, readonly string[]])[] => [
  ...new Map(places.flatMap(({ values }) => values)),
];

/** In bash and zsh: the place after one more word of the command line. */
const findPlace = (places: readonly Place[]): readonly string[] => [
  '    case "$place $word" in',
  ...places
    .filter(({ path }) => path !== '')
    .map(({ path }) => `      "${path.includes(' ') ? path : ` ${path}`}") place="${path}" ;;`),
  '    esac',
];

function bash(places: readonly Place[]): readonly string[] {
  return [
    '# flatline completion for bash',
    '_flatline() {',
    '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" place="" word',
    '  COMPREPLY=()',
    '  case "$previous" in',
    ...valuesIn(places).map(
      ([option, choices]) => `    ${option}) COMPREPLY=($(compgen -W "${choices.join(' ')}" -- "$current")); return ;;`,
    ),
    '  esac',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    ...findPlace(places),
    '  done',
    '  case "$place" in',
    ...places.map(place => `    "${place.path}") COMPREPLY=($(compgen -W "${textsOf(place)}" -- "$current")) ;;`),
    '  esac',
    '}',
    'complete -o default -F _flatline flatline',
  ];
}

function zsh(places: readonly Place[]): readonly string[] {
  return [
    '#compdef flatline',
    '# flatline completion for zsh',
    '_flatline() {',
    '  local place="" word',
    '  case "${words[CURRENT-1]}" in',
    ...valuesIn(places).map(([option, choices]) => `    ${option}) compadd -- ${choices.join(' ')}; return ;;`),
    '  esac',
    '  for word in "${(@)words[2,CURRENT-1]}"; do',
    ...findPlace(places),
    '  done',
    '  case "$place" in',
    ...places.map(place => `    "${place.path}") compadd -- ${textsOf(place)} ;;`),
    '  esac',
    '}',
    '# Loaded from fpath at the first Tab, the file is that Tab; else it was sourced.',
    'if [ "$funcstack[1]" = "_flatline" ]; then _flatline "$@"; else compdef _flatline flatline; fi',
  ];
}

function fish(places: readonly Place[]): readonly string[] {
  const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  return [
    '# flatline completion for fish',
    'complete -c flatline -f',
    ...places.flatMap(({ path, words, values }) => {
      const seen = path
        .split(' ')
        .filter(one => one !== '')
        .map(one => `__fish_seen_subcommand_from ${one}`);
      const when = seen.length === 0 ? '__fish_use_subcommand' : seen.join('; and ');
      return words.map(({ text, says }) => {
        const [, choices] = values.find(([option]) => option === text) ?? [];
        const what = text.startsWith('--') ? `-l ${text.slice(2)}` : `-a ${text}`;
        const takes = choices === undefined ? '' : ` -x -a ${quoted(choices.join(' '))}`;
        return `complete -c flatline -n ${quoted(when)} ${what}${takes}${says === '' ? '' : ` -d ${quoted(says)}`}`;
      });
    }),
  ];
}

const SCRIPTS: Readonly<Record<Shell, (places: readonly Place[]) => readonly string[]>> = { bash, zsh, fish };
