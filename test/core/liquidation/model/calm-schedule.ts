/** A schedule in which nothing goes wrong, to change by hand. */

import type { ExchangeWays, JobWays, Schedule } from './schedule.ts';

const EXCHANGE: ExchangeWays = {
  ...{ wireMs: 10, spreadMs: 0, positionLagMs: 0, listLagMs: 0, lagsUntilMs: 0 },
  ...{
    thinBook: undefined,
    emptyUntilMs: 0,
    largestQuantity: undefined,
    documentedLargest: undefined,
    leastQuantity: 0,
  },
  ...{ takenDigits: 3, writtenDigits: 3, queueMs: 0, queueUntilMs: 0 },
  ...{ reservedBy: 'all-same-side', oversize: 'reject', receipts: 'full', emptyCancel: 'ok', weightUsed: 0 },
};

const JOB: JobWays = {
  ...{ timeoutMs: 5_000, maxRetries: 3, retryDelayMs: 500, jitter: 0.5, recvWindowMs: 5_000 },
  ...{ hasWallet: true, closePositions: true, cancelOrders: true, symbols: undefined, mayActAfterMs: 10 },
  confirmMs: 10_000,
};

export interface Changes extends Partial<Omit<Schedule, 'exchange' | 'job'>> {
  readonly exchange?: Partial<ExchangeWays>;
  readonly job?: Partial<JobWays>;
}

export const calmSchedule = ({ exchange, job, ...rest }: Changes = {}): Schedule => ({
  ...{ seed: 1, hedge: false, positions: [], orders: [], conditionals: [], twapOrders: [], trades: [], faults: [] },
  ...{ key: undefined, clockSteps: [], halts: [], limits: [], ...rest },
  exchange: { ...EXCHANGE, ...exchange },
  job: { ...JOB, ...job },
});
