/** Which key stands in which section of flatline. */

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
export function headingFor(key: string): string | undefined {
  const section = PLAIN_SECTIONS.find(name => SECTION_KEYS[name]?.includes(key));
  if (section !== undefined) return `[${section}]`;
  return BOT_KEYS.includes(key) ? '[bot:ID]' : undefined;
}
