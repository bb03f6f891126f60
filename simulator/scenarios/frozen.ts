/**
 * The function closed the account of one bot; then Lambda froze it, and its connections died unnoticed. A second bot dies:
 * the same environment is resumed, and must not wait for connections that nobody answers any more.
 *
 *   bot one      FLAT
 *   function     ······ frozen: what it sends on old connections gets no answer ······ resumed, warm
 *   bot two                                              beat … dead               └── read, cancel, close … FLAT
 */

import { HEADLINES } from '../../lambda/contract.ts';
import { completedAndProven, flatByReducing } from './common-checks.ts';
import type { Evidence } from './evidence.ts';
import { auditLogHas, unequal } from './expectations.ts';
import { openOneEach } from './portfolio.ts';
import { type Check, type Scenario, usualBot } from './scenario.ts';
import { callAndWait } from './steps.ts';

const FIRST = usualBot('one');
const SECOND = usualBot('two');
/** Longer than any connection of ours may be idle. */
const FROZEN_MS = 5_000;
const SILENT_MS = 118_000;

const twoRuns: Check = {
  sentence: 'each bot had one liquidation, each ended FLAT with its one position closed',
  judge: ({ calls }) => [
    ...unequal([['the number of liquidations', calls.length, 2]]),
    ...calls.flatMap(({ call, answer }) =>
      unequal([
        [`the headline of "${call}"`, answer?.headline, HEADLINES.flat],
        [`the positions that "${call}" closed`, answer?.positions_closed, 1],
      ]),
    ),
  ],
};

const sameEnvironment: Check = {
  sentence: 'the frozen environment was the one that was resumed',
  judge: ({ calls: [, second] }) =>
    unequal([
      ['the trigger of the second liquidation', second?.answer?.trigger, 'watchdog'],
      ['its bot', second?.answer?.bot_id, SECOND.botId],
      ['a cold start', second?.cold, false],
    ]),
};

const noneWasDead: Check = {
  sentence: 'no request was sent on a dead connection',
  judge: evidence => unansweredIn(evidence).map(({ fields }) => `${fields.request}: ${fields.why}`),
};

/** Of the second liquidation. The first one, on a busy machine, may have a request that is answered late. */
const unansweredIn = ({ calls: [, second], logs }: Evidence) =>
  logs.filter(
    ({ fields }) =>
      fields.correlation_id === second?.correlationId &&
      ['stale-connection', 'no-answer', 'unreachable'].includes(String(fields.why)),
  );

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
      kind: 'freeze',
      on: 'A',
      ms: FROZEN_MS,
      says: 'the function was frozen, and its connections to the exchange died unnoticed',
    },
    { kind: 'bot-lives', who: SECOND.botId, says: 'a second bot starts: late after 30 s, dead after 120 s' },
    { kind: 'tick' },
    { kind: 'settled' },
    { kind: 'bot-falls-silent', who: SECOND.botId, says: 'the second bot dies' },
    { kind: 'time-passes', ms: SILENT_MS, ticksWentOn: true },
    { kind: 'tick' },
    { kind: 'settled' },
  ],
  checks: [
    twoRuns,
    sameEnvironment,
    noneWasDead,
    ...flatByReducing(),
    auditLogHas('bot_dead', () => 1, 'the audit log has the trip, once'),
    ...completedAndProven,
  ],
};
