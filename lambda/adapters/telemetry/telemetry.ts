/**
 * Log lines and metrics on standard output, which is CloudWatch in Lambda. Everything is redacted before Powertools sees it,
 * and nothing thrown here ever reaches the caller: a failed log line never stops a liquidation.
 *
 * Metrics are collected during an invocation and written as CloudWatch Embedded Metric Format, one line for each set of
 * dimensions (and each hundred values). Alarms must name exactly the set they watch: `service` alone, or `service` with the
 * dimensions given.
 */

import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { METRICS_NAMESPACE } from '../../contract.ts';
import { redactionOf } from '../../core/text/redaction.ts';
import type { LogLevel, MetricUnit, Telemetry } from '../../ports.ts';

export interface TelemetryOptions {
  /** In every log line, and the dimension `service` of every metric. */
  readonly service: string;
  /** Of the metrics; alarms watch exactly this one. */
  readonly namespace?: string | undefined;
  /** Lowest level written; the environment's (AWS_LAMBDA_LOG_LEVEL) without it. */
  readonly level?: LogLevel;
  /** In every log line, the request ID for instance. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

type Fields = Record<string, unknown>;

export function createTelemetry({ service, namespace, level, fields: standing = {} }: TelemetryOptions): Telemetry {
  const logger = new Logger({ serviceName: service, ...(level === undefined ? {} : { logLevel: level }) });
  const metrics = createMetricBuffer(namespace || METRICS_NAMESPACE, service);
  const secrets = new Set<string>();
  let redaction = redactionOf(secrets);

  const write = (level: LogLevel, message: string, fields: Readonly<Fields>): void => {
    const clean = redaction.plain(logFields({ ...standing, ...fields })) as Fields;
    logger[level.toLowerCase() as Lowercase<LogLevel>](redaction.text(message), clean);
  };

  const guarded = (doing: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      quietly(() => write('ERROR', `Telemetry could not ${doing}.`, { error }));
    }
  };

  return {
    log: (level, message, fields = {}) => guarded('write a log line', () => write(level, message, fields)),
    metric: (name, value, unit, dimensions = {}) =>
      guarded('take a metric', () => {
        if (!Number.isFinite(value)) throw new RangeError(`The metric ${name} is ${value}; it must be a number.`);
        metrics.add({ name, value, unit, dimensions: cleanDimensions(dimensions, redaction.text) });
      }),
    redact: more => {
      for (const secret of more) secrets.add(secret);
      redaction = redactionOf(secrets);
    },
    flush: () => guarded('write the metrics', () => metrics.flush()),
  };
}

/** CloudWatch takes no empty dimension, and `service` is ours. */
function cleanDimensions(
  dimensions: Readonly<Record<string, string>>,
  clean: (text: string) => string,
): Readonly<Record<string, string>> {
  const given = Object.entries(dimensions).filter(([name, value]) => name !== 'service' && value !== '');
  return Object.fromEntries(given.map(([name, value]) => [name, clean(value)]));
}

/** A failure to report a failure is dropped. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {}
}

/** Powertools drops these with a warning. An audit event's own `timestamp` must not be lost. */
const TAKEN = new Set(['level', 'message', 'sampling_rate', 'service', 'timestamp']);

/** Values pass as they are; only the names of the first level change. */
export function logFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [freeName(snakeCase(key)), value]));
}

const freeName = (name: string): string => (TAKEN.has(name) ? `event_${name}` : name);

const snakeCase = (key: string): string => key.replace(/(?<=[a-z0-9])[A-Z]/g, letter => `_${letter}`).toLowerCase();

interface Metric {
  readonly name: string;
  readonly value: number;
  readonly unit: MetricUnit;
  readonly dimensions: Readonly<Record<string, string>>;
}

interface MetricBuffer {
  add(metric: Metric): void;
  /** Writes what was collected, and forgets it. */
  flush(): void;
}

function createMetricBuffer(namespace: string, serviceName: string): MetricBuffer {
  let pending: Metric[] = [];
  return {
    add: metric => {
      pending.push(metric);
    },
    flush: () => {
      const groups = Map.groupBy(pending, ({ dimensions }) => JSON.stringify(Object.entries(dimensions).sort()));
      pending = [];
      const failures = [...groups.values()].flatMap(group => write(namespace, serviceName, group));
      if (failures.length > 0) throw new AggregateError(failures, 'Some metrics were not written.');
    },
  };
}

/** Gives what went wrong; a metric that CloudWatch would refuse must not take its neighbours with it. */
function write(namespace: string, serviceName: string, group: readonly Metric[]): readonly unknown[] {
  // As defaults, because a buffer of a hundred values is flushed in between and forgets added dimensions.
  const defaultDimensions = { ...group[0]?.dimensions };
  const metrics = new Metrics({ namespace, serviceName, defaultDimensions });
  const failures: unknown[] = [];
  for (const { name, unit, value } of group) {
    try {
      metrics.addMetric(name, unit, value);
    } catch (error) {
      failures.push(error);
    }
  }
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  return failures;
}
