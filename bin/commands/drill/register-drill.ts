/** `flatline drill`, `drill --serve` and `drill --panel` on the command line. The drill reads its words itself (options.ts). */

import type { Command } from 'commander';
import type { Cli } from '../../terminal/cli.ts';
import { EXIT } from '../../terminal/exit.ts';

const SERVE = '--serve';
const PANEL = '--panel';

/** What `flatline drill --help` says of it, below the drill's own page. */
const SERVE_HELP = [
  'flatline drill --serve [--positions N] [--hedge] [--rtt MS] [--seed N] keeps',
  'the simulated exchange and the local cloud up until Ctrl-C, for the commands',
  'with --local. It says what to try, and what happens at the exchange.',
  '',
  'flatline drill --panel [the same options] does so with three bots, and shows',
  'the dashboard’s control panel in a browser: its buttons really act there.',
] as const;

export function registerDrill(program: Command, cli: Cli): void {
  const play = cli.action<object>(async run => {
    const { drill } = await import('../drill.ts');
    const exitCode = await drill(run.args, cli.terminal);
    const isHelp = run.args.some(word => word === '--help' || word === '-h');
    if (isHelp && exitCode === EXIT.ok) for (const line of SERVE_HELP) run.say(line);
    return exitCode;
  });
  const keepUp = cli.action<object>(
    async run => {
      const { serve } = await import('./served/serve.ts');
      return serve(
        run,
        run.args.filter(word => word !== SERVE),
      );
    },
    { signals: 'tell' },
  );
  const keepPanelUp = cli.action<object>(
    async run => {
      const { keepPanel } = await import('./panel/keep-panel.ts');
      return keepPanel(
        run,
        run.args.filter(word => word !== PANEL),
      );
    },
    { signals: 'tell' },
  );
  program
    .command('drill')
    .summary('the main job on this machine, against a simulated exchange')
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .argument('[words...]')
    .action((...args: unknown[]) => {
      const [words] = args;
      const asks = (word: string): boolean => Array.isArray(words) && words.includes(word) && !words.includes('--help');
      if (asks(PANEL)) return keepPanelUp(...args);
      return asks(SERVE) ? keepUp(...args) : play(...args);
    });
}
