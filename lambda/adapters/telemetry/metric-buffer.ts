/**
 * Collects the metrics of an invocation and writes them as CloudWatch Embedded Metric Format, one line for each set
 * of dimensions (and each hundred values). Alarms must name exactly the set they watch: `service` alone, or `service`
 * with the dimensions given.
 */

import { Metrics } from '@aws-lambda-powertools/metrics';
import type { MetricUnit } from '../../ports.ts';

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

export function createMetricBuffer(namespace: string, serviceName: string): MetricBuffer {
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
