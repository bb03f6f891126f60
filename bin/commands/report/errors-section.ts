/** Errors by guide heading: each error with its known effect at the exchange, then what it means and what to do. */

import { html, type Markup } from '../../../lambda/views/markup.ts';
import type { Incident } from '../../incident/incident.ts';
import type { IncidentError } from '../../incident/incident-errors.ts';
import type { GuideSections } from './guide-sections.ts';
import { tableOf } from './table.ts';
import { utcTime } from './words.ts';

const KNOWN_WORDS: Readonly<Record<string, string>> = {
  refused: 'refused: not executed',
  throttled: 'throttled: not executed, wait',
  unreached: 'unreached: certainly not executed',
  unknown: 'unknown: may have been executed',
  forbidden: 'forbidden: the key, the IP address or the location',
};

/** The maximum for one code over hundreds of symbols. */
const MOST_ROWS = 25;

export function errorsSection({ errors, warnings }: Incident, guideSections: GuideSections): Markup {
  const all = [...errors, ...warnings];
  if (all.length === 0) return html`<p>None.</p>`;
  const isWarning = new Set(warnings);
  const groups = Map.groupBy(all, ({ heading, code }) => heading ?? code);
  const urgency = (group: readonly IncidentError[]): number =>
    Math.max(...group.map(({ standing }) => Number(standing)));
  const ordered = [...groups].toSorted(([, a], [, b]) => urgency(b) - urgency(a));
  const blocks = ordered.map(
    ([name, group]) =>
      html`<section><h3>${name}</h3>${tableFor(group, isWarning)}${guideSectionOf(group[0]?.heading, guideSections)}</section>`,
  );
  const shorthand = /\$[A-Z]{2}|<code>ask /.test(blocks.join(''))
    ? html`<p class="note">What <code>ask</code> and names like <code>$STACK</code> mean: docs/troubleshooting.md, “Names and commands”.</p>`
    : undefined;
  return html`${blocks}${shorthand}`;
}

function tableFor(group: readonly IncidentError[], isWarning: ReadonlySet<IncidentError>): Markup {
  const shown = group.toSorted((a, b) => Number(b.standing) - Number(a.standing)).slice(0, MOST_ROWS);
  const more = group.length - shown.length;
  const table = tableOf({
    caption: 'Errors of this kind',
    columns: [
      { name: 'code', kind: 'name' },
      { name: 'symbol', kind: 'name' },
      { name: 'what happened' },
      { name: 'effect at the exchange' },
      { name: 'exchange', kind: 'number' },
      { name: 'seen' },
      { name: 'outcome' },
    ],
    rows: shown.map(one => ({
      cells: [
        html`<code>${one.code}</code>`,
        one.symbol ?? '',
        one.message,
        one.known === undefined
          ? ''
          : ((Object.hasOwn(KNOWN_WORDS, one.known) ? KNOWN_WORDS[one.known] : undefined) ?? one.known),
        [one.httpStatus, one.exchangeCode]
          .filter(code => code !== undefined)
          .join(' / ')
          .replace('-', '−'),
        timesOf(one),
        one.standing ? html`<b class="bad">unresolved</b>` : isWarning.has(one) ? 'warning' : 'resolved',
      ],
      mark: one.standing ? 'bad' : undefined,
    })),
  });
  return html`${table}${more > 0 ? html`<p class="note">And ${more} more of this kind.</p>` : undefined}`;
}

function timesOf({ times, firstAtMs, lastAtMs }: IncidentError): string {
  if (times === 0 || firstAtMs === undefined) return 'from the answer';
  if (times === 1) return utcTime(firstAtMs);
  return `${times} times, ${utcTime(firstAtMs)} to ${utcTime(lastAtMs)}`;
}

function guideSectionOf(heading: string | undefined, guideSections: GuideSections): Markup {
  const guideSection = heading === undefined ? undefined : guideSections(heading);
  if (guideSection === undefined) {
    return html`<p class="note">${heading === undefined ? 'The guide has no section about it.' : `See docs/troubleshooting.md, “${heading}”.`}</p>`;
  }
  return html`<div class="guide"><div><h4>What it means</h4>${guideSection.means}</div><div><h4>What to do</h4>${guideSection.remedy}</div><p class="note">From docs/troubleshooting.md, “${heading}”.</p></div>`;
}
