/**
 * The exchange is overloaded: every kind of 503 that its "General Info" page knows, -1008, a 429 that asks to wait,
 * an order executed without an answer. An unknown outcome is read before anything is sent again.
 */

import type { Fault, JournalEntry } from '../exchange.ts';
import { completedAndProven } from './common-checks.ts';
import {
  answeredFlat,
  closedInFull,
  couldOnlyReduce,
  nothingLeft,
  ORDER_PATH,
  oneCorrelationId,
  onlyReduced,
  ordersIn,
} from './expectations.ts';
import { openPortfolio } from './portfolio.ts';
import type { Check, Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';
import { callAndWait } from './steps.ts';

const POSITIONS_PATH = '/fapi/v3/positionRisk';
const CANCEL_PATH = '/fapi/v1/allOpenOrders';
/** A request that was on its way when the answer came could not know; and a busy machine may take this long to read it. */
const READING_MS = 1_000;
const retryAfterMs = ({ rttMs }: Pick<Stage, 'rttMs'>): number => 3_000 + Math.ceil(rttMs / 1_000) * 1_000;

/** Each fault applies to one request. */
function faultsFor(
  stage: Pick<Stage, 'rttMs'>,
  [first, second, third, fourth]: readonly string[] = [],
): readonly (readonly [Aim, Fault])[] {
  return [
    [{ method: 'GET', path: POSITIONS_PATH }, { kind: '503-unavailable' }],
    [{ method: 'GET', path: '/fapi/v1/openOrders' }, { kind: 'html-503' }],
    [{ method: 'GET', path: '/fapi/v1/openAlgoOrders' }, { kind: '503-no-code' }],
    [
      { method: 'DELETE', path: CANCEL_PATH, symbol: first },
      { kind: '503-unknown', executed: true },
    ],
    [{ method: 'DELETE', path: CANCEL_PATH, symbol: second }, { kind: '503-internal' }],
    [
      { method: 'POST', path: ORDER_PATH, symbol: first },
      { kind: '503-unknown', executed: true },
    ],
    [
      { method: 'POST', path: ORDER_PATH, symbol: second },
      { kind: '503-unknown', executed: false },
    ],
    [
      { method: 'POST', path: ORDER_PATH, symbol: third },
      { kind: '503-throttled', forced: true },
    ],
    [
      { method: 'POST', path: ORDER_PATH, symbol: third },
      { kind: 'limited-429', retryAfterSeconds: retryAfterMs(stage) / 1_000 },
    ],
    [{ method: 'POST', path: ORDER_PATH, symbol: fourth }, { kind: 'hang-after' }],
  ];
}

interface Aim {
  readonly method: string;
  readonly path: string;
  readonly symbol?: string | undefined;
}

function prepare(stage: Stage): void {
  for (const [{ symbol, ...aim }, fault] of faultsFor(stage, openPortfolio(stage))) {
    stage.exchange.faults.add({ on: { ...aim, ...(symbol !== undefined && { symbol }) }, fault });
  }
}

const allHappened: Check = {
  sentence: 'all of it happened: five kinds of 503, -1008, a 429, an order without an answer',
  judge: ({ journal, stage }) => {
    const hit = journal.map(({ fault }) => fault);
    return faultsFor(stage).flatMap(([, { kind }]) => (hit.includes(kind) ? [] : [`${kind} hit no request`]));
  },
};

const readFirst: Check = {
  sentence: 'an order with an unknown outcome was read before another was sent',
  judge: ({ journal }) => {
    const orders = ordersIn(journal);
    return orders.filter(isUnknown).flatMap(unknown => {
      const next = orders.find(order => order.seq > unknown.seq && samePosition(order, unknown));
      const isRead = journal.some(
        ({ path, status, seq, receivedAtMs }) =>
          path === POSITIONS_PATH && status === 200 && seq > unknown.seq && receivedAtMs < (next?.receivedAtMs ?? 0),
      );
      return next === undefined || isRead ? [] : [`request ${next.seq} repeats ${unknown.seq} without a read`];
    });
  },
};

const isUnknown = ({ fault }: JournalEntry): boolean => fault === '503-unknown' || fault === 'hang-after';

const samePosition = (a: JournalEntry, b: JournalEntry): boolean =>
  a.params.symbol === b.params.symbol && a.params.positionSide === b.params.positionSide;

const waitedAsRequested: Check = {
  sentence: 'after the 429 no request was sent for the requested time',
  judge: ({ journal, stage }) =>
    journal
      .filter(({ status }) => status === 429)
      .flatMap(limited => {
        const refusedAtMs = limited.answeredAtMs ?? limited.receivedAtMs;
        const fromMs = refusedAtMs + stage.rttMs + READING_MS;
        const early = journal.filter(
          entry => entry.receivedAtMs > fromMs && entry.receivedAtMs < refusedAtMs + retryAfterMs(stage),
        );
        return early.map(
          ({ seq, path, receivedAtMs }) =>
            `request ${seq}, ${path}, after ${Math.round(receivedAtMs - refusedAtMs)} ms`,
        );
      }),
};

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
