/**
 * The exchange's only source of randomness: the same seed gives the same market, jitter and IDs. mulberry32 has 32 bits of
 * state: enough for noise, useless for secrets.
 */

/** Returns a function that gives the next fraction in [0, 1). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** An ID as the exchange makes it for an order without one: 22 letters and digits. */
export function randomId(random: () => number): string {
  return Array.from({ length: 22 }, () => LETTERS.charAt(Math.floor(random() * LETTERS.length))).join('');
}
