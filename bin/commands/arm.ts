/** `flatline arm`: starts the watch of a bot that was disarmed or never seen. */

import { arm } from '../../lambda/app/operator/operator-commands.ts';
import { changeCommand } from '../bots/change-watch.ts';
import { STORE_MS } from '../connect/connection.ts';

export const registerArm = changeCommand({
  name: 'arm',
  summary: 'start watching a bot that was disarmed or never seen',
  description:
    'Arms a bot by hand: from now on a bot that is silent beyond its deadline is liquidated. A bot’s own first heartbeat does the same.',
  examples: [['arm --bot alpha --reason "back after the upgrade"', 'watch alpha again']],
  asksTo: undefined,
  onlyKnown: true,
  change: (bots, action) => arm(bots, action, STORE_MS),
  done: () => 'is armed; its full time to report starts now',
});
