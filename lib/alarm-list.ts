/**
 * Every alarm, each complete in one literal: what is watched, when it rings, what silence of the metric means, the
 * sentence people read, and the heading of docs/troubleshooting.md that cures it. Imports no construct, so that
 * documents and tests can read it.
 *
 * To add one: write the literal, write the heading into docs/troubleshooting.md, and see that the metric is emitted
 * with the dimension `service` alone. CloudWatch watches exactly one set of dimensions, and never says that it is empty.
 */

import type { FunctionName } from '../lambda/bundling.ts';
import type { METRICS } from '../lambda/contract.ts';

/** The functions that nobody looks at while they work. */
export type WatchedFunction = Extract<FunctionName, 'liquidator' | 'watchdog' | 'notifier' | 'health-check' | 'ping'>;

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
  /** Events that arrive in a dead-letter queue; those that lie there ring nothing. */
  | { readonly kind: 'arrivals'; readonly queue: 'liquidations' | 'ticks' }
  /** Messages that lie in a queue for a day after they were given up. */
  | { readonly kind: 'undelivered'; readonly queue: 'lines' | 'chat' }
  /** Deliveries of the topic that failed. */
  | { readonly kind: 'topic' }
  /** Functions that run at once in the whole account and region, of whatever stack. */
  | { readonly kind: 'account-concurrency' };

export interface AlarmSpec {
  /** The end of the alarm's name. */
  readonly id: string;
  readonly sentence: string;
  readonly heading: string;
  readonly watched: Watched;
  readonly rings: {
    readonly when: 'above' | 'below';
    /** A number, a share of the configuration's timeout in ms, or of the account's limit of functions at once. */
    readonly threshold: number | { readonly ofTimeout: number } | { readonly ofConcurrency: number };
    readonly periodMinutes: number;
    /** How many periods are looked at, and how many of them it takes. */
    readonly periods: number;
    readonly datapoints: number;
    readonly onMissingData: boolean;
  };
  /** Without it, there is no such alarm. */
  readonly onlyWith?: 'chat' | 'canary' | 'email' | 'ping';
}

/**
 * One datapoint of five is enough. A datapoint has the minute in which its invocation began, and comes after it has
 * ended: a tick that times out counts two minutes ago, when newer minutes already say 0, and an alarm that looks at the
 * last minute alone would never see it.
 */
const atOnce = {
  when: 'above',
  threshold: 0,
  periodMinutes: 1,
  periods: 5,
  datapoints: 1,
  onMissingData: false,
} as const;

