/**
 * A broken bot: it hangs, is liquidated, wakes up and trades on although its heartbeats are refused. While the lock-out
 * lasts, each tick has its account checked again.
 *
 *   bot       beat ─ hangs ────────────────────── beats: refused, reopens        beat: refused
 *   watchdog        tick … late ─ dead                              tick … + 1 min
 *   liquidator                      └── FLAT                                  └── FLAT (lock-out check)
 */

import { checkThat } from './checks.ts';
import { completedAndProven, flatByReducing, ordersIn, trippedOnce } from './expectations.ts';
import { lastTakenAtMs } from './heartbeats.ts';
import { openPortfolio, openPositions } from './portfolio.ts';
import { type Scenario, type Scene, usualBot } from './scenario.ts';
import { WATCHDOG_RUN } from './steps.ts';

const BOT = usualBot('drill');
const SILENT_MS = 118_000;
/** Just before the first minute of the lock-out is over. */
const LOCKED_OUT_MS = 58_000;

/** The lock-out began at the bot's deadline. */
const restOfTheMinute = ({ nowMs, bots: [bot] }: Scene): number =>
  Math.max(0, LOCKED_OUT_MS - (nowMs - ((lastTakenAtMs(bot) ?? nowMs) + BOT.deadAfterMs)));

const liquidatedThenChecked = checkThat(
  'it was liquidated once, then checked each minute; the first check closed everything again, and each ended FLAT',
  ({ calls, before }) => {
    const all = before.positions.length;
    // On a slow line the tick lasts until another minute is over.
    const wanted = ['watchdog', 'sentinel', ...calls.slice(2).map(() => 'sentinel')];
    return wanted.map((trigger, index) => {
      const { answer, outcome } = calls[index] ?? { outcome: 'there was none' };
      const found = answer && `${answer.trigger} ${answer.state}, ${answer.positions_closed} closed`;
      return [`liquidation ${index + 1}`, found ?? outcome, `${trigger} completed, ${index < 2 ? all : 0} closed`];
    });
  },
);

const byLockOutCheck = checkThat(
  'the reopened positions were closed by the lock-out check of the same watchdog run',
  evidence => {
    const [first, second] = evidence.calls;
    const closes = ordersIn(evidence.journal).filter(({ executed }) => executed);
    const late = closes.filter(({ receivedAtMs }) => receivedAtMs >= (second?.startedAtMs ?? Number.NaN));
    const reported = evidence.ticks.reduce((sum, { report }) => sum + (report?.sentinels ?? 0), 0);
    return [
      ['the number of closes by lock-out checks', late.length, evidence.before.positions.length],
      ['its correlation ID', second?.correlationId === first?.correlationId, false],
      ['lock-out checks that the watchdog reports', reported, evidence.calls.length - 1],
    ];
  },
);

const staysLockedOut = checkThat(
  'every heartbeat after the trip is refused, and each refusal names the liquidation',
  ({ bots: [bot], calls: [first] }) => {
    const beats = bot?.beats ?? [];
    const refused = beats.filter(({ outcome }) => outcome === 'tripped');
    const named = new Set(refused.map(({ correlationId }) => correlationId));
    return [
      ['the state in the table', bot?.row.watch_state, 'tripped'],
      ['the number of beats that were refused', refused.length, 2],
      ['the last beat', beats.at(-1)?.outcome, 'tripped'],
      ['the liquidation they name', [...named].join(), first?.correlationId],
    ];
  },
);

export const relapse: Scenario = {
  name: 'relapse',
  title: 'A liquidated bot wakes up and keeps trading',
  promise: 'The heartbeats of a liquidated bot stay refused, and the next watchdog run closes what the bot reopens.',
  positions: { usual: 2, least: 1, most: 40 },
  bots: [BOT],
  prepare: openPortfolio,
  steps: [
    { kind: 'bot-lives', says: 'the bot starts: late after 30 s, dead after 120 s' },
    ...WATCHDOG_RUN,
    { kind: 'bot-falls-silent', says: 'the bot hangs' },
    { kind: 'time-passes', ms: SILENT_MS, ticksWentOn: true },
    ...WATCHDOG_RUN,
    { kind: 'change', says: 'the bot wakes up and opens its positions again', make: openPositions },
    { kind: 'bot-beats' },
    { kind: 'time-passes', ms: restOfTheMinute, ticksWentOn: true },
    ...WATCHDOG_RUN,
    { kind: 'bot-beats' },
  ],
  checks: [
    liquidatedThenChecked,
    byLockOutCheck,
    staysLockedOut,
    ...flatByReducing(2),
    trippedOnce,
    ...completedAndProven,
  ],
};
