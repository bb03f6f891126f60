/** `flatline acknowledge`: records that a person handles a bot's alerts, and notifies mail, chat, PagerDuty and Opsgenie. */

import { acknowledge } from '../../lambda/app/operator/operator-commands.ts';
import { changeCommand } from '../bots/change-watch.ts';
import { STORE_MS } from '../connect/connection.ts';

export const registerAcknowledge = changeCommand({
  name: 'acknowledge',
  summary: 'acknowledge the alerts of a bot',
  description:
    'Notifies all receivers of the alerts that a person is handling the bot, and acknowledges its incidents in ' +
    'PagerDuty and Opsgenie. It does not change the watch: a dead bot is still liquidated.',
  examples: [['acknowledge --bot alpha --reason "looking at it"', 'notifies within a minute']],
  asksTo: undefined,
  onlyKnown: true,
  change: (bots, action) => acknowledge(bots, action, STORE_MS),
  done: ({ by }) => `is handled by ${by}; the receivers of the alerts are notified within a minute`,
});
