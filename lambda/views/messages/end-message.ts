/**
 * An attempt ended: flat, not flat with a next attempt, or not flat without one. One message for each change:
 *
 *   attempt 1: not flat ─ sent    2, 3, …: not flat ─ not sent    n: flat ─ sent    given up ─ sent
 *
 * The watchdog checks a locked-out account each minute. A check that finds nothing, or the same as before, sends
 * nothing.
 */

import { HEADLINES } from '../../contract.ts';
import { isFlatResult } from '../../core/invocation/liquidation-record.ts';
import { count, span, triggerWords } from '../words.ts';
import { type Ending, openLines, readEnding, whyLines } from './ending.ts';
import type { LogLine } from './log-line.ts';
import { clock, type Draft, instantLine, manualSteps, readableInstants } from './message.ts';
import { type About, type NotificationDraft, PART_OF, type SubjectState } from './notification.ts';

export function endMessage(line: LogLine, about: About): NotificationDraft | undefined {
  // A dry run changes nothing, and its caller has its answer.
  if (line.data.dry_run === true) return undefined;
  const ending = readEnding(line);
  if (!isNews(line, ending)) return undefined;
  const { botId = '?', correlationId } = line;
  return {
    id: `${correlationId ?? '?'} attempt ${ending.attempts} ${line.event}`,
    standing: standingOf(botId, line, ending),
    ...{ botId, correlationId, because: becauseOf(line, ending), isDrill: ending.trigger === 'drill' },
    ...partsOf(line, ending, about),
  };
}

/** A locked screen shows only the subject: it states the trigger and the size. */
function becauseOf(line: LogLine, { trigger, closed, remaining }: Ending): string {
  const { positions, verified } = remaining;
  const size = isFlat(line) ? `${closed} closed` : verified ? `${positions.length} still open` : 'positions unknown';
  return trigger === 'drill' ? size : `${triggerWords(trigger).short}, ${size}`;
}

function isNews(line: LogLine, ending: Ending): boolean {
  // A check that confirms a flat account is no change. A check that finds it open again is.
  if (line.data.confirms === true && isFlat(line)) return line.data.reopened === true;
  if (isFlat(line)) return ending.trigger !== 'sentinel' || ending.closed > 0 || ending.cancelled > 0;
  // Without the lock, nothing is known about the attempt before except that there was one.
  const wasNotified = line.attempt === 0 ? ending.attempts > 1 : ending.priorHeadline?.startsWith(RETRYING) === true;
  return ending.nextAtMs === undefined || !wasNotified;
}

const RETRYING = 'NOT FLAT, RETRYING';
const isFlat = ({ event }: LogLine): boolean => event === 'liquidation_completed';

function standingOf(botId: string, line: LogLine, ending: Ending): SubjectState {
  const quiet = ending.trigger === 'sentinel' && !isFlat(line);
  const left = ending.remaining.positions.map(({ symbol, side }) => `${symbol} ${side}`).sort();
  const open = [...left, ending.remaining.verified ? '' : 'not verified'].join();
  const is = isFlat(line) ? 'flat' : `${ending.nextAtMs === undefined ? 'given up' : 'retrying'} ${open}`;
  const part = ending.symbols === undefined ? '' : PART_OF;
  return { of: `${part}account ${botId}`, is, quiet };
}

type Parts = Pick<Draft, 'verdict' | 'facts' | 'next' | 'steps' | 'heading'>;

function partsOf(line: LogLine, ending: Ending, about: About): Parts {
  if (isFlat(line)) return flat(line, ending, about);
  return ending.nextAtMs === undefined ? givenUp(line, ending, about) : retrying(line, ending, about, ending.nextAtMs);
}

function flat(line: LogLine, ending: Ending, about: About): Parts {
  const { botId = '?' } = line;
  const isLockedOut = ending.trigger === 'watchdog' || ending.trigger === 'sentinel';
  return {
    verdict: ending.headline ?? HEADLINES.flat,
    facts: [[...doneLines(ending), ...moneyLines(ending)], originLines(line, ending)],
    ...(isLockedOut ? lockedOut(botId, ending, about) : endedByCall(botId, ending, about)),
  };
}

function endedByCall(botId: string, { headline, symbols }: Ending, { place }: About): Partial<Parts> {
  if (!isFlatResult('completed', headline ?? '')) {
    return {
      next: 'nothing. The rest of the account was not touched.',
      steps: [
        'Check how the symbols are written, and what is open at the exchange.',
        `To close the whole account: flatline liquidate --bot ${botId}${place.flags}`,
      ],
      heading: 'A symbol was not seen',
    };
  }
  const whole = symbols === undefined;
  return {
    next: `nothing, ${whole ? 'the liquidation is complete' : 'the rest of the account was not touched'}. ${MAY_OPEN}`,
  };
}

