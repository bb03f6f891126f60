/**
 * Every alarm, complete in one literal: the metric, the threshold, the treatment of missing data, the sentence for people,
 * and the heading of its guide in docs/troubleshooting.md. Imports no construct, so that documents and tests can read it.
 * To add one: write the literal, write the heading into docs/troubleshooting.md, and make sure that the metric is emitted
 * with only the dimension `service`. CloudWatch watches exactly one set of dimensions, and does not report an empty one.
 */

import type { FunctionName } from '../lambda/bundling.ts';
import type { METRICS } from '../lambda/contract.ts';

/** The functions that run without a person watching. */
export type WatchedFunction = Extract<
  FunctionName,
  'liquidator' | 'watchdog' | 'notifier' | 'health-check' | 'ping' | 'trail-copy'
>;

export type Watched =
  /** A metric of ours, as the service emits it. */
  | {
      readonly kind: 'flatline';
      readonly metric: keyof typeof METRICS;
      readonly service: WatchedFunction;
      readonly statistic: 'Sum' | 'Maximum' | 'Minimum';
    }
  /** A metric of AWS Lambda, summed. */
  | {
      readonly kind: 'function';
      readonly metric: 'Errors' | 'Throttles' | 'AsyncEventsDropped' | 'DestinationDeliveryFailures';
      readonly name: WatchedFunction;
    }
  /** How old the record of a stream is that the function was last given, in ms. */
  | { readonly kind: 'stream-age'; readonly name: WatchedFunction }
  /** Events that arrive in a dead-letter queue; events that stay there do not alarm again. */
  | { readonly kind: 'arrivals'; readonly queue: 'liquidations' | 'ticks' }
  /** Messages that were given up and stay in a queue for a day. */
  | { readonly kind: 'undelivered'; readonly queue: 'lines' | 'chat' }
  /** Deliveries of the topic that failed. */
  | { readonly kind: 'topic' }
  /** Concurrent executions in the whole account and region, of all stacks. */
  | { readonly kind: 'account-concurrency' };

export interface AlarmSpec {
  /** The end of the alarm's name. */
  readonly id: string;
  readonly sentence: string;
  readonly heading: string;
  readonly watched: Watched;
  readonly rings: {
    readonly when: 'above' | 'below';
    /** A number, a share of the configuration's timeout in ms, or of the account's concurrency limit. */
    readonly threshold: number | { readonly ofTimeout: number } | { readonly ofConcurrency: number };
    readonly periodMinutes: number;
    /** How many periods are evaluated, and how many of them must breach. */
    readonly periods: number;
    readonly datapoints: number;
    readonly onMissingData: boolean;
  };
  /** Without this option the alarm does not exist. */
  readonly onlyWith?: 'chat' | 'canary' | 'email' | 'ping' | 'trail-copy';
}

/**
 * One datapoint of five is enough. A datapoint belongs to the minute in which its invocation started, and is emitted after
 * its end: a watchdog run that times out counts two minutes ago, when newer minutes already have 0. An alarm on the last
 * minute alone would miss it.
 */
const atOnce = {
  when: 'above',
  threshold: 0,
  periodMinutes: 1,
  periods: 5,
  datapoints: 1,
  onMissingData: false,
} as const;

/**
 * A queue that nobody has used for six hours is inactive, and the metrics of its first message come up to 15 minutes late
 * (Amazon SQS, "Monitoring Amazon SQS queues using CloudWatch"). Dead-letter queues are inactive until something goes wrong.
 */
const fromQueueAtRest = { ...atOnce, periods: 20 } as const;

