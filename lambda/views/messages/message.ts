/**
 * The form of every message: the verdict first, then the facts, what happens next, and what to do. People read it on a
 * phone, minutes after waking up, so lines are short and every line helps.
 *
 *   NOT FLAT, CHECK BY HAND         subject: verdict - bot (production) - why
 *   alpha, production
 *
 *   facts · NEXT · DO: numbered steps · where to read on
 */

import { clockTime, isoMicros } from '../../core/invocation/identity.ts';
import { boundedText } from '../../core/text/fields.ts';
import { dashboardUrl, guideAt } from '../../guide-link.ts';

export interface Message {
  /** ASCII, one line, 99 characters at most. */
  readonly subject: string;
  readonly text: string;
}

/** The part of a message that is printed when several are combined into a list. */
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
  /** A drill: nothing of this is real. */
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
      ...(correlationId === undefined ? [] : [`Audit log: flatline audit show ${correlationId}${flags}`]),
      ...(dashboard === undefined ? [] : [`Dashboard: ${dashboard}`]),
    ],
  ];
  return {
    subject: subjectOf([verdict, who, ...(because === undefined ? [] : [because])].join(' - ')),
    text: boundedText(
      joinParagraphs(paragraphs.map(lines => lines.map(line => boundedText(oneLine(line), LINE_MAX_CHARS)))),
      TEXT_MAX_CHARS,
    ),
    summary: { verdict, botId, because, heading, correlationId },
  };
}

/** Empty paragraphs are left out. */
export const joinParagraphs = (paragraphs: readonly (readonly string[])[]): string =>
  paragraphs
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n');

/** `margin call` to `Margin call.` */
export const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;

/** A reason, or an error of the exchange. More is not readable on a phone; the audit log has the full text. */
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
  return subject.length <= MOST_SUBJECT_CHARS
    ? subject
    : `${subject.slice(0, MOST_SUBJECT_CHARS - 3).replace(/ \S*$/, '')}...`;
}

/** Text written by others (reasons, names of bots) must not add lines or invisible characters. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .toWellFormed()
    .trimEnd();

/** The deployment that a message is from. */
export interface Place {
  /** `production`, or `production-desk2`. */
  readonly words: string;
  /** ` --env testnet --name desk2`, with a space before; empty for the usual one. */
  readonly flags: string;
  /** The address of a section of docs/troubleshooting.md. A phone opens an address, not a path. */
  guide(heading: string): string;
  /** Undefined: no dashboard, as on a local cloud. */
  readonly dashboard: string | undefined;
}

interface Links {
  /** `alerts.docs_url`. */
  readonly docsUrl?: string | undefined;
  readonly region?: string | undefined;
}

/** Where `stackName` is not a name of flatline (a local cloud), the exchange's environment is used instead. */
export function placeOf(
  stackName: string | undefined,
  environment: 'production' | 'testnet',
  { docsUrl, region }: Links = {},
): Place {
  const [whole, of = environment, suffix] = /^flatline-(production|testnet)(?:-(.+))?$/.exec(stackName ?? '') ?? [];
  const flags = [...(of === 'testnet' ? [' --env testnet'] : []), ...(suffix ? [` --name ${suffix}`] : [])];
  return {
    words: suffix ? `${of}-${suffix}` : of,
    flags: flags.join(''),
    guide: heading => guideAt(heading, docsUrl),
    dashboard: whole === undefined || region === undefined ? undefined : dashboardUrl(region, whole),
  };
}

/** `2026-11-21 08:56:20 UTC`. */
export const moment = (atMs: number): string => `${isoMicros(atMs).slice(0, 19).replace('T', ' ')} UTC`;

/** `08:56:20 UTC`. */
export const clock = (atMs: number): string => `${clockTime(atMs)} UTC`;

/** `At 2026-11-21 08:56:20 UTC.`; no line where the instant is not known. */
export const instantLine = (label: string, atMs: number | undefined): readonly string[] =>
  atMs === undefined ? [] : [`${label} ${moment(atMs)}.`];

/** Shortens instants within a text from microseconds to seconds. */
export const readableInstants = (text: string): string =>
  text.replace(/\b(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z/g, '$1 $2 UTC');

/** How to close an account by hand, when flatline does not try again. Each command ends with the `flags` that reach the deployment. */
export const manualSteps = (botId: string, flags: string, pages: readonly string[] = []): readonly string[] => [
  `Stop the bot ${botId}.`,
  `Binance, ${pages.length === 0 ? 'USDS-M Futures' : pages.join(' and ')}, this account: cancel its open orders except the stops, close each position at market, then cancel the stops.`,
  `Or try again: flatline liquidate --bot ${botId}${flags}`,
  `Verify: flatline liquidate --bot ${botId} --dry-run${flags} must find nothing.`,
];
