/**
 * Reads one section by requesting its possible keys; `finish` reports the keys that were not requested, so the code that reads
 * a section is its schema. All problems go to `report`; a refused value reads as its fallback.
 */

import { didYouMean } from '../text/did-you-mean.ts';
import { shownJson, shownText } from './shown-value.ts';
import type { Notation, ValueRule } from './value-rules.ts';

/** A section from either notation. */
export interface RawSection {
  readonly name: string;
  readonly line: number | undefined;
  readonly entries: readonly RawEntry[];
}

interface RawEntry {
  readonly key: string;
  readonly value: unknown;
  readonly line: number | undefined;
}

export type Report = (remark: Remark) => void;

interface SectionReader {
  /** The value by its rule; the fallback when the key is absent or its value was refused and reported. */
  read<T, F>(key: string, rule: ValueRule<T>, fallback: F): T | F;
  /** False when the value of one of these keys was refused. */
  sound(...keys: readonly string[]): boolean;
  /** Reports a rule about several values at the first of the keys that the file has. */
  conflict(keys: readonly string[], remark: Pick<Remark, 'rule' | 'remedy'>): void;
  /** Reports the keys that were not requested. */
  finish(): void;
}

export function openSection(raw: RawSection, notation: Notation, report: Report): SectionReader {
  const entries = new Map(raw.entries.map(entry => [entry.key, entry]));
  const known = new Set<string>();
  const refused = new Set<string>();

  const read = <T, F>(key: string, rule: ValueRule<T>, fallback: F): T | F => {
    known.add(key);
    const entry = entries.get(key);
    if (entry === undefined) return fallback;
    const ruled = rule(entry.value, notation, fallback as unknown as T);
    if (ruled.ok) return ruled.value;
    refused.add(key);
    const shown = notation === 'json' ? shownJson(entry.value) : shownText(String(entry.value));
    const value = ruled.hidden || namesSecret(key) ? {} : { value: shown };
    report({ ...at(raw, entry), ...value, level: 'ERROR', rule: ruled.rule, remedy: ruled.remedy });
    return fallback;
  };

  const conflict: SectionReader['conflict'] = (keys, remark) => {
    const entry = keys.map(key => entries.get(key)).find(found => found !== undefined);
    report({ ...(entry === undefined ? headingOf(raw) : at(raw, entry)), level: 'ERROR', ...remark });
  };

  const finish = (): void => {
    for (const entry of raw.entries) {
      if (known.has(entry.key)) continue;
      const remedy = remedyForUnknown(entry.key, [...known]);
      report({ ...at(raw, entry), level: 'ERROR', rule: 'no such key', remedy });
    }
  };

  return { read, conflict, finish, sound: (...keys) => !keys.some(key => refused.has(key)) };
}

/** The value of such a key may be a secret, whatever its shape. */
const namesSecret = (key: string): boolean => /key|secret|token|password|passphrase|webhook/i.test(key);

/** The position of a section's heading. */
export function headingOf(section: RawSection): Pick<Remark, 'line' | 'key'> {
  return { ...lineOf(section), key: `[${shownText(section.name)}]` };
}

function at(section: RawSection, entry: RawEntry): Pick<Remark, 'line' | 'key'> {
  return { ...lineOf(entry), key: `${shownText(section.name)}.${shownText(entry.key)}` };
}

function lineOf(place: { readonly line: number | undefined }): Pick<Remark, 'line'> {
  return place.line === undefined ? {} : { line: place.line };
}

function remedyForUnknown(key: string, known: readonly string[]): string {
  if (/api_?key|api_?secret|password|private|token/i.test(key)) {
    return 'delete it; credentials belong in Secrets Manager, the configuration only names the secret';
  }
  const heading = headingFor(key);
  if (heading !== undefined) return `move it to ${heading}`;
  const meant = didYouMean(key, known);
  return meant === undefined ? `delete it; the keys here are ${known.join(', ')}` : `did you mean ${meant}?`;
}

/** One finding about a configuration, before its file or variable is known. */
export interface Remark {
  /** ERROR: not valid. CRITICAL, WARNING, INFO: valid, but to be checked. */
  readonly level: 'ERROR' | 'CRITICAL' | 'WARNING' | 'INFO';
  /** Counted from 1; absent in JSON, and for keys that are not in the file. */
  readonly line?: number;
  /** `liquidation.timeout_seconds`, `bot:alpha.secret`, or `[section]`. */
  readonly key?: string;
  /** The value as it may be shown. */
  readonly value?: string;
  /** The rule, or the problem. */
  readonly rule: string;
  /** What to do. */
  readonly remedy: string;
}

/** The keys of each plain section. `read-settings.test.ts` compares them with those that the readers request. */
export const SECTION_KEYS: Readonly<Record<string, readonly string[]>> = {
  liquidation: [
    ...['emergency_liquidation', 'close_positions', 'cancel_orders', 'timeout_seconds', 'max_retries'],
    ...['retry_delay_seconds', 'resume_minutes', 'lockout_minutes', 'confirm_seconds'],
  ],
  exchange: ['environment', 'base_url', 'recv_window_ms', 'account', 'markets'],
  alerts: ['daily_message', 'email', 'chat_webhook_secret', 'docs_url'],
  deployment: [
    ...['name', 'fixed_ip', 'fixed_ip_allocations', 'kms_key', 'test_events', 'secret_admins'],
    ...[
      'account_concurrency',
      'monthly_budget_usd',
      'trail_copy_days',
      'canary',
      'ping_url',
      'watcher_region',
      'region',
    ],
  ],
};
export const BOT_KEYS: readonly string[] = [
  ...['secret', 'secret_arn', 'role', 'heartbeat_seconds', 'late_after_seconds', 'dead_after_seconds', 'exclusive'],
];
export const PLAIN_SECTIONS = Object.keys(SECTION_KEYS);

/** The heading of a key's section, as it is written; undefined: there is none. */
function headingFor(key: string): string | undefined {
  const section = PLAIN_SECTIONS.find(name => SECTION_KEYS[name]?.includes(key));
  if (section !== undefined) return `[${section}]`;
  return BOT_KEYS.includes(key) ? '[bot:ID]' : undefined;
}
