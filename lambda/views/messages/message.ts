/**
 * The form of every message: the verdict first, then what is, what comes, what to do. Read on a phone by somebody who
 * was asleep a minute ago, so lines are short, and nothing stands in it that does not help.
 *
 *   NOT FLAT, CHECK BY HAND         subject: verdict - bot (production) - why
 *   alpha, production
 *
 *   facts · NEXT · DO: numbered steps · where to read on
 */

import { boundedText } from '../../core/text/bounded-text.ts';
import type { Place } from './place.ts';

export interface Message {
  /** ASCII, one line, 99 characters at most. */
  readonly subject: string;
  readonly text: string;
}

/** What of a message stands in a list of several that happen together. */
export interface Summary {
  readonly verdict: string;
  readonly botId: string | undefined;
  readonly because: string | undefined;
  readonly heading: string | undefined;
  readonly correlationId: string | undefined;
}

export interface ComposedMessage extends Message {
  readonly summary: Summary;
}

export interface Draft {
  readonly verdict: string;
  /** The bot; undefined when the message is about the whole deployment. */
  readonly botId?: string | undefined;
  /** Two or three words for the subject. */
  readonly because?: string | undefined;
  /** Nothing of this is real. */
  readonly isDrill?: boolean;
  /** Paragraphs of lines. */
  readonly facts: readonly (readonly string[])[];
  readonly next?: string | undefined;
  readonly steps?: readonly string[];
  /** A heading of docs/troubleshooting.md. */
  readonly heading?: string | undefined;
  readonly correlationId?: string | undefined;
}

export function compose(draft: Draft, { words, flags, guide, dashboard }: Place): ComposedMessage {
  const { botId, because, facts, next, steps = [], heading, correlationId } = draft;
  const verdict = `${draft.isDrill ? 'DRILL: ' : ''}${draft.verdict}`;
  const who = botId === undefined ? words : `${botId} (${words})`;
  const paragraphs = [
    [verdict, botId === undefined ? words : `${botId}, ${words}`],
    ...facts,
    next === undefined ? [] : [`NEXT: ${next}`],
    steps.length === 0 ? [] : ['DO', ...steps.map((step, index) => `${index + 1}. ${step}`)],
    [
      ...(heading === undefined ? [] : [`Guide: ${guide(heading)}`]),
      ...(correlationId === undefined ? [] : [`Trail: flatline audit show ${correlationId}${flags}`]),
      ...(dashboard === undefined ? [] : [`Dashboard: ${dashboard}`]),
    ],
  ];
  return {
    subject: subjectOf([verdict, who, ...(because === undefined ? [] : [because])].join(' - ')),
    text: boundedText(
      paragraphs
        .filter(lines => lines.length > 0)
        .map(lines => lines.map(line => boundedText(oneLine(line), LINE_MAX_CHARS)).join('\n'))
        .join('\n\n'),
      TEXT_MAX_CHARS,
    ),
    summary: { verdict, botId, because, heading, correlationId },
  };
}

/** A reason, an error of the exchange. Nobody reads more on a phone; the trail has the whole of it. */
const LINE_MAX_CHARS = 1_000;
/** Amazon SNS, Publish: a message has 256 KiB at most, and a UTF-16 code unit up to three bytes. */
const TEXT_MAX_CHARS = 80_000;

/** Amazon SNS, Publish: a subject has less than 100 characters; mail programs are safest with ASCII. */
const MOST_SUBJECT_CHARS = 99;

export function subjectOf(text: string): string {
  const ascii = oneLine(text)
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/[–—−]/g, '-')
    .replaceAll('…', '...')
    .replace(/[^\x20-\x7e]/gu, '?')
    .trim();
  const subject = ascii === '' ? 'flatline' : ascii;
  return subject.length <= MOST_SUBJECT_CHARS ? subject : `${subject.slice(0, MOST_SUBJECT_CHARS - 3)}...`;
}

/** What others wrote (reasons, names of bots) must not make lines of its own, nor anything that is not seen. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .toWellFormed()
    .trimEnd();
