/** `flatline drill` and `flatline drill --serve` on the command line. The drill reads its words itself (options.ts). */

import type { Command } from 'commander';
import type { Cli } from '../cli.ts';

export function registerDrill(program: Command, cli: Cli): void {
  program
    .command('drill')
    .summary('the main job on this machine, against a simulated exchange')
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .argument('[words...]')
    .action(
      cli.action<object>(
        async run => {
          const { drill } = await import('../drill.ts');
          return drill(run.args);
        },
        { signals: 'own' },
      ),
    );
}
