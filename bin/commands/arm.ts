/** `flatline arm`: watches a bot again that was disarmed, or one that was never seen. */

import type { Command } from 'commander';
import { arm } from '../../lambda/app/operator/operator-commands.ts';
import { registerChange, type Verb } from '../bots/change-watch.ts';
import { STORE_MS } from '../connect/connection.ts';
import type { Cli } from '../terminal/cli.ts';

export function registerArm(program: Command, cli: Cli): void {
  registerChange(program, cli, ARM);
}

const ARM: Verb = {
  name: 'arm',
  summary: 'watch a bot again that was disarmed, or was never seen',
  description:
    'Arms a bot by hand: from now on silence is judged, and a silent bot is liquidated. A bot’s own first beat does the same.',
  examples: [['arm --bot alpha --reason "back after the upgrade"', 'watch alpha again']],
  asksTo: undefined,
  onlyKnown: true,
  change: (bots, order) => arm(bots, order, STORE_MS),
  done: () => 'is armed, and has its full time from now',
};
