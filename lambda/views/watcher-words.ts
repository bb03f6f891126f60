/** Why the watcher in another region would warn nobody, and what to do. The same in the daily message and in `status`. */

import type { WatcherReach } from '../events.ts';

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
