/** The canary in a line, as `status` and the control panel show it. */

import type { CanaryStanding } from '../core/heartbeat/canary.ts';

interface CanaryLine {
  readonly words: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'plain';
  /** A sentence, when something is wrong. */
  readonly wrong: string | undefined;
}

/** `ago` writes an instant as an age. */
export function canaryLine(standing: CanaryStanding, ago: (atMs: number) => string): CanaryLine {
  switch (standing.kind) {
    case 'never':
      return line('has not run yet; it runs each morning', 'warn');
    case 'dying':
      return line(
        `sent its heartbeat ${ago(standing.sinceMs)} and is silent now; its result is checked ten minutes later`,
        'plain',
      );
    case 'passed':
      return line(`passed ${ago(standing.atMs)}, answered ${seconds(standing.tookMs)} after its deadline`, 'good');
    case 'failed': {
      const words = `FAILED ${ago(standing.atMs)}: ${standing.problems}`;
      return line(words, 'bad', `the canary ${words}; a dead bot may not be liquidated`);
    }
    case 'overdue': {
      const words = `last seen ${ago(standing.atMs)}`;
      return line(words, 'bad', `the canary was ${words}, and should be daily: see the health check`);
    }
  }
}

const line = (words: string, tone: CanaryLine['tone'], wrong?: string): CanaryLine => ({ words, tone, wrong });
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
