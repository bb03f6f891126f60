/**
 * The function closed the account of one bot; then Lambda froze it, and its connections died unnoticed. A second bot dies:
 * the same environment is resumed, and must not wait for connections that nobody answers any more.
 *
 *   bot one      FLAT
 *   function     ······ frozen: what it sends on old connections gets no answer ······ resumed, warm
 *   bot two                                              beat … dead               └── read, cancel, close … FLAT
 */

import { HEADLINES } from '../../lambda/contract.ts';
import { checkThat } from './checks.ts';
import { completedAndProven, flatByReducing, trippedOnce } from './expectations.ts';
import { openOneEach } from './portfolio.ts';
import { type Scenario, usualBot } from './scenario.ts';
import { callAndWait, WATCHDOG_RUN } from './steps.ts';

const FIRST = usualBot('one');
const SECOND = usualBot('two');
/** Longer than any connection of ours may be idle. */
const FROZEN_MS = 5_000;
const SILENT_MS = 118_000;

const twoRuns = checkThat('each bot had one liquidation, each ended FLAT with its one position closed', ({ calls }) => [
  ['the headlines', calls.map(({ answer }) => answer?.headline).join(), [HEADLINES.flat, HEADLINES.flat].join()],
  ['the positions that they closed', calls.map(({ answer }) => answer?.positions_closed).join(), '1,1'],
]);

const sameEnvironment = checkThat('the frozen environment was the one that was resumed', ({ calls: [, second] }) => [
  ['the trigger of the second liquidation', second?.answer?.trigger, 'watchdog'],
  ['its bot', second?.answer?.bot_id, SECOND.botId],
  ['a cold start', second?.cold, false],
]);

/** By the second liquidation. The first one, on a busy machine, may have a request that is answered late. */
const noneWasDead = checkThat('no request was sent on a dead connection', ({ calls: [, second], logs }) =>
  logs
    .filter(({ fields }) => fields.correlation_id === second?.correlationId && UNANSWERED.has(fields.why))
    .map(({ fields }) => `${fields.request}: ${fields.why}`),
);

const UNANSWERED: ReadonlySet<unknown> = new Set(['stale-connection', 'no-answer', 'unreachable']);

export const frozen: Scenario = {
  name: 'frozen',
  title: 'A second bot dies after the function was frozen',
  promise:
    'Connections that died while the function was frozen cost no time: the next account is flat as fast as the first.',
  positions: { usual: 2, least: 2, most: 2 },
  bots: [FIRST, SECOND],
  prepare: stage => openOneEach(stage),
  steps: [
    ...callAndWait(),
    {
      ...{ kind: 'freeze', on: 'A', ms: FROZEN_MS },
      says: 'the function was frozen, and its connections to the exchange died unnoticed',
    },
    { kind: 'bot-lives', who: SECOND.botId, says: 'a second bot starts: late after 30 s, dead after 120 s' },
    ...WATCHDOG_RUN,
    { kind: 'bot-falls-silent', who: SECOND.botId, says: 'the second bot dies' },
    { kind: 'time-passes', ms: SILENT_MS, ticksWentOn: true },
    ...WATCHDOG_RUN,
  ],
  checks: [twoRuns, sameEnvironment, noneWasDead, ...flatByReducing(), trippedOnce, ...completedAndProven],
};
