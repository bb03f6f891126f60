/** What flatline's checks of itself found, in words: the canary, and the watcher in another region. */

import type { CanaryStanding } from '../core/heartbeat/canary.ts';
import type { WatcherReach } from '../events.ts';

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

const WORDS: Readonly<Record<Exclude<WatcherReach, 'confirmed'>, (region: string) => string>> = {
  pending: region =>
    `THE WATCHER IN ${region} REACHES NOBODY: its mail subscription is not confirmed. Open the confirmation mail from AWS that names the watcher; docs/troubleshooting.md, "The watcher reaches nobody".`,
  gone: region =>
    `THE WATCHER IN ${region} REACHES NOBODY: the mail address of the configuration is not subscribed to it. Deploying again does not bring it back: see docs/troubleshooting.md, "The watcher reaches nobody".`,
  missing: region =>
    `THE WATCHER IN ${region} IS NOT DEPLOYED: the configuration names its region. Run npx cdk deploy -c stack=watcher, or remove watcher_region.`,
  unknown: region => `The watcher in ${region} could not be checked: AWS there did not say who is subscribed.`,
};

/** What nobody else would tell: so it is sent without a daily message too. */
export const isWatcherUnheard = (reach: unknown): boolean =>
  reach === 'pending' || reach === 'gone' || reach === 'missing';

/** Empty when all is well, and for a value that nobody knows. */
export function watcherWords(reach: unknown, region: string | undefined): readonly string[] {
  if (typeof reach !== 'string' || !Object.hasOwn(WORDS, reach)) return [];
  return [WORDS[reach as keyof typeof WORDS](region ?? 'another region')];
}
