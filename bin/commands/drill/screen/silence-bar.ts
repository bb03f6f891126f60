/** A bar of a bot's silence: `├▒▒▒▒▒▒▒▒▒▒▒▒████──────┤`. The full part is late, the end is dead. */

const BAR = 24;

/** Both as shares of the time after which it is dead. */
export function silenceBar(share: number, lateShare: number): string {
  const cells = Array.from({ length: BAR }, (_, index) => {
    const at = (index + 0.5) / BAR;
    if (at > share) return '─';
    return at < lateShare ? '▒' : '█';
  });
  return `├${cells.join('')}┤`;
}
