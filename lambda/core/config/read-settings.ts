/**
 * Reads a configuration, from INI (people) or JSON (the stack), and reports all problems at once, each with its place, value,
 * rule and remedy. A valid one also gets the findings of a security review (advice.ts). Never throws.
 */

import { isObject, jsonIn } from '../text/fields.ts';
import { advise } from './advice.ts';
import { buildSettings } from './build-settings.ts';
import { parseIni } from './ini.ts';
import type { RawSection, Remark } from './section-reader.ts';
import {
  type BotSettings,
  defaultBot,
  EXCHANGE_HOSTS,
  type ExchangeEnvironment,
  type FileSettings,
  SAFE_DEFAULTS,
  type Settings,
} from './settings.ts';
import { shownJson, shownText } from './shown-value.ts';
import { type ForeignSections, isKeyOfOurs, isOurs, nothingOfOurs, withoutBotsOwn } from './unknown-sections.ts';
import type { Notation } from './value-rules.ts';

export interface Finding extends Remark {
  /** The file or the variable that was read. */
  readonly source: string;
}

export type SettingsReading =
  | { readonly ok: true; readonly settings: FileSettings; readonly findings: readonly Finding[] }
  | { readonly ok: false; readonly findings: readonly Finding[] };

interface ReadOptions {
  /** The environment it is used for; by default the one that it names. */
  readonly environment?: ExchangeEnvironment;
  readonly awsRegion?: string;
}

export interface ReadIniOptions extends ReadOptions {
  /**
   * `ignore`: for a bot's own file that has flatline sections among others. Sections of other programs give an INFO and are
   * not read (unknown-sections.ts decides which); a probable misspelling of a flatline section is an error. By default every
   * unknown section is an error.
   */
  readonly foreignSections?: ForeignSections;
}

const MOST_FINDINGS = 100;

/** AWS Lambda, "Quotas": all environment variables of a function share 4 KB. The rest is for the other variables. */
const MOST_JSON_CHARS = 3_000;

export function readIni(text: string, source: string, options: ReadIniOptions = {}): SettingsReading {
  const foreignSections = options.foreignSections ?? 'refuse';
  const { sections: written, problems } = parseIni(text);
  const sections = foreignSections === 'ignore' ? withoutBotsOwn(written) : written;
  // By the name in the file, because a section of the bot may have the same name as a flatline section.
  const ours = new Set(written.filter((_, at) => isOurs(sections[at]?.name ?? '')).map(({ name }) => name));
  const remarks = problems
    .filter(({ section, key, isWhole = false }) => {
      if (isWhole || (foreignSections === 'refuse' && ours.size > 0)) return true;
      return section === undefined ? key !== undefined && isKeyOfOurs(key) : ours.has(section);
    })
    .map(({ line, rule, remedy }): Remark => ({ level: 'ERROR', line, rule, remedy }));
  return judge({ sections, remarks, notation: 'ini', foreignSections, source, options });
}

/** Accepts the same sections and keys as the INI: `{"liquidation": {"timeout_seconds": 5}, "bot:alpha": {}}`. */
export function readJson(text: string, source: string, options: ReadIniOptions = {}): SettingsReading {
  const foreignSections = options.foreignSections ?? 'refuse';
  const { sections: written, remarks: all } = sectionsOfJson(text);
  const sections = foreignSections === 'ignore' ? withoutBotsOwn(written) : written;
  const foreign = foreignSections === 'ignore' ? sections.filter(({ name }) => !isOurs(name)) : [];
  const remarks = all.filter(({ key }) => !foreign.some(({ name }) => key === `[${shownText(name)}]`));
  return judge({ sections, remarks, notation: 'json', foreignSections, source, options });
}

/**
 * The JSON that `readJson` reads back to the same settings, without what only the stack needs. Bots name only what differs from
 * their defaults, so that a hundred of them fit into the environment.
 */
export function toJson({ liquidation, exchange, bots, alerts }: Settings): string {
  const defaultUrl = EXCHANGE_HOSTS[exchange.environment];
  return JSON.stringify({
    liquidation: {
      emergency_liquidation: liquidation.emergencyLiquidation,
      close_positions: liquidation.closePositions,
      cancel_orders: liquidation.cancelOrders,
      timeout_seconds: liquidation.timeoutMs / 1_000,
      max_retries: liquidation.maxRetries,
      retry_delay_seconds: liquidation.retryDelayMs / 1_000,
      resume_minutes: liquidation.resumeMs / 60_000,
      lockout_minutes: liquidation.lockoutMs / 60_000,
      confirm_seconds: liquidation.confirmMs / 1_000,
    },
    exchange: {
      environment: exchange.environment,
      base_url: exchange.baseUrl === defaultUrl ? undefined : exchange.baseUrl,
      recv_window_ms: exchange.recvWindowMs,
      account: exchange.account === SAFE_DEFAULTS.exchange.account ? undefined : exchange.account,
      markets: exchange.markets.join() === SAFE_DEFAULTS.exchange.markets.join() ? undefined : exchange.markets,
    },
    ...Object.fromEntries(bots.map(bot => [`bot:${bot.botId}`, botToJson(bot)])),
    alerts: {
      email: alerts.email,
      chat_webhook_secret: alerts.chatWebhookSecret,
      daily_message: alerts.dailyMessage,
      docs_url: alerts.docsUrl,
    },
  });
}

