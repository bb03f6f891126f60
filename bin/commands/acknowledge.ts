/** `flatline acknowledge`: says that somebody is on it: in the trail, by mail and chat, and to PagerDuty and Opsgenie. */

import type { Command } from 'commander';
import { acknowledge } from '../../lambda/app/operator/operator-commands.ts';
import { registerChange, type Verb } from '../bots/change-watch.ts';
import { STORE_MS } from '../connect/connection.ts';
import type { Cli } from '../terminal/cli.ts';

export function registerAcknowledge(program: Command, cli: Cli): void {
  registerChange(program, cli, ACKNOWLEDGE);
}

const ACKNOWLEDGE: Verb = {
  name: 'acknowledge',
  summary: 'say that somebody is on it',
  description:
    'Tells everybody who gets the alerts of a bot that somebody looks after it, and acknowledges its incidents in ' +
    'PagerDuty and Opsgenie. It changes nothing about the watch: what would be liquidated still is.',
  examples: [['acknowledge --bot alpha --reason "looking at it"', 'within a minute']],
  asksTo: undefined,
  onlyKnown: true,
  change: (bots, action) => acknowledge(bots, action, STORE_MS),
  done: ({ by }) => `is looked after by ${by}; that is told within a minute`,
};
