/**
 * What CloudWatch Logs does with the functions' lines and MiniStack does not: metrics in the embedded format become
 * metrics, and lines that pass a subscription filter for JSON reach its function. Everything else about the filters,
 * metrics and functions is the emulator's.
 */

import { gzipSync } from 'node:zlib';
import { logFilter } from '../../simulator/cloud/log-filter.ts';
import type { Emulator } from './emulator.ts';

interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
  readonly logStreamName: string;
}

interface Filter {
  readonly filterName: string;
  readonly filterPattern: string;
  readonly destinationArn: string;
}

interface EmbeddedMetrics {
  readonly Timestamp: number;
  readonly CloudWatchMetrics: readonly {
    readonly Namespace: string;
    readonly Dimensions: readonly (readonly string[])[];
    readonly Metrics: readonly { readonly Name: string; readonly Unit?: string }[];
  }[];
}

const POLL_EVERY_MS = 500;

export interface LogDelivery {
  /** Every line so far, by log group. */
  readonly lines: ReadonlyMap<string, readonly string[]>;
  /** Ends after a last read. Rejects when a delivery failed. */
  stop(): Promise<void>;
}

/** Follows these log groups from now on. */
export function deliverLogs(aws: Emulator, logGroups: readonly string[]): LogDelivery {
  // MiniStack gives events no IDs; each stream only grows.
  const seen = new Map<string, number>();
  const lines = new Map<string, string[]>(logGroups.map(group => [group, []]));
  const stopping = new AbortController();
  const startTime = Date.now();

  async function look(): Promise<void> {
    for (const group of logGroups) {
      const fresh = await newEvents(group);
      lines.get(group)?.push(...fresh.map(({ message }) => message));
      await publishMetrics(aws, fresh);
      await forward(aws, group, fresh);
    }
  }
  async function newEvents(group: string): Promise<readonly LogEvent[]> {
    const { events } = await aws.call('logs', 'filter_log_events', { logGroupName: group, startTime, limit: 10_000 });
    const counts = new Map<string, number>();
    return (events as readonly LogEvent[]).filter(({ logStreamName }) => {
      const stream = `${group} ${logStreamName}`;
      const at = (counts.get(stream) ?? 0) + 1;
      counts.set(stream, at);
      if (at <= (seen.get(stream) ?? 0)) return false;
      seen.set(stream, at);
      return true;
    });
  }
  const following = (async () => {
    while (!stopping.signal.aborted) {
      await look();
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, POLL_EVERY_MS);
        stopping.signal.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true });
      });
    }
    await look();
  })();
  following.catch(error => console.error('The delivery of logs ended:', error));
  return {
    lines,
    stop: () => {
      stopping.abort();
      return following;
    },
  };
}

/** Amazon CloudWatch User Guide, "Embedded metric format specification". */
async function publishMetrics(aws: Emulator, events: readonly LogEvent[]): Promise<void> {
  for (const document of events.map(({ message }) => jsonIn(message))) {
    const embedded = document?._aws as EmbeddedMetrics | undefined;
    for (const { Namespace, Dimensions, Metrics } of embedded?.CloudWatchMetrics ?? []) {
      const MetricData = Dimensions.flatMap(names =>
        Metrics.map(({ Name, Unit }) => ({
          MetricName: Name,
          Timestamp: (embedded?.Timestamp ?? 0) / 1_000,
          Dimensions: names.map(name => ({ Name: name, Value: String(document?.[name]) })),
          Values: [document?.[Name]].flat(),
          ...(Unit === undefined ? {} : { Unit }),
        })),
      );
      await aws.call('cloudwatch', 'put_metric_data', { Namespace, MetricData });
    }
  }
}

/** Amazon CloudWatch Logs User Guide, "Subscription filters with AWS Lambda". */
async function forward(aws: Emulator, logGroup: string, events: readonly LogEvent[]): Promise<void> {
  if (events.length === 0) return;
  const { subscriptionFilters } = await aws.call('logs', 'describe_subscription_filters', { logGroupName: logGroup });
  for (const { filterName, filterPattern, destinationArn } of subscriptionFilters as readonly Filter[]) {
    const passes = logFilter(filterPattern);
    const passed = events.filter(({ message }) => passes(message));
    if (passed.length === 0) continue;
    const content = {
      messageType: 'DATA_MESSAGE',
      owner: destinationArn.split(':')[4],
      logGroup,
      logStream: passed[0]?.logStreamName,
      subscriptionFilters: [filterName],
      logEvents: passed.map(({ timestamp, message }, index) => ({ id: `${timestamp}-${index}`, timestamp, message })),
    };
    const data = gzipSync(JSON.stringify(content)).toString('base64');
    await aws.call('lambda', 'invoke', {
      FunctionName: destinationArn,
      InvocationType: 'Event',
      Payload: JSON.stringify({ awslogs: { data } }),
    });
  }
}

function jsonIn(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