/** Without `rings` an alarm rings at once. */
const LIST: readonly (Omit<AlarmSpec, 'rings'> & Partial<Pick<AlarmSpec, 'rings'>>)[] = [
  {
    id: 'liquidation-failed',
    sentence: 'A liquidation failed: positions may be open, or a request was refused.',
    heading: 'Liquidation failed',
    watched: { kind: 'flatline', metric: 'liquidationsFailed', service: 'liquidator', statistic: 'Sum' },
  },
  {
    id: 'positions-failed',
    sentence: 'A position could not be closed.',
    heading: 'Positions not closing',
    watched: { kind: 'flatline', metric: 'positionsFailed', service: 'liquidator', statistic: 'Sum' },
  },
  {
    id: 'liquidator-gave-up',
    sentence: 'Retries have ended and an account is still not flat. There are no more attempts.',
    heading: 'Liquidation retries exhausted',
    watched: { kind: 'flatline', metric: 'resumeGaveUp', service: 'liquidator', statistic: 'Sum' },
  },
  {
    id: 'watchdog-gave-up',
    sentence: 'The watchdog found a liquidation that was given up, or a tripped account that is not known to be flat.',
    heading: 'Liquidation retries exhausted',
    watched: { kind: 'flatline', metric: 'resumeGaveUp', service: 'watchdog', statistic: 'Sum' },
  },
  {
    id: 'liquidation-stuck',
    sentence: 'A liquidation has been unfinished for longer than the timeout.',
    heading: 'Stuck in progress',
    watched: { kind: 'flatline', metric: 'unfinishedAgeMs', service: 'watchdog', statistic: 'Maximum' },
    rings: { ...atOnce, threshold: { ofTimeout: 1 } },
  },
  {
    id: 'liquidation-slow',
    sentence: 'A liquidation with a waiting caller took more than 80 % of the timeout.',
    heading: 'Liquidation is slow',
    watched: { kind: 'flatline', metric: 'durationMs', service: 'liquidator', statistic: 'Maximum' },
    rings: { ...atOnce, threshold: { ofTimeout: 0.8 } },
  },
  {
    id: 'bot-dead',
    sentence: 'A bot has been silent beyond its deadline; the watchdog liquidates its account.',
    heading: 'Bot is dead',
    watched: { kind: 'flatline', metric: 'botsDead', service: 'watchdog', statistic: 'Maximum' },
  },
  {
    id: 'bot-late',
    sentence: 'A bot has not reported in time and will be liquidated if it stays silent.',
    heading: 'Bot is late',
    watched: { kind: 'flatline', metric: 'botsLate', service: 'watchdog', statistic: 'Maximum' },
  },
  {
    id: 'bot-unprotected',
    sentence: 'A bot is armed but would not be liquidated: it is not in the configuration, or its row cannot be read.',
    heading: 'A bot is not in the configuration',
    watched: { kind: 'flatline', metric: 'botsUnprotected', service: 'watchdog', statistic: 'Sum' },
  },
  {
    id: 'bot-row-invalid',
    sentence: 'A bot’s row has an invalid value. The bot is watched as well as possible.',
    heading: 'A bot’s row is invalid',
    watched: { kind: 'flatline', metric: 'botRowsInvalid', service: 'watchdog', statistic: 'Sum' },
  },
  {
    id: 'liquidator-not-invoked',
    sentence: 'The watchdog could not call the liquidator: the Lambda call failed.',
    heading: 'The liquidator was not invoked',
    watched: { kind: 'flatline', metric: 'invokeFailures', service: 'watchdog', statistic: 'Sum' },
  },
  {
    id: 'watchdog-silent',
    sentence: 'The watchdog has not checked all bots for three minutes: silent bots are not noticed.',
    heading: 'Watchdog is silent',
    // Not the function's Invocations: they also count events that it refuses, and then no bot is watched.
    watched: { kind: 'flatline', metric: 'watchdogTicks', service: 'watchdog', statistic: 'Sum' },
    rings: { when: 'below', threshold: 1, periodMinutes: 1, periods: 3, datapoints: 3, onMissingData: true },
  },
  {
    id: 'watchdog-failures',
    sentence: 'The watchdog could not read or write its table, or a part of it: those bots are not watched.',
    heading: 'The watchdog cannot read its table',
    watched: { kind: 'flatline', metric: 'watchdogFailures', service: 'watchdog', statistic: 'Sum' },
  },
  {
    id: 'watchdog-blind',
    sentence: 'Bots are silent, but their heartbeats may have been lost, so the watchdog does not liquidate them.',
    heading: 'The watchdog was interrupted',
    watched: { kind: 'flatline', metric: 'watchdogBlind', service: 'watchdog', statistic: 'Sum' },
  },
  {
    id: 'preflight-failed',
    sentence: 'A daily preflight found that a liquidation would not work.',
    heading: 'Preflight failed',
    watched: { kind: 'flatline', metric: 'preflightFailed', service: 'liquidator', statistic: 'Sum' },
  },
  {
    id: 'preflight-overdue',
    sentence: 'For at least one bot no preflight has passed for 26 hours, or ever.',
    heading: 'Preflight has not run',
    watched: { kind: 'flatline', metric: 'preflightAgeHours', service: 'health-check', statistic: 'Maximum' },
    rings: { when: 'above', threshold: 26, periodMinutes: 60, periods: 2, datapoints: 1, onMissingData: false },
  },
  {
    id: 'health-check-silent',
    sentence: 'The health check has not run for three hours, so the age of the preflights is not known.',
    heading: 'The health check fails',
    watched: { kind: 'flatline', metric: 'healthChecks', service: 'health-check', statistic: 'Sum' },
    rings: { when: 'below', threshold: 1, periodMinutes: 60, periods: 3, datapoints: 3, onMissingData: true },
  },
  {
    id: 'canary-failed',
    sentence: 'The test bot (canary) died as planned, but its death was not handled: a dead bot may not be liquidated.',
    heading: 'The canary failed',
    watched: { kind: 'flatline', metric: 'canaryFailed', service: 'health-check', statistic: 'Sum' },
    onlyWith: 'canary',
  },
  {
    id: 'canary-overdue',
    sentence: 'The daily test of the watchdog (canary) has not passed for 26 hours: a dead bot may not be liquidated.',
    heading: 'The canary failed',
    watched: { kind: 'flatline', metric: 'canaryPassed', service: 'health-check', statistic: 'Sum' },
    rings: { when: 'below', threshold: 1, periodMinutes: 60, periods: 26, datapoints: 26, onMissingData: true },
    onlyWith: 'canary',
  },
  {
    id: 'daily-message-overdue',
    sentence: 'The daily message was not published for 26 hours: messages no longer reach people.',
    heading: 'The daily message is missing',
    watched: { kind: 'flatline', metric: 'dailyMessages', service: 'notifier', statistic: 'Sum' },
    rings: { when: 'below', threshold: 1, periodMinutes: 60, periods: 26, datapoints: 26, onMissingData: true },
  },
  {
    id: 'nobody-subscribed',
    sentence: 'The mail address of the configuration is not subscribed to the alerts, or has not confirmed.',
    heading: 'The daily message is missing',
    watched: { kind: 'flatline', metric: 'confirmedSubscriptions', service: 'health-check', statistic: 'Minimum' },
    rings: { when: 'below', threshold: 1, periodMinutes: 60, periods: 2, datapoints: 1, onMissingData: false },
    onlyWith: 'email',
  },
  {
    id: 'liquidation-lost',
    sentence: 'AWS dropped an event for the liquidator: a liquidation or a preflight did not happen.',
    heading: 'AWS dropped a liquidation event',
    watched: { kind: 'function', metric: 'AsyncEventsDropped', name: 'liquidator' },
  },
  {
    id: 'liquidation-dead-letter',
    sentence: 'An event for the liquidator arrived in the dead-letter queue. The event says what was not done.',
    heading: 'AWS dropped a liquidation event',
    watched: { kind: 'arrivals', queue: 'liquidations' },
    rings: fromQueueAtRest,
  },
  {
    id: 'tick-lost',
    sentence: 'AWS dropped an event for the watchdog. The next run starts within a minute.',
    heading: 'AWS dropped a watchdog run',
    watched: { kind: 'arrivals', queue: 'ticks' },
    rings: fromQueueAtRest,
  },
  {
    id: 'liquidator-destination',
    sentence: 'AWS dropped an event for the liquidator, and the dead-letter queue did not accept it either.',
    heading: 'AWS dropped a liquidation event',
    watched: { kind: 'function', metric: 'DestinationDeliveryFailures', name: 'liquidator' },
  },
  {
    id: 'message-given-up',
    sentence: 'A message could not be delivered for 15 minutes, and is not tried again.',
    heading: 'A message was not delivered',
    watched: { kind: 'undelivered', queue: 'lines' },
  },
  {
    id: 'chat-message-given-up',
    sentence: 'The chat did not accept a message for 15 minutes. The message is not tried again.',
    heading: 'A message was not delivered',
    watched: { kind: 'undelivered', queue: 'chat' },
    onlyWith: 'chat',
  },
  {
    id: 'topic-delivery-failed',
    sentence: 'The alert topic could not deliver a message to one of its subscribers.',
    heading: 'A message was not delivered',
    watched: { kind: 'topic' },
  },
  {
    id: 'concurrency-high',
    sentence: 'The functions of this account use more than 80 % of its concurrency: a liquidation may be throttled.',
    heading: 'A function is throttled',
    watched: { kind: 'account-concurrency' },
    rings: { ...atOnce, threshold: { ofConcurrency: 0.8 } },
  },
  {
    id: 'liquidator-errors',
    sentence: 'The liquidator ended without an answer.',
    heading: 'A function fails',
    watched: { kind: 'function', metric: 'Errors', name: 'liquidator' },
  },
  {
    id: 'watchdog-errors',
    sentence: 'The watchdog ended without an answer.',
    heading: 'A function fails',
    watched: { kind: 'function', metric: 'Errors', name: 'watchdog' },
  },
  {
    id: 'liquidator-throttles',
    sentence: 'AWS refused to run the liquidator because the concurrency limit was reached.',
    heading: 'A function is throttled',
    watched: { kind: 'function', metric: 'Throttles', name: 'liquidator' },
  },
  {
    id: 'watchdog-throttles',
    sentence: 'AWS refused to run the watchdog because the concurrency limit was reached.',
    heading: 'A function is throttled',
    watched: { kind: 'function', metric: 'Throttles', name: 'watchdog' },
  },
  {
    id: 'ping-throttled',
    sentence: 'More pings came at once than the limit: heartbeats of bots that ping were refused.',
    heading: 'Pings fail',
    watched: { kind: 'function', metric: 'Throttles', name: 'ping' },
    onlyWith: 'ping',
  },
  {
    id: 'ping-errors',
    sentence: 'The function of the ping URL ended without an answer.',
    heading: 'Pings fail',
    watched: { kind: 'function', metric: 'Errors', name: 'ping' },
    onlyWith: 'ping',
  },
  {
    id: 'ping-not-stored',
    sentence: 'A ping could not be stored.',
    heading: 'Pings fail',
    watched: { kind: 'flatline', metric: 'pingsNotStored', service: 'ping', statistic: 'Sum' },
    onlyWith: 'ping',
  },
  {
    id: 'ping-probe-failed',
    sentence: 'The watchdog’s own ping was not accepted. Until it is, no bot that pings is liquidated for its silence.',
    heading: 'Pings fail',
    watched: { kind: 'flatline', metric: 'pingProbesFailed', service: 'watchdog', statistic: 'Sum' },
    onlyWith: 'ping',
  },
  {
    id: 'liquidator-audit',
    sentence: 'The liquidator could not store an audit record; the function’s log has it.',
    heading: 'Missing audit records',
    watched: { kind: 'flatline', metric: 'auditWriteFailures', service: 'liquidator', statistic: 'Sum' },
  },
  {
    id: 'watchdog-audit',
    sentence: 'The watchdog could not store an audit record; the function’s log has it.',
    heading: 'Missing audit records',
    watched: { kind: 'flatline', metric: 'auditWriteFailures', service: 'watchdog', statistic: 'Sum' },
  },
  {
    id: 'trail-copy-behind',
    sentence:
      'The copy of the audit log is more than an hour behind; records that are not copied within a day are missing there.',
    heading: 'The copy of the audit log is behind',
    watched: { kind: 'stream-age', name: 'trail-copy' },
    rings: { ...atOnce, threshold: 3_600_000 },
    onlyWith: 'trail-copy',
  },
  {
    // The notifier recognises this name (lambda/views/messages/alarm-message.ts).
    id: 'notifier-failed',
    sentence: 'A message was not published, or did not reach the chat.',
    heading: 'A message was not delivered',
    // The notifier fails when it cannot deliver, so this one Lambda metric covers all cases.
    watched: { kind: 'function', metric: 'Errors', name: 'notifier' },
  },
];

export const ALARMS: readonly AlarmSpec[] = LIST.map(alarm => ({ rings: atOnce, ...alarm }));
