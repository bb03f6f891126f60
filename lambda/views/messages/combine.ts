/**
 * Combines notifications that arrive together into one message: a mailbox accepts ten messages a second from SNS, then
 * SNS disables the subscription (Amazon SNS, "Quotas": email delivery rate). Every bot is named, nothing is left out.
 *
 *   1 notification           its own message
 *   several of one kind      "23 bots LATE": a line each, in parts where there are hundreds
 *   many kinds at once       one list, by kind
 */

import { NOTHING_SEEN } from '../../contract.ts';
import { boundedText } from '../../core/text/fields.ts';
import type { EventCode } from '../../events.ts';
import { count } from '../words.ts';
import { joinParagraphs, type Message, oneLine, type Place, type Summary, subjectOf } from './message.ts';
import type { Notification } from './notification.ts';

export interface Combined {
  readonly message: Message;
  /** The notifications that the message contains. */
  readonly of: readonly Notification[];
}

/** More kinds than this become one list, because messages are sent at least one second apart. */
const KINDS_MAX = 4;
const LINES_PER_MESSAGE = 300;
const LINE_MAX_CHARS = 220;

export function combine(notifications: readonly Notification[], place: Place): readonly Combined[] {
  const groups = [...Map.groupBy(notifications, ({ kind }) => kind).values()];
  if (groups.length > KINDS_MAX) return listed(groups, place);
  return groups.flatMap(group =>
    group.length === 1 ? group.map(({ message }) => ({ message, of: group })) : listed([group], place),
  );
}

type Group = readonly Notification[];

function listed(groups: readonly Group[], place: Place): readonly Combined[] {
  const parts = partsOf(groups);
  return parts.map((part, index) => {
    const of = part.flat();
    const number = parts.length === 1 ? '' : ` (part ${index + 1} of ${parts.length})`;
    const title = `${titleOf(groups)}${number}`;
    const names = [...new Set(of.flatMap(({ message }) => message.summary.botId ?? []))];
    const headings = [...new Set(of.flatMap(({ message }) => message.summary.heading ?? []))];
    const paragraphs = [
      [title, place.words],
      ...part.map(group => [...(groups.length > 1 ? [titleOf([group])] : []), ...group.map(lineOf)]),
      ['DO', `1. Check the state of all bots: flatline bots${place.flags}`],
      [
        ...headings.map(heading => `Guide: ${place.guide(heading)}`),
        ...(place.dashboard === undefined ? [] : [`Dashboard: ${place.dashboard}`]),
      ],
    ];
    return {
      message: {
        subject: subjectOf(`${title} - ${place.words}${names.length === 0 ? '' : `: ${names.join(', ')}`}`),
        text: joinParagraphs(paragraphs),
      },
      of,
    };
  });
}

/** The groups of each message, cut so that no message has more than LINES_PER_MESSAGE. */
function partsOf(groups: readonly Group[]): readonly (readonly Group[])[] {
  const all = groups.flat();
  return Array.from({ length: Math.ceil(all.length / LINES_PER_MESSAGE) }, (_, index) => {
    const lines = all.slice(index * LINES_PER_MESSAGE, (index + 1) * LINES_PER_MESSAGE);
    return [...Map.groupBy(lines, ({ kind }) => kind).values()];
  });
}

function titleOf(groups: readonly Group[]): string {
  const [group = []] = groups;
  if (groups.length > 1) return `${groups.flat().length} EVENTS: ${groups.map(one => titleOf([one])).join(', ')}`;
  const bots = new Set(group.flatMap(({ message }) => message.summary.botId ?? []));
  const [first] = group;
  const words = first === undefined ? '' : wordsOf(first.kind, group);
  if (bots.size === 0) return `${group.length} × ${words}`;
  return `${count(bots.size, 'bot')} ${words}`;
}

function wordsOf(kind: string, group: Group): string {
  const verdicts = group.map(({ message }) => message.summary.verdict);
  if (kind === 'liquidation_completed' && verdicts.some(verdict => verdict.startsWith(NOTHING_SEEN)))
    return 'FLAT, OR WITH SYMBOLS THAT WERE NOT SEEN';
  return WORDS[kind as EventCode] ?? verdicts[0] ?? '';
}

/** Where the verdicts of a kind differ. */
const WORDS: Partial<Record<EventCode, string>> = {
  liquidation_completed: 'FLAT',
  liquidation_partial: 'NOT FLAT',
  liquidation_failed: 'NOT FLAT',
  bot_dead: 'DEAD: LIQUIDATING',
  bot_recovered: 'REPORT AGAIN',
  bot_snoozed: 'WITH A CHANGED SNOOZE',
  watchdog_problem: 'WITH A PROBLEM',
};

function lineOf({ message }: Notification): string {
  const { verdict, botId, because, correlationId }: Summary = message.summary;
  const who = botId === undefined ? '' : `${botId}: `;
  const why = because === undefined ? '' : ` - ${because}`;
  const suffix = correlationId === undefined ? '' : ` (${correlationId})`;
  return boundedText(oneLine(`${who}${verdict}${why}${suffix}`), LINE_MAX_CHARS);
}
