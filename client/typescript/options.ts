/**
 * The options of a client, completed from the environment and checked. Nothing here throws: the protection must not end a
 * bot, so problems are values, reported once and returned by every method.
 */

import { BOT_ID_PATTERN, ENV } from '../../lambda/contract.ts';
import type { FlatlineEvent } from './events.ts';
import { HEARTBEAT_MAX_MS, HEARTBEAT_MIN_MS, SILENCE_MAX_MS, type Times } from './times.ts';

export interface FlatlineOptions {
  /** 1 to 40 lower-case letters, digits, hyphens: a bot of the stack's configuration. */
  readonly botId: string;
  /** Stack output BotsTable; default: the variable FLATLINE_BOTS_TABLE. */
  readonly botsTable?: string;
  /** Stack output LiquidatorName, or its ARN; default: the variable FLATLINE_LIQUIDATOR. */
  readonly liquidator?: string;
  /** Region, credentials, addresses: the SDK's own chain (AWS_REGION, profiles, roles…) unless given here. */
  readonly aws?: AwsOptions;
  /**
   * The heartbeat interval, 1,000 to 60,000. Default: that of the deployed configuration, and 10,000 until it is known. A
   * different value of your own gives an event.
   */
  readonly heartbeatMs?: number;
  /** Only for a bot that is not in the stack's configuration; defaults 30,000 and 120,000. */
  readonly lateAfterMs?: number;
  readonly deadAfterMs?: number;
  /**
   * Heartbeats are sent only while the last `alive()` is younger than this. Without it they are sent as long as the event
   * loop runs, which proves less: a timer outlives the work beside it.
   */
  readonly provenWithinMs?: number;
  /**
   * Does not take over from another active run: start() waits a heartbeat and three seconds to see. Default: the bot's
   * `exclusive` in the stack's configuration; otherwise a newer run takes over, and the older one is notified.
   */
  readonly exclusive?: boolean;
  /** How long to wait for the liquidator's answer; default 7,000, more than the stack's `timeout_seconds`. */
  readonly answerWithinMs?: number;
  /** Runs a preflight once at the start; default true. Changes nothing. */
  readonly preflight?: boolean;
  /** Receives all events; default: one line each on stderr, without the routine kinds. */
  readonly onEvent?: (event: FlatlineEvent) => void;
}

export interface AwsOptions {
  readonly region?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** Addresses of the two services, for an emulator. */
  readonly dynamoUrl?: string;
  readonly lambdaUrl?: string;
}

export interface ClientSettings {
  readonly botId: string;
  readonly botsTable: string;
  readonly liquidator: string;
  readonly aws: AwsOptions;
  /** Changes with the deployed configuration. */
  readonly times: Times;
  /** The bot has chosen its heartbeat itself. */
  readonly keepsHeartbeat: boolean;
  readonly provenWithinMs: number | undefined;
  readonly answerWithinMs: number;
  readonly preflight: boolean;
  readonly exclusive: boolean;
}

interface CheckedOptions {
  readonly settings: ClientSettings;
  /** Each names the value, the rule and the remedy. Empty: no problems. */
  readonly problems: readonly string[];
}

const DEFAULTS = { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 120_000, answerWithinMs: 7_000 } as const;
const LONGEST_ANSWER_MS = 900_000;

export function checkOptions(
  options: FlatlineOptions,
  env: Readonly<Record<string, string | undefined>>,
): CheckedOptions {
  // A bot in plain JavaScript may pass anything, or nothing.
  const given: Partial<FlatlineOptions> = typeof options === 'object' && options !== null ? options : {};
  const times = {
    heartbeatMs: given.heartbeatMs ?? DEFAULTS.heartbeatMs,
    lateAfterMs: given.lateAfterMs ?? DEFAULTS.lateAfterMs,
    deadAfterMs: given.deadAfterMs ?? DEFAULTS.deadAfterMs,
  };
  const settings: ClientSettings = {
    botId: given.botId ?? '',
    botsTable: given.botsTable ?? env[ENV.botsTable] ?? '',
    liquidator: given.liquidator ?? env[ENV.liquidator] ?? '',
    aws: withRegion(given.aws ?? {}, env),
    times,
    keepsHeartbeat: given.heartbeatMs !== undefined,
    provenWithinMs: given.provenWithinMs,
    answerWithinMs: given.answerWithinMs ?? DEFAULTS.answerWithinMs,
    preflight: given.preflight ?? true,
    exclusive: given.exclusive === true,
  };
  return { settings, problems: problemsOf(settings) };
}

/** The SDK for JavaScript does not know AWS_DEFAULT_REGION, which the AWS CLI and boto3 use. */
function withRegion(aws: AwsOptions, env: Readonly<Record<string, string | undefined>>): AwsOptions {
  const region = aws.region ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined);
  return region === undefined ? aws : { ...aws, region };
}

function problemsOf(settings: ClientSettings): readonly string[] {
  const { botId, botsTable, liquidator, provenWithinMs, answerWithinMs } = settings;
  const { heartbeatMs, lateAfterMs, deadAfterMs } = settings.times;
  const rules: readonly (readonly [boolean, string])[] = [
    [
      typeof botId === 'string' && BOT_ID_PATTERN.test(botId),
      `botId ${shown(botId)} must be 1 to 40 lower-case letters, digits and hyphens`,
    ],
    [isName(botsTable), `botsTable is missing; give the stack's output BotsTable, or set ${ENV.botsTable}`],
    [isName(liquidator), `liquidator is missing; give the stack's output LiquidatorName, or set ${ENV.liquidator}`],
    [isMs(heartbeatMs, HEARTBEAT_MIN_MS, HEARTBEAT_MAX_MS), `heartbeatMs ${shown(heartbeatMs)} must be 1000 to 60000`],
    [
      isMs(lateAfterMs, 1, SILENCE_MAX_MS) && lateAfterMs > heartbeatMs,
      `lateAfterMs ${shown(lateAfterMs)} must be more than heartbeatMs`,
    ],
    [
      isMs(deadAfterMs, 1, SILENCE_MAX_MS) && deadAfterMs > lateAfterMs,
      `deadAfterMs ${shown(deadAfterMs)} must be more than lateAfterMs, at most ${SILENCE_MAX_MS}`,
    ],
    [
      provenWithinMs === undefined || isMs(provenWithinMs, 1, SILENCE_MAX_MS),
      `provenWithinMs ${shown(provenWithinMs)} must be a whole number of milliseconds, at least 1`,
    ],
    [
      isMs(answerWithinMs, 1, LONGEST_ANSWER_MS),
      `answerWithinMs ${shown(answerWithinMs)} must be 1 to ${LONGEST_ANSWER_MS}`,
    ],
  ];
  return rules.filter(([holds]) => !holds).map(([, rule]) => rule);
}

const isName = (name: unknown): boolean => typeof name === 'string' && name !== '';

const isMs = (value: unknown, least: number, most: number): boolean =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most;

const shown = (value: unknown): string => String(JSON.stringify(value) ?? typeof value).slice(0, 60);
