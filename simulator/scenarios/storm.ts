/**
 * Two hundred bots, as many as one configuration holds, die at once, each with an account of its own. Two ticks overlap
 * in the middle of it, and Lambda runs only a few liquidations side by side.
 *
 *   200 bots    beat ─ die ─────────────── 112 s ───────────────┬ dead
 *   watchdog    tick                     tick ──────────────────┤ claims each once
 *                                        tick ──────────────────┘
 *   liquidator                                                  200 invocations ── queue ── FLAT, FLAT, FLAT …
 */

import { type Answer, HEADLINES } from '../../lambda/contract.ts';
import { checkThat } from './checks.ts';
import { auditLogHas, completedAndProven, flatByReducing, whereTablesAnswered } from './expectations.ts';
import { deadlineOf } from './heartbeats.ts';
import { openOneEach } from './portfolio.ts';
import { type Scenario, type Scene, usualBot } from './scenario.ts';
import { ONE_EACH, WATCHDOG_RUN } from './steps.ts';

/** Short IDs: AWS gives a function 4 KB of environment, and the configuration is in it. */
const BOTS = [...'abcdefghijklmnopqrst'].flatMap(letter => [...'0123456789'].map(digit => usualBot(letter + digit)));
/** Until the first of them is dead: time for two watchdogs to start cold, side by side, on a busy machine. */
const LEFT_MS = 8_000;
const TICK_MS = 60_000;

const silenceUntilNearlyDead = ({ bots, nowMs }: Scene): number =>
  Math.max(
    0,
    usualBot('').deadAfterMs - LEFT_MS - (nowMs - Math.min(...bots.map(({ beats }) => beats.at(-1)?.atMs ?? nowMs))),
  );

const overlapping = checkThat('two watchdog runs overlapped, and both had bots to check', ({ ticks, bots }) => {
  const [, first, second] = ticks;
  if (first === undefined || second === undefined) return [`there were ${ticks.length} ticks`];
  return [
    second.startedAtMs < (first.endedAtMs ?? 0) || 'the second began when the first was over',
    ['the bots the first had to watch', first.report?.due, bots.length],
    // On a slow machine some are dead and claimed before its check.
    (second.report?.due ?? 0) > 0 || 'the second had nobody to watch',
  ];
});

/** A claim that was never confirmed is made again, under the same ID: that is one claim. */
const claimedOnce = checkThat('each bot was claimed exactly once, by whichever run was faster', ({ ticks, bots }) => {
  const trips = ticks.flatMap(({ report }) => report?.fired ?? []);
  return bots.flatMap(({ botId, row }) => {
    const claims = new Set(trips.filter(({ bot_id }) => bot_id === botId).map(one => one.correlation_id));
    return [
      claims.size === 1 || `${botId} was claimed ${claims.size} times`,
      row.watch_state === 'tripped' || `the state of ${botId} is ${row.watch_state}`,
      row.correlation_id === [...claims][0] || `the row of ${botId} names the liquidation ${row.correlation_id}`,
    ];
  });
});

const endedFlat = checkThat('the liquidation of each ended FLAT', ({ calls, bots }) =>
  bots.map(({ botId }) => {
    const last = runsOf(
      botId,
      calls.map(call => call.answer),
    ).at(-1);
    return last?.state === 'completed' || `${botId}: ${last?.headline ?? 'no answer'}`;
  }),
);

const liquidatedOnce = checkThat('each had exactly one liquidation', ({ calls, bots }) =>
  bots.map(({ botId }) => {
    const times = runsOf(
      botId,
      calls.map(call => call.answer),
    ).length;
    return times === 1 || `${botId} was liquidated ${times} times`;
  }),
);

/**
 * An invocation that nobody confirmed in time is repeated, and then finds its ID taken. What was refused did nothing, and
 * on a machine that takes minutes the first checks of the lock-out come.
 */
const runsOf = (botId: string, answers: readonly (Answer | undefined)[]): readonly (Answer | undefined)[] =>
  answers.filter(
    answer =>
      answer?.bot_id === botId &&
      answer.replayed !== true &&
      answer.state !== 'in_progress' &&
      answer.trigger !== 'sentinel' &&
      answer.headline !== HEADLINES.refused,
  );

/** A tick that could not read the table in time leaves some to the next one. */
const isEveryoneTripped = ({ logs, bots }: Scene): boolean =>
  new Set(logs.filter(({ message }) => message === 'bot_dead').map(({ fields }) => fields.bot_id)).size >= bots.length;

const isEveryoneFlat = ({ answers, bots }: Scene): boolean =>
  bots.every(({ botId }) => runsOf(botId, answers).at(-1)?.state === 'completed');

/** What a busy machine has left open is taken up by the next tick. */
const tickIsDue = ({ nowMs, lastTickAtMs }: Scene): boolean => nowMs - lastTickAtMs >= TICK_MS;

const noneBefore = checkThat(
  'no request was sent for any of them before its own deadline, 120 s after its last heartbeat',
  ({ bots, journal }) =>
    bots.map(bot => {
      const first = journal.find(({ account }) => account === bot.botId);
      if (first === undefined) return `no request was ever sent for ${bot.botId}`;
      const tooEarlyMs = deadlineOf(bot, usualBot(bot.botId)) - first.receivedAtMs;
      return tooEarlyMs <= 0 || `${bot.botId}: request ${first.seq} came ${Math.ceil(tooEarlyMs)} ms early`;
    }),
);

export const storm: Scenario = {
  name: 'storm',
  title: 'Two hundred bots die at once',
  promise: 'Of two hundred bots that die at once, each is tripped once and none early, and every account ends flat.',
  ...ONE_EACH,
  // Time for the others in the queue of this machine's two or four processors.
  settings: { timeoutMs: 15_000 },
  bots: BOTS,
  // Each waits for the exchange most of the time, the more so the slower the line.
  environments: ({ rttMs }) => Math.min(8, 4 + Math.floor(rttMs / 200)),
  prepare: stage => openOneEach(stage, { surroundedEvery: 10 }),
  steps: [
    { kind: 'bot-lives', says: `${BOTS.length} bots start: late after 30 s, dead after 120 s` },
    ...WATCHDOG_RUN,
    { kind: 'bot-falls-silent', says: 'all of them die' },
    { kind: 'time-passes', ms: silenceUntilNearlyDead, ticksWentOn: true },
    { kind: 'tick' },
    ...WATCHDOG_RUN,
    {
      ...{ kind: 'repeat', says: 'every bot was tripped', holds: isEveryoneTripped },
      steps: WATCHDOG_RUN,
    },
    {
      ...{ kind: 'repeat', says: 'every liquidation ended flat', holds: isEveryoneFlat },
      steps: [
        { kind: 'until', says: 'the next tick was due', holds: tickIsDue },
        { kind: 'tick' },
        { kind: 'settled' },
      ],
    },
  ],
  checks: [
    whereTablesAnswered(overlapping),
    claimedOnce,
    endedFlat,
    whereTablesAnswered(liquidatedOnce),
    noneBefore,
    ...flatByReducing(),
    auditLogHas('bot_dead', ({ bots }) => bots.length, 'the audit logs have a trip for each'),
    ...completedAndProven,
  ],
};
