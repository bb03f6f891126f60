/** What is done once the bot has ended, and what is told of it. */

import type { Flatline } from '../../../client/typescript/flatline-client.ts';
import type { GuardOutcome, Sequel } from './end-of-bot.ts';
import type { GuardLog } from './guard-log.ts';
import type { GuardPlan } from './plan.ts';

interface EndOptions {
  readonly plan: Pick<GuardPlan, 'botId' | 'untilFlatMs'>;
  readonly flatline: Flatline;
  readonly tell: GuardLog;
  /** Somebody watched before this guard began. */
  readonly wasWatched: boolean;
  /** Whether proof of work still comes although the bot's process has ended. */
  readonly goesOn: Promise<boolean>;
}

export async function seeTo(sequel: Sequel, options: EndOptions): Promise<GuardOutcome> {
  const { plan, flatline, tell, goesOn } = options;
  switch (sequel.kind) {
    case 'goodbye':
      return (await livesOn(options)) ? 'left-armed' : sayGoodbye(flatline, sequel.reason);
    case 'leave-armed':
      tell('left-armed', leftArmed(sequel.why, plan.botId));
      return sequel.why === undefined ? 'safe' : 'left-armed';
    case 'leave-to-newer':
      tell('left-to-newer', `A newer run of ${plan.botId} has its account and its watch: nothing is liquidated here.`);
      return 'safe';
    case 'withdraw':
      tell('not-liquidated', notLiquidated(plan.botId));
      await withdraw(sequel.reason, options);
      return 'safe';
    case 'liquidate': {
      const [{ flat }] = await Promise.all([
        flatline.liquidate(sequel.trigger, {
          reason: `guard: ${sequel.reason}`,
          untilFlatMs: plan.untilFlatMs,
        }),
        goesOn,
      ]);
      if (!flat) {
        tell('not-flat', whoIsLeft(plan.botId, flatline));
        return 'not-flat';
      }
      if (await livesOn(options)) return 'not-flat';
      return sayGoodbye(flatline, `${sequel.reason}, and its account is flat`);
    }
  }
}

/** The bot was never at work: a watch that was there before stays, one that only the guard began ends. */
export async function withdraw(
  reason: string,
  { flatline, tell, wasWatched }: Pick<EndOptions, 'flatline' | 'tell' | 'wasWatched'>,
): Promise<void> {
  if (wasWatched) {
    tell('left-armed', 'The bot was watched before: the watch stays armed, and the watchdog’s time runs.');
  } else await flatline.stop({ reason });
}

async function sayGoodbye(flatline: Flatline, reason: string): Promise<GuardOutcome> {
  await flatline.stop({ reason });
  return 'safe';
}

async function livesOn({ plan, tell, goesOn }: EndOptions): Promise<boolean> {
  if (!(await goesOn)) return false;
  tell(
    'lives-on',
    `The bot’s process has ended, but proof of its work still comes: something of it lives on. The watch of ` +
      `${plan.botId} stays armed, and the watchdog liquidates when its time is over. Find it and end it.`,
  );
  return true;
}

function leftArmed(why: Extract<Sequel, { kind: 'leave-armed' }>['why'], botId: string): string {
  const stays = 'The watch stays armed: the watchdog fires when its time is over, unless';
  switch (why) {
    case 'background':
      return (
        'The bot exited with 0 within seconds: it may have gone to the background, where the guard cannot see it. ' +
        `${stays} ${botId} is back. Run the bot in the foreground; or, if nothing is left of it, flatline disarm --bot ${botId}.`
      );
    case 'unproven':
      return `The bot ended before it proved any work, so nothing is liquidated now. ${stays} ${botId} is back.`;
    case undefined:
      return `${stays} ${botId} is back.`;
  }
}

const notLiquidated = (botId: string): string =>
  'The bot ended within seconds, before it showed that it works: NOTHING IS LIQUIDATED. ' +
  `Correct its command; if it has traded all the same: flatline liquidate --bot ${botId}.`;

/** Not known to be flat: what else will happen, if anything. */
function whoIsLeft(botId: string, flatline: Flatline): string {
  const { state, beats } = flatline.status();
  if (state === 'tripped') return `${botId} stays tripped, and the watchdog looks after its account. Check by hand.`;
  if (state === 'disarmed' || beats === 0) {
    return `NOBODY WATCHES ${botId}, and its account is not known to be flat. CHECK BY HAND, NOW.`;
  }
  return `The watch of ${botId} stays armed and it no longer beats, so the watchdog takes over. Check by hand.`;
}