export const ALARMS: readonly AlarmSpec[] = [
  {
    id: 'liquidation-failed',
    sentence: 'An execution ended failed: positions may be open, or a request was refused.',
    heading: 'Liquidation failed',
    watched: { kind: 'flatline', metric: 'liquidationsFailed', service: 'liquidator', statistic: 'Sum' },
    rings: atOnce,
  },
  {
    id: 'positions-failed',
    sentence: 'A position could not be closed.',
    heading: 'Positions not closing',
    watched: { kind: 'flatline', metric: 'positionsFailed', service: 'liquidator', statistic: 'Sum' },
    rings: atOnce,
  },
  {
    id: 'liquidator-gave-up',
    sentence: 'The time for resuming is over and an account is still not flat: nobody retries any more.',
    heading: 'Resuming gave up',
    watched: { kind: 'flatline', metric: 'resumeGaveUp', service: 'liquidator', statistic: 'Sum' },
    rings: atOnce,
  },
  {
    id: 'watchdog-gave-up',
    sentence: 'The watchdog found a liquidation that was given up, or a tripped account that is not known to be flat.',
    heading: 'Resuming gave up',
    watched: { kind: 'flatline', metric: 'resumeGaveUp', service: 'watchdog', statistic: 'Sum' },
    rings: atOnce,
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
    sentence: 'An execution that somebody may have waited for took more than 80 % of the timeout.',
    heading: 'Liquidation is slow',
    watched: { kind: 'flatline', metric: 'durationMs', service: 'liquidator', statistic: 'Maximum' },
    rings: { ...atOnce, threshold: { ofTimeout: 0.8 } },
  },
  {
    id: 'bot-dead',
    sentence: 'A bot has been silent beyond its deadline; the watchdog liquidates its account.',
    heading: 'Bot is dead',
    watched: { kind: 'flatline', metric: 'botsDead', service: 'watchdog', statistic: 'Maximum' },
    rings: atOnce,
  },
  {
    id: 'bot-late',
    sentence: 'A bot has not reported in time and will be liquidated if it stays silent.',
    heading: 'Bot is late',
    watched: { kind: 'flatline', metric: 'botsLate', service: 'watchdog', statistic: 'Maximum' },
    rings: atOnce,
  },
  {
    id: 'bot-unprotected',
    sentence:
      'A bot is armed and would not be liquidated: the configuration does not know it, or its row cannot be read.',
    heading: 'A bot is not in the configuration',
    watched: { kind: 'flatline', metric: 'botsUnprotected', service: 'watchdog', statistic: 'Sum' },
    rings: atOnce,
  },
  {
    id: 'bot-row-invalid',
    sentence: 'A bot’s row says something that makes no sense, and is watched as well as can be.',
    heading: 'A bot’s row is invalid',
    watched: { kind: 'flatline', metric: 'botRowsInvalid', service: 'watchdog', statistic: 'Sum' },
    rings: atOnce,
  },
  {
    id: 'liquidator-not-invoked',
    sentence: 'The watchdog wants a liquidation and Lambda does not accept the call.',
    heading: 'The liquidator was not invoked',
    watched: { kind: 'flatline', metric: 'invokeFailures', service: 'watchdog', statistic: 'Sum' },
    rings: atOnce,
  },
  {
    id: 'watchdog-silent',
    sentence: 'For three minutes no tick of the watchdog has seen every bot: silent bots are not noticed.',
    heading: 'Watchdog is silent',
    // Not the function's Invocations: it is invoked as well with an event that it refuses, and then nobody watches.
    watched: { kind: 'flatline', metric: 'watchdogTicks', service: 'watchdog', statistic: 'Sum' },
    rings: { when: 'below', threshold: 1, periodMinutes: 1, periods: 3, datapoints: 3, onMissingData: true },
  },
  {
    id: 'watchdog-failures',
    sentence: 'The watchdog could not read or write its table, or a part of it: nobody in there is watched.',
    heading: 'The watchdog cannot read its table',
    watched: { kind: 'flatline', metric: 'watchdogFailures', service: 'watchdog', statistic: 'Sum' },
    rings: atOnce,
  },
  {
    id: 'watchdog-blind',
    sentence: 'Bots are silent, and the watchdog cannot prove that it could have heard them: they are not liquidated.',
    heading: 'Watchdog was blind',
    watched: { kind: 'flatline', metric: 'watchdogBlind', service: 'watchdog', statistic: 'Sum' },
    rings: atOnce,
  },
  {
    id: 'preflight-failed',
    sentence: 'The daily self-test found that a liquidation would not work.',
    heading: 'Preflight failed',
    watched: { kind: 'flatline', metric: 'preflightFailed', service: 'liquidator', statistic: 'Sum' },
    rings: atOnce,
  },
  {
    id: 'preflight-overdue',
    sentence: 'Of one bot at least, no self-test has passed for 26 hours (or ever, after the first deployment).',
    heading: 'Preflight has not run',
    watched: { kind: 'flatline', metric: 'preflightAgeHours', service: 'health-check', statistic: 'Maximum' },
    rings: { when: 'above', threshold: 26, periodMinutes: 60, periods: 2, datapoints: 1, onMissingData: false },
  },
  {
    id: 'health-check-silent',
    sentence: 'The health check has not run for three hours: nobody knows how old the self-tests are.',
    heading: 'The health check fails',
    watched: { kind: 'flatline', metric: 'healthChecks', service: 'health-check', statistic: 'Sum' },
    rings: { when: 'below', threshold: 1, periodMinutes: 60, periods: 3, datapoints: 3, onMissingData: true },
  },
  {
    id: 'canary-failed',
    sentence: 'The canary died as planned, and the chain from its deadline to the liquidator did not work.',
    heading: 'The canary failed',
    watched: { kind: 'flatline', metric: 'canaryFailed', service: 'health-check', statistic: 'Sum' },
    rings: atOnce,
    onlyWith: 'canary',
  },
  {
    id: 'canary-overdue',
    sentence: 'The canary has not passed for 26 hours.',
    heading: 'The canary failed',
    watched: { kind: 'flatline', metric: 'canaryPassed', service: 'health-check', statistic: 'Sum' },
    rings: { when: 'below', threshold: 1, periodMinutes: 60, periods: 26, datapoints: 26, onMissingData: true },
    onlyWith: 'canary',
  },
  {
    id: 'daily-message-overdue',
    sentence: 'The daily message was not published for 26 hours: the way to people is broken.',
    heading: 'The daily message did not come',
    watched: { kind: 'flatline', metric: 'dailyMessages', service: 'notifier', statistic: 'Sum' },
    rings: { when: 'below', threshold: 1, periodMinutes: 60, periods: 26, datapoints: 26, onMissingData: true },
  },
  {
    id: 'nobody-subscribed',
    sentence: 'The mail address of the configuration is not subscribed to the alerts, or has not confirmed.',
    heading: 'The daily message did not come',
    watched: { kind: 'flatline', metric: 'confirmedSubscriptions', service: 'health-check', statistic: 'Minimum' },
    rings: { when: 'below', threshold: 1, periodMinutes: 60, periods: 2, datapoints: 1, onMissingData: false },
    onlyWith: 'email',
  },
  {
    id: 'liquidation-lost',
    sentence: 'AWS gave up an event for the liquidator: a liquidation or a self-test did not happen.',
    heading: 'A liquidation was given up by AWS',
    watched: { kind: 'function', metric: 'AsyncEventsDropped', name: 'liquidator' },
    rings: atOnce,
  },
  {
    id: 'liquidation-dead-letter',
    sentence: 'An event for the liquidator arrived in the dead-letter queue: it has what was to be done.',
    heading: 'A liquidation was given up by AWS',
    watched: { kind: 'arrivals', queue: 'liquidations' },
    rings: atOnce,
  },
  {
    id: 'tick-lost',
    sentence: 'AWS gave up a tick of the watchdog. The next one comes within a minute.',
    heading: 'A tick was given up by AWS',
    watched: { kind: 'arrivals', queue: 'ticks' },
    rings: atOnce,
  },
  {
    id: 'liquidator-destination',
    sentence: 'An event for the liquidator was given up, and not even the dead-letter queue took it.',
    heading: 'A liquidation was given up by AWS',
    watched: { kind: 'function', metric: 'DestinationDeliveryFailures', name: 'liquidator' },
    rings: atOnce,
  },
  {
    id: 'message-given-up',
    sentence: 'A message for people was tried for a quarter of an hour and then given up.',
    heading: 'A message was not delivered',
    watched: { kind: 'undelivered', queue: 'lines' },
    rings: atOnce,
  },
  {
    id: 'chat-message-given-up',
    sentence: 'The chat did not take a message for a quarter of an hour.',
    heading: 'A message was not delivered',
    watched: { kind: 'undelivered', queue: 'chat' },
    rings: atOnce,
    onlyWith: 'chat',
  },
  {
    id: 'topic-delivery-failed',
    sentence: 'The alert topic could not deliver a message to one of its subscribers.',
    heading: 'A message was not delivered',
    watched: { kind: 'topic' },
    rings: atOnce,
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
    rings: atOnce,
  },
  {
    id: 'watchdog-errors',
    sentence: 'The watchdog ended without an answer.',
    heading: 'A function fails',
    watched: { kind: 'function', metric: 'Errors', name: 'watchdog' },
    rings: atOnce,
  },
  {
    id: 'liquidator-throttles',
    sentence: 'AWS refused to run the liquidator because the concurrency limit was reached.',
    heading: 'A function is throttled',
    watched: { kind: 'function', metric: 'Throttles', name: 'liquidator' },
    rings: atOnce,
  },
  {
    id: 'watchdog-throttles',
    sentence: 'AWS refused to run the watchdog because the concurrency limit was reached.',
    heading: 'A function is throttled',
    watched: { kind: 'function', metric: 'Throttles', name: 'watchdog' },
    rings: atOnce,
  },
  {
    id: 'ping-throttled',
    sentence: 'More pings came at once than are taken: beats of bots that ping were refused.',
    heading: 'Pings are not taken',
    watched: { kind: 'function', metric: 'Throttles', name: 'ping' },
    rings: atOnce,
    onlyWith: 'ping',
  },
  {
    id: 'ping-errors',
    sentence: 'The function of the ping URL ended without an answer.',
    heading: 'Pings are not taken',
    watched: { kind: 'function', metric: 'Errors', name: 'ping' },
    rings: atOnce,
    onlyWith: 'ping',
  },
  {
    id: 'ping-not-stored',
    sentence: 'A ping could not be stored.',
    heading: 'Pings are not taken',
    watched: { kind: 'flatline', metric: 'pingsNotStored', service: 'ping', statistic: 'Sum' },
    rings: atOnce,
    onlyWith: 'ping',
  },
  {
    id: 'ping-probe-failed',
    sentence: 'The watchdog’s own ping was not taken: no bot that pings is liquidated for its silence until it is.',
    heading: 'Pings are not taken',
    watched: { kind: 'flatline', metric: 'pingProbesFailed', service: 'watchdog', statistic: 'Sum' },
    rings: atOnce,
    onlyWith: 'ping',
  },
  {
    id: 'liquidator-audit',
    sentence: 'The liquidator could not store a record of the trail; the log has it.',
    heading: 'Missing audit records',
    watched: { kind: 'flatline', metric: 'auditWriteFailures', service: 'liquidator', statistic: 'Sum' },
    rings: atOnce,
  },
  {
    id: 'watchdog-audit',
    sentence: 'The watchdog could not store a record of the trail; the log has it.',
    heading: 'Missing audit records',
    watched: { kind: 'flatline', metric: 'auditWriteFailures', service: 'watchdog', statistic: 'Sum' },
    rings: atOnce,
  },
  {
    // By this name the notifier knows it (lambda/views/messages/alarm-message.ts).
    id: 'notifier-failed',
    sentence: 'A message for people was not published, or did not reach the chat.',
    heading: 'A message was not delivered',
    // It fails when it could not deliver, so that this one metric of Lambda's own has all of it.
    watched: { kind: 'function', metric: 'Errors', name: 'notifier' },
    rings: atOnce,
  },
];
