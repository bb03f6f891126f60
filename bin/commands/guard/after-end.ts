/** What happens after the bot has ended, and which lines are logged. */

import type { Flatline } from '../../../client/typescript/flatline-client.ts';
import type { GuardOutcome, Sequel } from './end-of-bot.ts';
import type { GuardLog } from './guard-log.ts';
import type { GuardPlan } from './plan.ts';

interface EndOptions {
  readonly plan: Pick<GuardPlan, 'bot' | 'untilFlat'>;
  readonly flatline: Flatline;
  readonly log: GuardLog;
  /** The bot was watched before this guard started. */
  readonly wasWatched: boolean;
  /** Whether signs of work still come although the bot's process has ended. */
  readonly goesOn: Promise<boolean>;
}

export async function seeTo(sequel: Sequel, options: EndOptions): Promise<GuardOutcome> {
  const { plan, flatline, log, goesOn } = options;
  switch (sequel.kind) {
    case 'stop':
      return (await livesOn(options)) ? 'left-armed' : stopWatch(flatline, sequel.reason);
    case 'leave-armed':
      log('left-armed', leftArmed(sequel.why, plan.bot));
      return sequel.why === undefined ? 'safe' : 'left-armed';
    case 'leave-to-newer':
      log('left-to-newer', `A newer run of ${plan.bot} owns its account and its watch: nothing is liquidated here.`);
      return 'safe';
    case 'withdraw':
      log('not-liquidated', notLiquidated(plan.bot));
      await withdraw(sequel.reason, options);
      return 'safe';
    case 'liquidate': {
      const [{ flat }] = await Promise.all([
        flatline.liquidate(sequel.trigger, {
          reason: `guard: ${sequel.reason}`,
          untilFlatMs: plan.untilFlat,
        }),
        goesOn,
      ]);
      if (!flat) {
        log('not-flat', whoIsLeft(plan.bot, flatline));
        return 'not-flat';
      }
      if (await livesOn(options)) return 'not-flat';
      return stopWatch(flatline, `${sequel.reason}, and its account is flat`);
    }
  }
}

/** The bot never ran: an earlier watch stays armed, a watch that this guard armed ends. */
export async function withdraw(
  reason: string,
  { flatline, log, wasWatched }: Pick<EndOptions, 'flatline' | 'log' | 'wasWatched'>,
): Promise<void> {
  if (wasWatched) {
    log('left-armed', 'The bot was watched before: the watch stays armed, and its deadline still applies.');
  } else await flatline.stop({ reason });
}

async function stopWatch(flatline: Flatline, reason: string): Promise<GuardOutcome> {
  await flatline.stop({ reason });
  return 'safe';
}

async function livesOn({ plan, log, goesOn }: EndOptions): Promise<boolean> {
  if (!(await goesOn)) return false;
  log(
    'lives-on',
    `The bot’s process has ended, but signs of work still come: a part of it still runs. The watch of ` +
      `${plan.bot} stays armed, and the watchdog liquidates after its deadline. Find that process and stop it.`,
  );
  return true;
}

function leftArmed(why: Extract<Sequel, { kind: 'leave-armed' }>['why'], botId: string): string {
  const stays = 'The watch stays armed: the watchdog liquidates after its deadline, unless';
  switch (why) {
    case 'background':
      return (
        'The bot exited with 0 within seconds: it may run in the background, where the guard cannot see it. ' +
        `${stays} ${botId} is back. Run the bot in the foreground. If none of its processes is left: flatline disarm --bot ${botId}.`
      );
    case 'unproven':
      return `The bot ended before its first sign of work, so nothing is liquidated now. ${stays} ${botId} is back.`;
    case undefined:
      return `${stays} ${botId} is back.`;
  }
}

const notLiquidated = (botId: string): string =>
  'The bot ended within seconds, before its first sign of work: NOTHING IS LIQUIDATED. ' +
  `Correct its command. If it has traded: flatline liquidate --bot ${botId}.`;

/** The account is not known to be flat: what still happens, if anything. */
function whoIsLeft(botId: string, flatline: Flatline): string {
  const { state, beats } = flatline.status();
  if (state === 'tripped') return `${botId} stays tripped, and the watchdog keeps its account flat. Check by hand.`;
  if (state === 'disarmed' || beats === 0) {
    return `${botId} IS NOT WATCHED, and its account is not known to be flat. CHECK BY HAND NOW.`;
  }
  return `The watch of ${botId} stays armed and its heartbeats have ended, so the watchdog takes over. Check by hand.`;
}
