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
import { completedAndProven, flatByReducing } from './common-checks.ts';
import type { Evidence } from './evidence.ts';
import { auditLogHas, unequal, whereTablesAnswered } from './expectations.ts';
import { deadlineOf } from './heartbeats.ts';
import { openOneEach } from './portfolio.ts';
import { type Check, type Scenario, type Scene, usualBot } from './scenario.ts';

/** Short IDs: AWS gives a function 4 KB of environment, and the configuration is in it. */
const BOTS = [...'abcdefghijklmnopqrst'].flatMap(letter => [...'0123456789'].map(digit => usualBot(letter + digit)));
const [{ deadAfterMs: DEAD_AFTER_MS } = usualBot('')] = BOTS;
/** Until the first of them is dead: time for two watchdogs to start cold, side by side, on a busy machine. */
const LEFT_MS = 8_000;
const TICK_MS = 60_000;

const silenceUntilNearlyDead = ({ bots, nowMs }: Scene): number =>
  Math.max(0, DEAD_AFTER_MS - LEFT_MS - (nowMs - Math.min(...bots.map(({ beats }) => beats.at(-1)?.atMs ?? nowMs))));

const overlapping: Check = {
  sentence: 'two watchdog runs overlapped, and both had bots to check',
  judge: ({ ticks, bots }) => {
    const [, first, second] = ticks;
    if (first === undefined || second === undefined) return [`there were ${ticks.length} ticks`];
    return [
      ...(second.startedAtMs < (first.endedAtMs ?? 0) ? [] : ['the second began when the first was over']),
      ...unequal([['the bots the first had to watch', first.report?.due, bots.length]]),
      // On a slow machine some are dead and claimed before it looks.
      ...((second.report?.due ?? 0) > 0 ? [] : ['the second had nobody to watch']),
    ];
  },
};

/** A claim that was never confirmed is made again, under the same ID: that is one claim. */
const claimedOnce: Check = {
  sentence: 'each bot was claimed exactly once, by whichever run was faster',
  judge: ({ ticks, bots }) => {
    const fired = ticks.flatMap(({ report }) => report?.fired ?? []);
    return bots.flatMap(({ botId, row }) => {
      const claims = new Set(fired.filter(({ bot_id }) => bot_id === botId).map(one => one.correlation_id));
      return [
        ...notOnce(botId, 'claimed', claims.size),
        ...unequal([
          [`the state of ${botId}`, row.watch_state, 'tripped'],
          [`the liquidation that the row of ${botId} names`, row.correlation_id, [...claims][0]],
        ]),
      ];
    });
  },
};

const endedFlat: Check = {
  sentence: 'the liquidation of each ended FLAT',
  judge: ({ calls, bots }) =>
    bots.flatMap(({ botId }) => {
      const last = lastAnswer(
        botId,
        calls.map(call => call.answer),
      );
      return last?.state === 'completed' ? [] : [`${botId}: ${last?.headline ?? 'no answer'}`];
    }),
};

const liquidatedOnce: Check = {
  sentence: 'each had exactly one liquidation',
  judge: ({ calls, bots }) =>
    bots.flatMap(({ botId }) =>
      notOnce(botId, 'liquidated', calls.filter(({ answer }) => answer?.bot_id === botId && isRun(answer)).length),
    ),
};

/**
 * An invocation that nobody confirmed in time is repeated, and then finds its ID taken. What was refused did nothing, and
 * on a machine that takes minutes the first checks of the lock-out come.
 */
const isRun = (answer: Answer): boolean =>
  answer.replayed !== true &&
  answer.state !== 'in_progress' &&
  answer.trigger !== 'sentinel' &&
  answer.headline !== HEADLINES.refused;

const lastAnswer = (botId: string, answers: readonly (Answer | undefined)[]): Answer | undefined =>
  answers.findLast(answer => answer?.bot_id === botId && isRun(answer));

const notOnce = (botId: string, what: string, times: number): readonly string[] =>
  times === 1 ? [] : [`${botId} was ${what} ${times} times`];

/** A tick that could not read the table in time leaves some to the next one. */
const isEveryoneTripped = ({ logs, bots }: Scene): boolean =>
  new Set(logs.filter(({ message }) => message === 'bot_dead').map(({ fields }) => fields.bot_id)).size >= bots.length;

const isEveryoneFlat = ({ answers, bots }: Scene): boolean =>
  bots.every(({ botId }) => lastAnswer(botId, answers)?.state === 'completed');

/** What a busy machine has left open is taken up by the next tick. */
const tickIsDue = ({ nowMs, lastTickAtMs }: Scene): boolean => nowMs - lastTickAtMs >= TICK_MS;

const noneBefore: Check = {
  sentence: 'no request was sent for any of them before its own deadline, 120 s after its last heartbeat',
  judge: evidence => evidence.bots.flatMap(bot => early(evidence, bot)),
};

function early({ journal }: Evidence, bot: Evidence['bots'][number]): readonly string[] {
  const deadlineMs = deadlineOf(bot, DEAD_AFTER_MS);
  const first = journal.find(({ account }) => account === bot.botId);
  if (first === undefined) return [`no request was ever sent for ${bot.botId}`];
  const tooEarlyMs = deadlineMs - first.receivedAtMs;
  return tooEarlyMs <= 0 ? [] : [`${bot.botId}: request ${first.seq} came ${Math.ceil(tooEarlyMs)} ms early`];
}

export const storm: Scenario = {
  name: 'storm',
  title: 'Two hundred bots die at once',
  promise: 'Of two hundred bots that die at once, each is tripped once and none early, and every account ends flat.',
  positions: { usual: 1, least: 1, most: 1 },
  // Time for the others in the queue of this machine's two or four processors.
  settings: { timeoutMs: 15_000 },
  bots: BOTS,
  // Each waits for the exchange most of the time, the more so the slower the line.
  environments: ({ rttMs }) => Math.min(8, 4 + Math.floor(rttMs / 200)),
  prepare: stage => openOneEach(stage, { surroundedEvery: 10 }),
  steps: [
    { kind: 'bot-lives', says: `${BOTS.length} bots start: late after 30 s, dead after 120 s` },
    { kind: 'tick' },
    { kind: 'settled' },
    { kind: 'bot-falls-silent', says: 'all of them die' },
    { kind: 'time-passes', ms: silenceUntilNearlyDead, ticksWentOn: true },
    { kind: 'tick' },
    { kind: 'tick' },
    { kind: 'settled' },
    {
      ...{ kind: 'repeat', says: 'every bot was tripped', holds: isEveryoneTripped },
      steps: [{ kind: 'tick' }, { kind: 'settled' }],
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
