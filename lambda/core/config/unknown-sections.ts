/**
 * Which sections of a file belong to flatline. A bot's own file may have its own [exchange] or [alerts]: those belong to
 * flatline only if they have a flatline key, or a probable misspelling of one. [flatline.exchange] always belongs to flatline,
 * and then [exchange] belongs to the bot.
 */

import { typoOf } from '../text/did-you-mean.ts';
import { BOT_KEYS, headingOf, PLAIN_SECTIONS, type RawSection, type Report, SECTION_KEYS } from './section-reader.ts';
import { shownText } from './shown-value.ts';
import type { Notation } from './value-rules.ts';

export type ForeignSections = 'refuse' | 'ignore';

const OWN_PREFIX = 'flatline.';

/** True for the sections that flatline reads. */
export const isOurs = (sectionName: string): boolean =>
  PLAIN_SECTIONS.includes(sectionName) || sectionName.startsWith('bot:');

/** Renames the bot's own sections, so that the file can be read like flatline's own. */
export function withoutBotsOwn(sections: readonly RawSection[]): readonly RawSection[] {
  const prefixed = new Set(sections.flatMap(({ name }) => (name.startsWith(OWN_PREFIX) ? [ownName(name)] : [])));
  return sections.map(section => {
    const { name, entries } = section;
    if (name.startsWith(OWN_PREFIX)) return { ...section, name: ownName(name) };
    const keys = name === 'liquidation' || !PLAIN_SECTIONS.includes(name) ? undefined : SECTION_KEYS[name];
    const isBots = prefixed.has(name) || (keys !== undefined && !entries.some(({ key }) => isMeant(key, keys)));
    return isBots && entries.length > 0 ? { ...section, name: `${name}${OF_THE_BOT}` } : section;
  });
}

const OF_THE_BOT = ' (the bot’s)';
const ownName = (name: string): string => name.slice(OWN_PREFIX.length).trim();
const isMeant = (key: string, keys: readonly string[]): boolean => typoOf(key, keys) !== undefined;

/** A flatline key before the first section: it would be ignored. */
export const isKeyOfOurs = (key: string): boolean => [...Object.values(SECTION_KEYS).flat(), ...BOT_KEYS].includes(key);

export function judgeUnknownSections(sections: readonly RawSection[], foreign: ForeignSections, report: Report): void {
  const ignored: string[] = [];
  for (const section of sections.filter(({ name }) => !isOurs(name))) {
    const meant = sectionMeant(section);
    if (meant === undefined && foreign === 'ignore') {
      ignored.push(section.name);
      continue;
    }
    const all = 'delete it; the sections are [liquidation], [exchange], [bot:ID], [alerts], [deployment]';
    const remedy = meant === undefined ? all : `did you mean ${meant}?`;
    report({ ...headingOf(section), level: 'ERROR', rule: 'no such section', remedy });
  }
  if (ignored.length === 0) return;
  const rule = `sections of other programs were ignored: ${shownText(ignored.join(', '))}`;
  const isBots = ignored.some(name => name.endsWith(OF_THE_BOT));
  const hint = isBots ? '; flatline’s own sections may be called [flatline.exchange], [flatline.alerts]' : '';
  report({ level: 'INFO', rule, remedy: `nothing to do${hint}` });
}

/** For a file without a flatline section: names the section that was probably meant. */
export function nothingOfOurs(sections: readonly RawSection[], notation: Notation, report: Report): void {
  const misspelled = sections.flatMap(section => {
    const meant = sectionMeant(section);
    return meant === undefined ? [] : [{ section, meant }];
  });
  for (const { section, meant } of misspelled) {
    report({ ...headingOf(section), level: 'ERROR', rule: 'no such section', remedy: `did you mean ${meant}?` });
  }
  if (misspelled.length > 0) return;
  const remedy =
    notation === 'json'
      ? 'name the right file; in JSON it contains {"liquidation": {…}}'
      : 'name the right file, or add [liquidation] with your settings';
  report({ level: 'ERROR', rule: 'this file has no flatline section, so nothing in it would be read', remedy });
}

/** The flatline section that was misspelled. `[bot]` may be the bot's own, unless it is empty, as ours often is, or has a flatline key. */
function sectionMeant({ name, entries }: RawSection): string | undefined {
  const typo = typoOf(name, PLAIN_SECTIONS);
  if (typo !== undefined) return `[${typo}]`;
  const isOurBot = entries.length === 0 || entries.some(({ key }) => isMeant(key, BOT_KEYS));
  return /^bots?(?![a-z0-9])/i.test(name) && isOurBot ? '[bot:ID]' : undefined;
}
