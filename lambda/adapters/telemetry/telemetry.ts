/**
 * Log lines and metrics on standard output, which is CloudWatch in Lambda. Everything is redacted before Powertools
 * sees it, and nothing thrown here ever reaches the caller: a failed log line never stops a liquidation.
 */

import { Logger } from '@aws-lambda-powertools/logger';
import { METRICS_NAMESPACE } from '../../contract.ts';
import { redactionOf } from '../../core/text/redaction.ts';
import type { LogLevel, Telemetry } from '../../ports.ts';
import { logFields } from './log-fields.ts';
import { createMetricBuffer } from './metric-buffer.ts';

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