function botToJson(bot: BotSettings): Readonly<Record<string, unknown>> {
  const defaults = defaultBot(bot.botId);
  const changed = <T>(value: T, usual: T, written: unknown): unknown => (value === usual ? undefined : written);
  return {
    secret: changed(bot.secretName, defaults.secretName, bot.secretName),
    heartbeat_seconds: changed(bot.heartbeatMs, defaults.heartbeatMs, bot.heartbeatMs / 1_000),
    late_after_seconds: changed(bot.lateAfterMs, defaults.lateAfterMs, bot.lateAfterMs / 1_000),
    dead_after_seconds: changed(bot.deadAfterMs, defaults.deadAfterMs, bot.deadAfterMs / 1_000),
    exclusive: changed(bot.exclusive, defaults.exclusive, bot.exclusive),
  };
}

/** One line for people: `[ERROR] config/production.ini:12 liquidation.timeout_seconds = 50: must be …; lower it …`. */
export function formatFinding({ level, source, line, key, value, rule, remedy }: Finding): string {
  const place = `${shownText(source)}${line === undefined ? '' : `:${line}`}`;
  const subject = key === undefined ? '' : ` ${key}${value === undefined ? '' : ` = ${value}`}`;
  return `[${level}] ${place}${subject}: ${rule}; ${remedy}`;
}

interface Case {
  readonly sections: readonly RawSection[];
  /** Problems found so far. */
  readonly remarks: readonly Remark[];
  readonly notation: Notation;
  readonly foreignSections: ForeignSections;
  readonly source: string;
  readonly options: ReadOptions;
}

function judge({ sections, remarks, notation, foreignSections, source, options }: Case): SettingsReading {
  // A text that is not a document has no further findings.
  if (sections.length === 0 && remarks.length > 0) return { ok: false, findings: findingsOf(remarks, source) };
  // A function without a configuration has an empty document: the defaults apply.
  const isEmptyDocument = notation === 'json' && sections.length === 0;
  const known = notation === 'json' ? withoutBotsOwn(sections) : sections;
  if (!known.some(({ name }) => isOurs(name)) && !isEmptyDocument) {
    const found: Remark[] = [];
    nothingOfOurs(known, notation, remark => found.push(remark));
    return { ok: false, findings: findingsOf(found, source) };
  }
  const built = buildSettings(sections, { notation, foreignSections });
  const all = [...remarks, ...built.remarks];
  const jsonChars = toJson(built.settings).length;
  if (notation === 'ini' && jsonChars > MOST_JSON_CHARS) all.push(tooLarge(jsonChars));
  if (all.some(({ level }) => level === 'ERROR')) return { ok: false, findings: findingsOf(all, source) };

  const environment = options.environment ?? built.settings.exchange.environment;
  const advice = advise(built.settings, { ...options, environment });
  all.push(...advice.map(remark => ({ ...lineOf(remark, sections), ...remark })));
  return { ok: true, settings: built.settings, findings: findingsOf(all, source) };
}

function tooLarge(jsonChars: number): Remark {
  return {
    level: 'ERROR',
    rule: `the configuration takes ${jsonChars} characters of the functions’ environment, ${MOST_JSON_CHARS} at most`,
    remedy: 'give fewer bots their own settings, or deploy some of them with a second stack',
  };
}

/** The line of the setting, if there is one. */
function lineOf({ key = '' }: Remark, sections: readonly RawSection[]): Pick<Remark, 'line'> {
  const dot = key.indexOf('.');
  const section = sections.find(({ name }) => name === key.slice(0, dot));
  const line = section?.entries.find(entry => entry.key === key.slice(dot + 1))?.line;
  return line === undefined ? {} : { line };
}

/** In the order of the file; findings about the whole file come last. */
function findingsOf(remarks: readonly Remark[], source: string): readonly Finding[] {
  const lineOrEnd = ({ line }: Remark): number => line ?? Number.MAX_SAFE_INTEGER;
  const findings = remarks
    .map((remark): Finding => ({ ...remark, source }))
    .sort((a, b) => lineOrEnd(a) - lineOrEnd(b));
  if (findings.length <= MOST_FINDINGS) return findings;
  const rule = `${findings.length - MOST_FINDINGS} more problems are not listed`;
  const rest: Finding = { level: 'ERROR', source, rule, remedy: 'correct the first ones and check again' };
  return [...findings.slice(0, MOST_FINDINGS), rest];
}

/** An object of objects. The parser's message is not shown, because it repeats the text. */
function sectionsOfJson(text: string): {
  readonly sections: readonly RawSection[];
  readonly remarks: readonly Remark[];
} {
  const document = jsonIn(text);
  if (!isObject(document)) {
    const rule = document === undefined ? 'this is not JSON' : 'the JSON must be an object of sections';
    const remedy = 'deploy again from a valid file, or write {"liquidation": {…}, "bot:ID": {…}}';
    return { sections: [], remarks: [{ level: 'ERROR', rule, remedy }] };
  }
  const sections: RawSection[] = [];
  const remarks: Remark[] = [];
  for (const [name, body] of Object.entries(document)) {
    const isSection = isObject(body);
    const entries = isSection ? Object.entries(body).map(([key, value]) => ({ key, value, line: undefined })) : [];
    sections.push({ name, line: undefined, entries });
    if (isSection) continue;
    const rule = 'a section must be an object of keys and values';
    const remedy = 'write {"key": value, …}, or remove the section';
    remarks.push({ level: 'ERROR', key: `[${shownText(name)}]`, value: shownJson(body), rule, remedy });
  }
  return { sections, remarks };
}
