/**
 * The exchange is overloaded: every kind of 503 that its "General Info" page knows, -1008, a 429 that asks to wait,
 * an order executed without an answer. An unknown outcome is read before anything is sent again.
 */

import type { Fault, JournalEntry } from '../exchange.ts';
import { checkThat } from './checks.ts';
import {
  answeredFlat,
  closedInFull,
  completedAndProven,
  couldOnlyReduce,
  nothingLeft,
  ORDER_PATH,
  oneCorrelationId,
  onlyReduced,
  ordersIn,
} from './expectations.ts';
import { openPortfolio } from './portfolio.ts';
import type { Scenario } from './scenario.ts';
import type { ScenarioStage } from './stage.ts';
import { callAndWait } from './steps.ts';

const POSITIONS_PATH = '/fapi/v3/positionRisk';
const CANCEL_PATH = '/fapi/v1/allOpenOrders';
/** A request that was on its way when the answer came could not know; and a busy machine may take this long to read it. */
const READING_MS = 1_000;
const retryAfterMs = ({ rttMs }: Pick<ScenarioStage, 'rttMs'>): number => 3_000 + Math.ceil(rttMs / 1_000) * 1_000;

/** Each fault applies to one request; `symbol` is its place in the portfolio. */
const faultsFor = (
  stage: Pick<ScenarioStage, 'rttMs'>,
): readonly (readonly [method: string, path: string, symbol: number | undefined, Fault])[] => [
  ['GET', POSITIONS_PATH, undefined, { kind: '503-unavailable' }],
  ['GET', '/fapi/v1/openOrders', undefined, { kind: 'html-503' }],
  ['GET', '/fapi/v1/openAlgoOrders', undefined, { kind: '503-no-code' }],
  ['DELETE', CANCEL_PATH, 0, { kind: '503-unknown', executed: true }],
  ['DELETE', CANCEL_PATH, 1, { kind: '503-internal' }],
  ['POST', ORDER_PATH, 0, { kind: '503-unknown', executed: true }],
  ['POST', ORDER_PATH, 1, { kind: '503-unknown', executed: false }],
  ['POST', ORDER_PATH, 2, { kind: '503-throttled', forced: true }],
  ['POST', ORDER_PATH, 2, { kind: 'limited-429', retryAfterSeconds: retryAfterMs(stage) / 1_000 }],
  ['POST', ORDER_PATH, 3, { kind: 'hang-after' }],
];

function prepare(stage: ScenarioStage): void {
  const symbols = openPortfolio(stage);
  for (const [method, path, number, fault] of faultsFor(stage)) {
    const symbol = number === undefined ? undefined : symbols[number];
    stage.exchange.faults.add({ on: { method, path, ...(symbol !== undefined && { symbol }) }, fault });
  }
}

const allHappened = checkThat(
  'all of it happened: five kinds of 503, -1008, a 429, an order without an answer',
  ({ journal, stage }) => {
    const hit = journal.map(({ fault }) => fault);
    return faultsFor(stage).map(([, , , { kind }]) => hit.includes(kind) || `${kind} hit no request`);
  },
);

const readFirst = checkThat('an order with an unknown outcome was read before another was sent', ({ journal }) => {
  const orders = ordersIn(journal);
  return orders.filter(isUnknown).map(unknown => {
    const next = orders.find(order => order.seq > unknown.seq && samePosition(order, unknown));
    const isRead = journal.some(
      ({ path, status, seq, receivedAtMs }) =>
        path === POSITIONS_PATH && status === 200 && seq > unknown.seq && receivedAtMs < (next?.receivedAtMs ?? 0),
    );
    return next === undefined || isRead || `request ${next.seq} repeats ${unknown.seq} without a read`;
  });
});

const isUnknown = ({ fault }: JournalEntry): boolean => fault === '503-unknown' || fault === 'hang-after';

const samePosition = (a: JournalEntry, b: JournalEntry): boolean =>
  a.params.symbol === b.params.symbol && a.params.positionSide === b.params.positionSide;

const waitedAsRequested = checkThat('after the 429 no request was sent for the requested time', ({ journal, stage }) =>
  journal
    .filter(({ status }) => status === 429)
    .flatMap(limited => {
      const refusedAtMs = limited.answeredAtMs ?? limited.receivedAtMs;
      const fromMs = refusedAtMs + stage.rttMs + READING_MS;
      const early = journal.filter(
        entry => entry.receivedAtMs > fromMs && entry.receivedAtMs < refusedAtMs + retryAfterMs(stage),
      );
      return early.map(
        ({ seq, path, receivedAtMs }) => `request ${seq}, ${path}, after ${Math.round(receivedAtMs - refusedAtMs)} ms`,
      );
    }),
);

export const overload: Scenario = {
  name: 'overload',
  title: 'The exchange is overloaded, as in a market crash',
  promise:
    'On an overloaded exchange the account ends flat, nothing is closed twice, and an order whose outcome is unknown is repeated only after a read.',
  positions: { usual: 4, least: 4, most: 40 },
  settings: { timeoutMs: 20_000, roundTrips: 14 },
  prepare,
  steps: callAndWait(),
  checks: [
    allHappened,
    nothingLeft,
    closedInFull(),
    onlyReduced,
    couldOnlyReduce,
    readFirst,
    waitedAsRequested,
    answeredFlat('liquidate'),
    oneCorrelationId,
    ...completedAndProven,
  ],
};
