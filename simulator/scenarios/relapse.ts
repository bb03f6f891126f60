/**
 * A broken bot. It hangs, is liquidated, wakes up and trades on: it does not care that its beats are refused. For as
 * long as the lock-out lasts, each tick has its account looked at again.
 *
 *   bot       beat ─ hangs ────────────────────── beats: refused, reopens        beat: refused
 *   watchdog        tick … late ─ dead                              tick … + 1 min
 *   liquidator                      └── FLAT                                  └── FLAT (sentinel)
 */

import type { Evidence } from './evidence.ts';
import {
  answerTo,
  chainProven,
  closedInFull,
  couldOnlyReduce,
  noAnswer,
  noLimitHit,
  nothingLeaked,
  nothingLeft,
  oneFinalEvent,
  onlyReduced,
  ordersIn,
  trailHas,
  unequal,
} from './expectations.ts';
import { openPortfolio, openPositions } from './portfolio.ts';
import { type Check, type Scenario, usualBot } from './scenario.ts';

const BOT = usualBot('drill');
const SILENT_MS = 118_000;
const LOCKED_OUT_MS = 58_000;

const firedOnce: Check = {
  sentence: 'it was fired at once, and once in the lock-out: two liquidations, each FLAT',
  judge: evidence => {
    const wanted = [
      ['watchdog', 'watchdog'],
      ['sentinel', 'sentinel'],
    ] as const;
    return [
      ...unequal([['the number of liquidations', evidence.calls.length, wanted.length]]),
      ...wanted.flatMap(([call, trigger]) => {
        const answer = answerTo(evidence, call);
        if (answer === undefined) return [noAnswer(evidence, call)];
        return unequal([
          [`the trigger of "${call}"`, answer.trigger, trigger],
          [`the state of "${call}"`, answer.state, 'completed'],
          [`the positions that "${call}" closed`, answer.positions_closed, evidence.before.positions.length],
        ]);
      }),
    ];
  },
};

const bySentinel: Check = {
  sentence: 'what was reopened was closed by the sentinel, in the minute of its tick',
  judge: evidence => {
    const [first, second] = evidence.calls;
    const closes = ordersIn(evidence.journal).filter(({ executed }) => executed);
    const late = closes.filter(({ receivedAtMs }) => receivedAtMs >= (second?.startedAtMs ?? Number.NaN));
    return unequal([
      ['the number of closes by the sentinel', late.length, evidence.before.positions.length],
      ['its correlation ID', second?.correlationId === first?.correlationId, false],
      ['sentinels the watchdog tells of', sentinelsOf(evidence), 1],
    ]);
  },
};

const sentinelsOf = ({ ticks }: Evidence): number =>
  ticks.reduce((sum, { report }) => sum + (report?.sentinels ?? 0), 0);

const staysLockedOut: Check = {
  sentence: 'every beat after the shot is refused, and each names the liquidation',
  judge: ({ bots: [bot], calls: [first] }) => {
    const beats = bot?.beats ?? [];
    const refused = beats.filter(({ outcome }) => outcome === 'tripped');
    return [
      ...unequal([
        ['the state in the table', bot?.row.watch_state, 'tripped'],
        ['the number of beats that were refused', refused.length, 2],
        ['the last beat', beats.at(-1)?.outcome, 'tripped'],
      ]),
      ...refused.flatMap(({ correlationId }) =>
        unequal([['the liquidation it names', correlationId, first?.correlationId]]),
      ),
    ];
  },
};

export const relapse: Scenario = {
  name: 'relapse',
  title: 'A liquidated bot wakes up and trades on',
  promise: 'Its beats stay refused, and what it reopens is closed by the next tick.',
  positions: { usual: 2, least: 1, most: 40 },
  bots: [BOT],
  prepare: stage => {
    openPortfolio(stage);
  },
  steps: [
    { kind: 'bot-lives', says: 'the bot starts: late after 30 s, dead after 120 s' },
    { kind: 'tick' },
    { kind: 'settled' },
    { kind: 'bot-falls-silent', says: 'the bot hangs' },
    { kind: 'time-passes', ms: SILENT_MS, ticksWentOn: true },
    { kind: 'tick' },
    { kind: 'settled' },
    { kind: 'change', says: 'the bot wakes up and opens its positions again', make: openPositions },
    { kind: 'bot-beats' },
    { kind: 'time-passes', ms: LOCKED_OUT_MS, ticksWentOn: true },
    { kind: 'tick' },
    { kind: 'settled' },
    { kind: 'bot-beats' },
  ],
  checks: [
    firedOnce,
    bySentinel,
    staysLockedOut,
    nothingLeft,
    closedInFull(2),
    onlyReduced,
    couldOnlyReduce,
    noLimitHit,
    trailHas('bot_dead', () => 1, 'the trail has the shot, once'),
    oneFinalEvent('liquidation_completed'),
    chainProven,
    nothingLeaked,
  ],
};
