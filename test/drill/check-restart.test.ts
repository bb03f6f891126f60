/** The scenario of a bot that is replaced: each check holds, and fails when it should. */

import type { BotEvidence, Evidence } from '../../simulator/scenarios/evidence.ts';
import { rollingRestart } from '../../simulator/scenarios/one-silent-bot.ts';
import {
  answer,
  call,
  close,
  deadItem,
  ID,
  incident,
  intact,
  item,
  normalEvidence,
  readOfPositions,
  refused,
  T0,
  taken,
  tick,
} from './kept-promise.ts';
import {
  CUT_OFF,
  LEAK,
  LEFT,
  LIMIT,
  NO_FLAG,
  OPENED,
  TOO_MUCH,
  TWO_ENDS,
  TWO_IDS,
  theChecksOf,
} from './planted-faults.ts';

/** The last heartbeat of the new process at 4.0 s, so the deadline is at 8.0 s. */
const restartEvidence = (): Evidence => ({
  ...normalEvidence(),
  journal: [
    readOfPositions(8_400),
    close('BTCUSDT', 'SELL', 8_500),
    close('ETHUSDT', 'BUY', 8_500),
    readOfPositions(8_600),
  ],
  calls: [call('watchdog', { startedAtMs: T0 + 8_100, answer: answer({ trigger: 'watchdog', bot_id: 'drill' }) })],
  incidents: [
    incident({
      auditLog: [deadItem, item('liquidation_started'), item('liquidation_completed')],
      chain: { ok: true, sealed: true, segments: [intact('a1'), intact('w-2')] },
    }),
  ],
  bots: [
    {
      botId: 'drill',
      beats: [0, 1_000, 2_000, 3_000, 4_000].map(taken),
      row: { watch_state: 'tripped', last_change: 'armed' },
    },
  ],
  ticks: [{ ...tick({ fired: [{ bot_id: 'drill', correlation_id: ID }] }), endedAtMs: T0 + 8_100 }],
});
const withBot = (good: Evidence, changes: Partial<BotEvidence>): Partial<Evidence> => ({
  bots: good.bots.map(bot => ({ ...bot, ...changes })),
});

theChecksOf(rollingRestart, restartEvidence, [
  ['did not end the watch', good => withBot(good, { beats: [refused, ...(good.bots[0]?.beats ?? [])] })],
  ['did not end the watch', good => withBot(good, { row: { watch_state: 'disarmed', last_change: 'armed' } })],
  ['did not end the watch', good => withBot(good, { row: { watch_state: 'tripped', last_change: 'disarmed' } })],
  ['before the deadline', good => ({ journal: [readOfPositions(7_999), ...good.journal] })],
  ['before the deadline', good => withBot(good, { beats: [] })],
  [
    'the watchdog run at the deadline called the liquidator, not the one a minute later',
    good => ({ calls: good.calls.map(one => ({ ...one, startedAtMs: T0 + 8_101 })) }),
  ],
  [
    'the watchdog run at the deadline called the liquidator, not the one a minute later',
    good => ({ ticks: good.ticks.map(one => ({ ...one, startedAtMs: T0 + 8_001 })) }),
  ],
  ['the watchdog run at the deadline called the liquidator, not the one a minute later', () => ({ journal: [] })],
  ['the answer agrees', () => ({ calls: [call('watchdog', { answer: answer({ state: 'partial' }) })] })],
  [
    'the trip, once',
    good => ({ incidents: good.incidents.map(one => ({ ...one, auditLog: [...one.auditLog, deadItem] })) }),
  ],
  LEFT,
  TOO_MUCH,
  OPENED,
  NO_FLAG,
  LIMIT,
  TWO_IDS,
  TWO_ENDS,
  CUT_OFF,
  LEAK,
]);
