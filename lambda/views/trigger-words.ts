/** The trigger of a liquidation: one word for the subject, a phrase for the body. */

import { TRIGGERS, type Trigger } from '../contract.ts';

interface TriggerWords {
  readonly short: string;
  readonly long: string;
}

const WORDS: Readonly<Record<Trigger, TriggerWords>> = {
  shutdown: { short: 'shutdown', long: 'the bot, as it shut down' },
  SIGTERM: { short: 'SIGTERM', long: 'the bot, on SIGTERM' },
  SIGINT: { short: 'SIGINT', long: 'the bot, on SIGINT' },
  error: { short: 'error', long: 'the bot, after an error' },
  watchdog: { short: 'watchdog', long: 'the watchdog' },
  sentinel: { short: 'lock-out', long: 'the watchdog, checking a locked-out account' },
  alarm: { short: 'alarm', long: 'an alarm' },
  manual: { short: 'by hand', long: 'a person' },
  drill: { short: 'drill', long: 'a drill' },
};

export function triggerWords(trigger: string | undefined): TriggerWords {
  const known = TRIGGERS.find(one => one === trigger);
  return known === undefined ? { short: 'unknown', long: 'an unknown trigger' } : WORDS[known];
}
