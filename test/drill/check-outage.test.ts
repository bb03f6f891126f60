/** The scenario of a table without writes: each check holds, and fails when it should. */

import { brownout } from '../../simulator/scenarios/brownout.ts';
import type { BotEvidence, Evidence } from '../../simulator/scenarios/evidence.ts';
import {
  answer,
  call,
  close,
  deadItem,
  incident,
  item,
  normalEvidence,
  readOfPositions,
  request,
  T0,
  taken,
  tick,
} from './kept-promise.ts';
import { CUT_OFF, LEAK, OPENED, TWO_ENDS, theChecksOf } from './planted-faults.ts';

const lost = (atMs: number) => ({ atMs: T0 + atMs, outcome: 'not stored', correlationId: undefined }) as const;
const withoutItem = (good: Evidence, type: string): Partial<Evidence> => ({
  incidents: good.incidents.map(one => ({
    ...one,
    auditLog: one.auditLog.filter(({ event_type }) => event_type !== type),
  })),
});
const withBot = (good: Evidence, index: number, changes: Partial<BotEvidence>): Partial<Evidence> => ({
  bots: good.bots.map((bot, at) => (at === index ? { ...bot, ...changes } : bot)),
});

/** Two whose heartbeats are lost for eight seconds, and one that died before; writes work again at 9.0 s. */
const beatsOver = (outageMs: number) => [taken(0), taken(1_000), lost(2_000), lost(8_500), taken(1_000 + outageMs)];
const brownoutEvidence = (): Evidence => ({
  ...normalEvidence(),
  journal: [
    { ...readOfPositions(12_000), account: 'gone' },
    { ...close('BTCUSDT', 'SELL', 12_100), account: 'gone' },
  ],
  calls: [call('watchdog', { startedAtMs: T0 + 11_900, answer: answer({ bot_id: 'gone' }) })],
  incidents: [incident({ auditLog: [deadItem, item('liquidation_completed')] })],
  bots: [
    { botId: 'b0', beats: beatsOver(8_200), row: { watch_state: 'disarmed' } },
    { botId: 'b1', beats: beatsOver(8_000), row: { watch_state: 'disarmed' } },
    { botId: 'gone', beats: [taken(0)], row: { watch_state: 'tripped' } },
  ],
  ticks: [tick(), tick({ fired: [{ bot_id: 'gone', correlation_id: 'liq_x' }] })],
});

theChecksOf(brownout, brownoutEvidence, [
  [
    'none of the 39 bots',
    good => ({ ticks: [...good.ticks, tick({ fired: [{ bot_id: 'b1', correlation_id: 'liq_y' }] })] }),
  ],
  ['none of the 39 bots', good => withBot(good, 0, { row: { watch_state: 'tripped' } })],
  ['none of the 39 bots', good => ({ journal: [...good.journal, { ...readOfPositions(12_300), account: 'b0' }] })],
  ['for longer than a bot may be silent', good => withBot(good, 1, { beats: [taken(0), lost(1_000), taken(5_900)] })],
  ['for longer than a bot may be silent', good => withBot(good, 0, { beats: [taken(0)] })],
  ['tripped once', good => ({ calls: [...good.calls, ...good.calls] })],
  [
    'tripped once',
    good => ({ calls: good.calls.map(one => ({ ...one, answer: answer({ bot_id: 'gone', state: 'partial' }) })) }),
  ],
  ['tripped once', good => ({ calls: good.calls.map(one => ({ ...one, answer: answer({ bot_id: 'b0' }) })) })],
  // The first beat was stored again at 9.0 s, and a beat may come a heartbeat after the writes are back.
  ['tripped once', () => ({ journal: [{ ...readOfPositions(10_900), account: 'gone' }] })],
  ['tripped once', () => ({ journal: [] })],
  OPENED,
  [
    'could only reduce',
    good => ({
      journal: [
        ...good.journal,
        { ...request('POST', '/fapi/v1/order', 12_200, { symbol: 'BTCUSDT', side: 'SELL' }), account: 'gone' },
      ],
    }),
  ],
  [
    'rate limit',
    good => ({
      journal: [
        ...good.journal,
        { ...request('GET', '/fapi/v1/openOrders', 12_200, {}, { status: 429 }), account: 'gone' },
      ],
    }),
  ],
  ['one trip', good => withoutItem(good, 'bot_dead')],
  TWO_ENDS,
  CUT_OFF,
  LEAK,
]);
