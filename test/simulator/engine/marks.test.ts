import { describe, expect, it } from 'vitest';
import { stage } from '../stage.ts';

describe('a random walk', () => {
  const marksOf = async (seed: number, walk: object) => {
    const { exchange, clock, call } = stage({ seed });
    exchange.moveMarks(walk);
    clock.advance(1_000);
    const { rows } = await call('GET', '/fapi/v1/premiumIndex');
    return rows.map(({ markPrice }) => String(markPrice));
  };

  it('is the same for the same seed and another for another', async () => {
    const marks = await marksOf(1, { steps: 5 });
    expect(await marksOf(1, { steps: 5 })).toEqual(marks);
    expect(await marksOf(2, { steps: 5 })).not.toEqual(marks);
  });

  it('moves no further than its steps, and only the symbols asked for', async () => {
    const [bitcoin, ether] = await marksOf(3, { steps: 10, stepRatio: 0.001, symbols: ['BTCUSDT'] });
    // Ten steps of at most 0.1 % each: 67000 × 0.999^10 and × 1.001^10, with room for the ticks.
    expect(Number(bitcoin)).toBeGreaterThan(66_332);
    expect(Number(bitcoin)).toBeLessThan(67_674);
    expect(bitcoin).not.toBe('67000.00000000');
    expect(ether).toBe('3300.00000000');
  });

  it('takes its steps in time, and catches up when the exchange is touched again', async () => {
    const atOnce = await marksOf(4, { steps: 4 });
    expect(await marksOf(4, { steps: 4, everyMs: 250 })).toEqual(atOnce);
    expect(await marksOf(4, { steps: 4, everyMs: 251 })).not.toEqual(atOnce);
  });
});
