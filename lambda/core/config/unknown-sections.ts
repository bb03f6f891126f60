/**
 * Sections that flatline does not read. In a file of ours each is a mistake. A bot's own file is full of them, but
 * one that was probably meant for us is a mistake there too: ignoring it would put the defaults in its place.
 */

import { typoOf } from '../did-you-mean.ts';
import { headingOf, type RawSection, type Report } from './section-reader.ts';
import { shownText } from './shown-value.ts';

export type ForeignSections = 'refuse' | 'ignore';

const PLAIN_SECTIONS = ['liquidation', 'exchange', 'alerts', 'deployment'];
const BOT_KEYS = [
  'secret',
  'secret_arn',
  'role',
  'heartbeat_seconds',
  'late_after_seconds',
  'dead_after_seconds',
  'exclusive',
];

/** True for the sections that flatline reads. */
export function isOurs(sectionName: string): boolean {
  return PLAIN_SECTIONS.includes(sectionName) || sectionName.startsWith('bot:');
}

export function judgeUnknownSections(sections: readonly RawSection[], foreign: ForeignSections, report: Report): void {
  const ignored: string[] = [];
  for (const section of sections.filter(({ name }) => !isOurs(name))) {
    const meant = sectionMeant(section);
    if (meant === undefined && foreign === 'ignore') {
      ignored.push(section.name);
      continue;
    }
    report({
      ...headingOf(section),
      level: 'ERROR',
      rule: 'no such section',
      remedy:
        meant === undefined
          ? 'delete it; there are [liquidation], [exchange], [bot:ID], [alerts], [deployment]'
          : `did you mean ${meant}?`,
    });
  }
  if (ignored.length > 0) {
    report({
      level: 'INFO',
      rule: `sections that are not flatline’s were ignored: ${shownText(ignored.join(', '))}`,
      remedy: 'nothing to do',
    });
  }
}

/** The section of ours that was misspelled. `[bot]` may well be the bot's own, unless it holds a key of ours. */
function sectionMeant({ name, entries }: RawSection): string | undefined {
  const typo = typoOf(name, PLAIN_SECTIONS);
  if (typo !== undefined) return `[${typo}]`;
  if (/^bots?(?![a-z0-9])/i.test(name) && entries.some(({ key }) => BOT_KEYS.includes(key))) return '[bot:ID]';
  return undefined;
}
