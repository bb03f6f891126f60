/**
 * A broken bot: it hangs, is liquidated, wakes up and trades on although its heartbeats are refused. While the lock-out
 * lasts, each tick has its account checked again.
 *
 *   bot       beat ─ hangs ────────────────────── beats: refused, reopens        beat: refused
 *   watchdog        tick … late ─ dead                              tick … + 1 min
 *   liquidator                      └── FLAT                                  └── FLAT (lock-out check)
 */

import { completedAndProven, flatByReducing } from './common-checks.ts';
import type { Evidence } from './evidence.ts';
import { auditLogHas, ordersIn, unequal } from './expectations.ts';
import { lastTakenAtMs } from './heartbeats.ts';
import { openPortfolio, openPositions } from './portfolio.ts';
import { type Check, type Scenario, type Scene, usualBot } from './scenario.ts';

const BOT = usualBot('drill');
const SILENT_MS = 118_000;
/** Just before the first minute of the lock-out is over. */
const LOCKED_OUT_MS = 58_000;

/** The lock-out began at the bot's deadline. */
const restOfTheMinute = ({ nowMs, bots: [bot] }: Scene): number => {
  return Math.max(0, LOCKED_OUT_MS - (nowMs - ((lastTakenAtMs(bot) ?? nowMs) + BOT.deadAfterMs)));
};

const liquidatedThenChecked: Check = {
  sentence:
    'it was liquidated once, then checked each minute; the first check closed everything again, and each ended FLAT',
  judge: ({ calls, before }) => {
    const [trip, first, ...later] = calls;
    const all = before.positions.length;
    return [
      ...liquidation(trip, 'watchdog', all),
      ...liquidation(first, 'sentinel', all),
      // On a slow line the tick lasts until another minute is over.
      ...later.flatMap(call => liquidation(call, 'sentinel', 0)),
    ];
  },
};

function liquidation(call: Evidence['calls'][number] | undefined, trigger: string, closed: number): readonly string[] {
  if (call?.answer === undefined)
    return [`a liquidation by ${trigger} has no answer: ${call?.outcome ?? 'none was made'}`];
  return unequal([
    [`the trigger of ${call.correlationId}`, call.answer.trigger, trigger],
    ['its state', call.answer.state, 'completed'],
    ['the positions that it closed', call.answer.positions_closed, closed],
  ]);
}

const byLockOutCheck: Check = {
  sentence: 'the reopened positions were closed by the lock-out check of the same watchdog run',
  judge: evidence => {
    const [first, second] = evidence.calls;
    const closes = ordersIn(evidence.journal).filter(({ executed }) => executed);
    const late = closes.filter(({ receivedAtMs }) => receivedAtMs >= (second?.startedAtMs ?? Number.NaN));
    return unequal([
      ['the number of closes by lock-out checks', late.length, evidence.before.positions.length],
      ['its correlation ID', second?.correlationId === first?.correlationId, false],
      ['lock-out checks that the watchdog reports', lockOutChecksOf(evidence), evidence.calls.length - 1],
    ]);
  },
};

const lockOutChecksOf = ({ ticks }: Evidence): number =>
  ticks.reduce((sum, { report }) => sum + (report?.sentinels ?? 0), 0);

const staysLockedOut: Check = {
  sentence: 'every heartbeat after the trip is refused, and each refusal names the liquidation',
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
  title: 'A liquidated bot wakes up and keeps trading',
  promise: 'The heartbeats of a liquidated bot stay refused, and the next watchdog run closes what the bot reopens.',
  positions: { usual: 2, least: 1, most: 40 },
  bots: [BOT],
  prepare: openPortfolio,
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
    { kind: 'time-passes', ms: restOfTheMinute, ticksWentOn: true },
    { kind: 'tick' },
    { kind: 'settled' },
    { kind: 'bot-beats' },
  ],
  checks: [
    liquidatedThenChecked,
    byLockOutCheck,
    staysLockedOut,
    ...flatByReducing(2),
    auditLogHas('bot_dead', () => 1, 'the audit log has the trip, once'),
    ...completedAndProven,
  ],
};
