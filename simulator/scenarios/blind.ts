/**
 * The watchdog was down for three minutes, and the bots could not write either. Nobody can say which of them is dead.
 *
 *              3 min without a tick
 *   steady    beat ─────────────────── cannot write ─── beat  beat  clean stop
 *   gone      beat ─ dies                                     dead ── FLAT
 *   watchdog  tick                     tick: writes each second ─┘ one heartbeat and 2 s
 */

import { checkThat } from './checks.ts';
import type { Evidence } from './evidence.ts';
import { auditLogHas, completedAndProven, couldOnlyReduce, noLimitHit, onlyReduced } from './expectations.ts';
import { beatenOff } from './heartbeats.ts';
import type { Scenario } from './scenario.ts';
import { ONE_EACH, WATCHDOG_RUN } from './steps.ts';

const TIMES = { heartbeatMs: 1_000, lateAfterMs: 2_000, deadAfterMs: 4_000 };
const STEADY = { botId: 'steady', ...TIMES };
const GONE = { botId: 'gone', ...TIMES };
const BLIND_MS = 180_000;
/** The watchdog's own writes must have worked for so long: a heartbeat and 2 s. */
const PROVEN_AFTER_MS = TIMES.heartbeatMs + 2_000;

/** The first tick after the outage; tick 0 came before the bots. */
const COMEBACK = 1;

const onlyAfterProof = checkThat(
  `the silent bot was tripped ${PROVEN_AFTER_MS / 1_000} s after the start of that run, and not before`,
  evidence => {
    const [first] = evidence.journal;
    if (first === undefined) return ['nobody was tripped'];
    const { startedAtMs = Number.NaN, endedAtMs = Number.NaN } = evidence.ticks[COMEBACK] ?? {};
    const provenMs = startedAtMs + PROVEN_AFTER_MS;
    const afterMs = Math.round(first.receivedAtMs - evidence.stage.rttMs / 2 - provenMs);
    return [
      afterMs >= 0 || `its first request was sent ${afterMs} ms after that`,
      ...evidence.calls
        .filter(call => !(call.startedAtMs <= endedAtMs))
        .map(call => `"${call.call}" came ${Math.round(call.startedAtMs - provenMs)} ms after that`),
    ];
  },
);

const oneLiquidation = checkThat('one liquidation, of the silent bot', ({ calls, ticks }) => {
  const trips = ticks.flatMap(({ report }) => report?.fired ?? []);
  return [
    ['the bots that were tripped', trips.map(({ bot_id }) => bot_id).join(', '), GONE.botId],
    ['the liquidations', calls.map(({ answer }) => `${answer?.bot_id} ${answer?.state}`).join(', '), 'gone completed'],
  ];
});

const goneIsFlat = checkThat('its account is flat: no position and no order of any kind', ({ before, after }) => {
  const [, goneSymbol] = symbolsOf(before);
  return [!symbolsOf(after).includes(goneSymbol) || `something of ${goneSymbol} is left`];
});

const steadyUntouched = checkThat(
  'the healthy bot keeps trading: its account was not changed, its heartbeats were accepted',
  ({ before, after, bots, journal }) => {
    const [symbol] = symbolsOf(before);
    const bot = bots.find(({ botId }) => botId === STEADY.botId);
    return [
      ['what its account holds', held(after, symbol), held(before, symbol)],
      ['the state in the table', bot?.row.watch_state, 'disarmed'],
      ...beatenOff(bot?.beats ?? []),
      ...journal.filter(({ account }) => account === STEADY.botId).map(({ seq, path }) => `request ${seq}: ${path}`),
    ];
  },
);

type Truth = Evidence['before'];

/** `steady` holds the first symbol, `gone` the second. */
const symbolsOf = ({ positions, orders, conditionals }: Truth): readonly (string | undefined)[] => [
  ...new Set([...positions, ...orders, ...conditionals].map(({ symbol }) => symbol)),
];

const held = ({ positions, orders, conditionals }: Truth, wanted: string | undefined): string =>
  JSON.stringify([positions, orders, conditionals].map(rows => rows.filter(({ symbol }) => symbol === wanted)));

export const blind: Scenario = {
  name: 'blind',
  title: 'The watchdog itself was down for three minutes',
  promise:
    'After the watchdog was down, each bot has one heartbeat interval and 2 s to report; a bot that stays silent is tripped.',
  ...ONE_EACH,
  bots: [STEADY, GONE],
  steps: [
    ...WATCHDOG_RUN,
    { kind: 'bot-lives', says: 'two bots start: a heartbeat each second, late after 2 s, dead after 4 s' },
    { kind: 'bot-falls-silent', says: '"gone" dies, and "steady" cannot write any more' },
    { kind: 'time-passes', ms: BLIND_MS, ticksWentOn: false },
    { kind: 'tick' },
    { kind: 'logged', event: 'bot_late' },
    { kind: 'bot-lives', says: '"steady" can write again', who: STEADY.botId },
    { kind: 'logged', event: 'bot_dead' },
    {
      kind: 'until',
      says: '"steady" sent several heartbeats',
      holds: ({ bots: [steady] }) => (steady?.beats.length ?? 0) > 3,
    },
    { kind: 'bot-leaves', says: '"steady" stops cleanly', who: STEADY.botId },
    { kind: 'settled' },
  ],
  checks: [
    onlyAfterProof,
    oneLiquidation,
    goneIsFlat,
    steadyUntouched,
    onlyReduced,
    couldOnlyReduce,
    noLimitHit,
    auditLogHas('bot_dead', 1, 'the audit log has one trip'),
    ...completedAndProven,
  ],
};
