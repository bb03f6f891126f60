/** `flatline arm`, `disarm`, `rearm` and `acknowledge`: each one change of a bot's watch, without options of its own. */

import { acknowledge, arm, disarm } from '../../lambda/app/operator/operator-commands.ts';
import { rearm } from '../../lambda/app/operator/rearm.ts';
import { changeCommand } from '../bots/change-watch.ts';
import { STORE_MS } from '../terminal/waiting.ts';

/** Of a bot that was disarmed or never seen. */
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

/** As the bot itself does on a clean exit. */
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

/** Warns if the bot's liquidation did not end flat. */
export const registerRearm = changeCommand({
  name: 'rearm',
  summary: 'let a liquidated bot trade again',
  description:
    'Re-arms a tripped bot: its heartbeats are accepted again, its lock-out and its unfinished liquidations end. Check its account first: open positions then belong to the bot again.',
  examples: [['rearm --bot alpha --reason "account checked, flat"', 'asks for the name first']],
  asksTo: ({ bot }) => `let ${bot} trade again`,
  onlyKnown: false,
  warnings: async ({ runs }, { trip }) => {
    if (trip?.correlationId === undefined) return [];
    const record = await runs.read(trip.correlationId, STORE_MS);
    if (record?.state === 'completed') return [];
    return [
      `Its liquidation ${trip.correlationId} did NOT end flat (${record?.answer?.headline ?? record?.state ?? 'no record'}).`,
    ];
  },
  change: (bots, action, _options, { unfinished }) => rearm({ bots, unfinished }, action, { timeoutMs: STORE_MS }),
  done: () => 'is armed again: its heartbeats are accepted, and its full time to report starts now',
});

/** Records that a person handles a bot's alerts, and notifies mail, chat, PagerDuty and Opsgenie. */
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