const MAY_OPEN = 'A bot that still runs can open positions again.';

function lockedOut(botId: string, { trigger, firstStartedAtMs }: Ending, { place, lockoutMs }: About): Partial<Parts> {
  const rearm = `Let it trade again: flatline rearm --bot ${botId}${place.flags}`;
  if (trigger === 'sentinel') {
    return {
      next: 'until the lock-out ends, the account is checked each minute and closed again.',
      steps: [
        'Something opened positions after the liquidation. Find it and stop it: the bot, a copy of it, a person.',
        rearm,
      ],
      heading: 'Bot is dead',
    };
  }
  const isOn = lockoutMs > 0 && firstStartedAtMs !== undefined;
  const until = isOn ? ` Until about ${clock(firstStartedAtMs + lockoutMs)} its account is kept flat.` : '';
  return {
    next: `the bot is tripped: its heartbeats are refused.${until}`,
    steps: ['Stop the bot if it still runs, and find out what happened to it.', rearm],
    heading: 'Bot is dead',
  };
}

function retrying(line: LogLine, ending: Ending, { place }: About, nextAtMs: number): Parts {
  const { botId = '?', correlationId = '?' } = line;
  const until = ending.untilMs === undefined ? '' : ` Retries end at ${clock(ending.untilMs)}.`;
  return {
    verdict: ending.headline === undefined ? RETRYING : `${ending.headline} UTC`,
    facts: [doneLines(ending), openLines(ending), whyLines(ending), originLines(line, ending)],
    next: `attempt ${ending.attempts + 1} starts at ${clock(nextAtMs)}.${until} The next message comes when the account is flat, or when retries end.`,
    steps: [
      `Follow it: flatline status ${correlationId}${place.flags}`,
      'If you cannot wait: close by hand now (the guide, "Closing by hand").',
      `Stop ${botId} if it still runs, and do not start it before its account is flat.`,
    ],
    heading: ending.errors.find(({ heading }) => heading !== undefined)?.heading ?? 'Partial liquidation',
  };
}

function givenUp(line: LogLine, ending: Ending, { place }: About): Parts {
  const { botId = '?' } = line;
  return {
    verdict: ending.headline ?? HEADLINES.checkByHand,
    facts: [doneLines(ending), openLines(ending), whyLines(ending), originLines(line, ending)],
    next: 'nothing. There are no more attempts.',
    steps: manualSteps(botId, place.flags, ending.pages),
    heading: 'Closing by hand',
  };
}

function doneLines({ closed, cancelled, remaining, attempts, tookMs, symbols }: Ending): readonly string[] {
  const all = closed + remaining.positions.length;
  const positions = remaining.verified
    ? `${closed} of ${count(all, 'position')} closed`
    : `${count(closed, 'position')} closed`;
  const orders = cancelled === 0 ? '' : `, ${count(cancelled, 'order')} cancelled`;
  const isNothing = all === 0 && cancelled === 0 && remaining.verified;
  const took =
    tookMs === undefined
      ? ''
      : `${isNothing ? ', checked' : ''} in ${tookMs < 1_000 ? `${Math.round(tookMs)} ms` : span(tookMs)}`;
  const tries = attempts > 1 ? `, after ${attempts} attempts` : '';
  const done = isNothing ? 'Nothing was open' : `${positions}${orders}`;
  return [
    `${done}${took}${tries}.`,
    ...(symbols === undefined ? [] : [`Only ${symbols.join(', ')}; the rest of the account was not changed.`]),
  ];
}

function moneyLines({ closed, profit, fees }: Ending): readonly string[] {
  if (closed === 0 || profit === undefined) return [];
  const paid = fees.length === 0 ? '' : `, fees ${fees.join(' + ')}`;
  return [`PnL ${profit.words}${profit.isEstimate ? ' (estimate)' : ''}${paid}.`];
}

function originLines({ atMs }: LogLine, { trigger, reason, firstStartedAtMs }: Ending): readonly string[] {
  const why = reason === undefined ? '' : `: ${readableInstants(reason)}`;
  return [
    `Triggered by ${triggerWords(trigger).long}${why}.`,
    ...instantLine('Started', firstStartedAtMs),
    ...instantLine('As of', atMs),
  ];
}
