/**
 * Frequent queries of the logs, in the language of CloudWatch Logs Insights. The field names are those of the functions'
 * log lines.
 */

export interface FlatlineQuery {
  /** Its name in the console, below the stack's name. */
  readonly name: string;
  /** Commands, joined by `|`. */
  readonly lines: readonly string[];
}

export const QUERIES = {
  incident: {
    name: 'one incident (insert its correlation ID)',
    lines: [
      'fields @timestamp, message, symbol, operation, attempt, latency_ms, status, code, @message',
      "filter correlation_id = 'liq_YYYYMMDD_HHMMSS_xxxxxx'",
      'sort @timestamp asc',
      'limit 10000',
    ],
  },
  errors: {
    name: 'warnings and errors',
    lines: [
      'fields @timestamp, level, service, bot_id, correlation_id, symbol, message, coalesce(says, why) as reason',
      "filter level in ['WARN', 'ERROR', 'CRITICAL']",
      'sort @timestamp desc',
      'limit 100',
    ],
  },
  exchangeLatencies: {
    name: 'latency of the exchange',
    lines: [
      "filter message in ['Exchange request', 'Exchange request failed']",
      'stats count(*) as requests, pct(latency_ms, 50) as p50, pct(latency_ms, 95) as p95, max(latency_ms) as slowest by path, status',
      'sort requests desc',
    ],
  },
} as const satisfies Record<string, FlatlineQuery>;
