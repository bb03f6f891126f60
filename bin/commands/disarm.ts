/** `flatline disarm`: ends the watch of a bot, as the bot itself does on a clean exit. */

import { disarm } from '../../lambda/app/operator/operator-commands.ts';
import { changeCommand } from '../bots/change-watch.ts';
import { STORE_MS } from '../connect/connection.ts';

export const registerDisarm = changeCommand({
  name: 'disarm',
  summary: 'end the watch: a silent bot is no longer liquidated',
  description:
    'Ends the watch of a bot, as the bot itself does on a clean exit. Refused for a tripped bot: re-arm it first.',
  examples: [['disarm --bot alpha --reason "stopped for good"', 'asks for the name first']],
  asksTo: ({ bot }) => `end the watch of ${bot}`,
  onlyKnown: false,
  change: (bots, action) => disarm(bots, action, STORE_MS),
  done: () => 'is disarmed: it is NOT WATCHED until its next start, or flatline arm',
});
