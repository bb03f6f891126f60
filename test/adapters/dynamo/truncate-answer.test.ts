import { describe, expect, it } from 'vitest';
import { truncateAnswer } from '../../../lambda/adapters/dynamo/lock-record.ts';
import type { Answer, AnswerError, RemainingPosition } from '../../../lambda/contract.ts';
import { answerOf, remainingOf } from '../../support/stored-records.ts';

const ID = 'liq_20261121_120000_abcdef';
const error: AnswerError = { code: 'CLOSE_REFUSED', message: '币'.repeat(100), heading: 'Positions not closing' };
const position: RemainingPosition = {
  symbol: 'BTCUSDT',
  position_side: 'BOTH',
  amount: '1',
  notional: '97000',
  protective_orders: 1,
};

describe('an answer that is cut for storage', () => {
  it('is unchanged while it fits', () => {
    expect(JSON.parse(truncateAnswer(answerOf(ID)))).toEqual(answerOf(ID));
  });

  it('is counted in bytes, not in characters', () => {
    const answer: Answer = { ...answerOf(ID), errors: Array<AnswerError>(10).fill(error) };
    // Ten messages of 100 characters are 1,000 characters and 3,000 bytes.
    expect(Buffer.byteLength(truncateAnswer(answer, 3_000))).toBeLessThanOrEqual(3_000);
  });

  it('keeps the first lines of each list and says how many are gone', () => {
    const answer: Answer = {
      ...answerOf(ID),
      errors: Array<AnswerError>(8).fill(error),
      remaining: remainingOf({ positions: Array<RemainingPosition>(5).fill(position) }),
    };
    const stored = JSON.parse(truncateAnswer(answer, 3_000)) as Answer;
    expect(stored.errors).toHaveLength(4);
    expect(stored.remaining.positions).toHaveLength(4);
    // 8 - 4 errors and 5 - 4 positions.
    expect(stored.warnings[0]?.message).toContain('5 lines');
  });

  it('keeps the verdict even when no list fits', () => {
    const answer: Answer = { ...answerOf(ID), errors: Array<AnswerError>(8).fill(error) };
    expect(JSON.parse(truncateAnswer(answer, 10))).toMatchObject({ headline: 'FLAT', success: true, errors: [] });
  });
});
