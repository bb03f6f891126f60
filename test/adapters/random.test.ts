import { describe, expect, it } from 'vitest';
import { systemRandom } from '../../lambda/adapters/random.ts';

describe('the system’s randomness', () => {
  it('gives fractions from 0 up to, and never, 1', () => {
    const fractions = Array.from({ length: 1_000 }, () => systemRandom.fraction());
    expect(fractions.every(fraction => fraction >= 0 && fraction < 1)).toBe(true);
    expect(new Set(fractions).size).toBe(1_000);
  });

  it.each([1, 6, 7, 32])('gives %s hexadecimal digits', digits => {
    expect(systemRandom.hex(digits)).toMatch(new RegExp(`^[0-9a-f]{${digits}}$`));
  });
});
