/** The error codes of answers, logs and tools, with their heading in docs/troubleshooting.md, and flatline's two error classes. */

import type { Certainty } from '../exchange/failure.ts';

export const ERROR_CODES = {
  // before anything was done
  EVENT_INVALID: { heading: 'The event was refused' },
  ALREADY_IN_PROGRESS: { heading: 'Liquidation already in progress' },
  DISABLED: { heading: 'Liquidation is switched off' },
  CONFIG_INVALID: { heading: 'Configuration error' },
  SECRET_UNREADABLE: { heading: 'The secret cannot be read' },
  SECRET_MALFORMED: { heading: 'The secret is malformed' },
  // the exchange refuses all requests
  KEY_REFUSED: { heading: 'The exchange refuses the key' },
  WRONG_ACCOUNT: { heading: 'The account is of another kind' },
  LOCATION_BLOCKED: { heading: 'The exchange refuses this location' },
  FIREWALL_BLOCKED: { heading: 'The exchange refuses this address' },
  IP_BANNED: { heading: 'The exchange refuses this address' },
  ACCOUNT_BLOCKED: { heading: 'The account may not trade' },
  CLOCK_REFUSED: { heading: 'The exchange refuses our clock' },
  // the exchange cannot answer
  EXCHANGE_UNREACHABLE: { heading: 'The exchange cannot be reached' },
  EXCHANGE_SILENT: { heading: 'The exchange does not answer' },
  EXCHANGE_OVERLOADED: { heading: 'The exchange is overloaded' },
  EXCHANGE_ERROR: { heading: 'The exchange is overloaded' },
  REPLY_INVALID: { heading: 'The exchange sends invalid responses' },
  ROW_UNREADABLE: { heading: 'A row of the account cannot be read' },
  PATH_REFUSED: { heading: 'An exchange endpoint does not exist' },
  RATE_LIMITED: { heading: 'Rate limit reached' },
  // the watchdog
  BOT_ROW_INVALID: { heading: 'A bot’s row is invalid' },
  BOTS_UNREADABLE: { heading: 'The watchdog cannot read its table' },
  BOT_UNKNOWN: { heading: 'A bot is not in the configuration' },
  RUNS_UNREADABLE: { heading: 'Unfinished liquidations cannot be read' },
  BOTS_UNWRITABLE: { heading: 'The watchdog cannot write its table' },
  PINGS_REFUSED: { heading: 'Pings fail' },
  WATCHDOG_BLIND: { heading: 'The watchdog was interrupted' },
  BOT_RESTARTING: { heading: 'A bot restarts without working' },
  BOT_TIMES_DIFFER: { heading: 'A bot sends heartbeats less often than configured' },
  FAILURE_OUTDATED: { heading: 'A reported failure is outdated' },
  TRIP_GONE: { heading: 'The trip is no longer valid' },
  TRIP_NOT_FLAT: { heading: 'A tripped account is not known to be flat' },
  BOT_NOT_JUDGED: { heading: 'The watchdog cannot read its table' },
  INVOKE_FAILED: { heading: 'The liquidator was not invoked' },
  RESUME_GAVE_UP: { heading: 'Liquidation retries exhausted' },
  // one symbol
  REDUCE_ONLY_REFUSED: { heading: 'Positions not closing' },
  CLOSE_REFUSED: { heading: 'Positions not closing' },
  SYMBOL_RESTRICTED: { heading: 'The symbol cannot be traded' },
  NOT_CLOSABLE: { heading: 'The symbol cannot be traded' },
  DUST: { heading: 'The position is too small to close' },
  THIN_BOOK: { heading: 'The order book is empty' },
  CANCEL_REFUSED: { heading: 'Orders not cancelled' },
  // the whole run
  TIMEOUT: { heading: 'Timeout exceeded' },
  ATTEMPTS_EXHAUSTED: { heading: 'Partial liquidation' },
  NOT_VERIFIED: { heading: 'The result could not be verified' },
  UNFORESEEN: { heading: 'Unexpected error' },
  // warnings
  LOCK_UNAVAILABLE: { heading: 'The lock was not available' },
  SUPERSEDED: { heading: 'Another attempt took over' },
  AUDIT_INCOMPLETE: { heading: 'Missing audit records' },
  HAND_OVER_FAILED: { heading: 'The next attempt was not started' },
  RESULT_NOT_STORED: { heading: 'The result was not stored' },
  ORDERS_LEFT: { heading: 'Orders left by configuration' },
  POSITIONS_LEFT: { heading: 'Positions left by configuration' },
  SYMBOL_NOT_SEEN: { heading: 'A symbol was not seen' },
  POSITION_SIGN: { heading: 'A position has an unexpected sign' },
  STRATEGIES_NOT_READ: { heading: 'TWAP and VP orders were not read' },
  MARKET_NOT_COVERED: { heading: 'A market is not covered' },
  MARKET_NOT_READ: { heading: 'A market is not covered' },
  MARGIN_ORDERS_OPEN: { heading: 'Spot margin orders are open' },
  // notifying people
  MESSAGE_UNDELIVERED: { heading: 'A message was not delivered' },
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export class FlatlineError extends Error {
  override readonly name = 'FlatlineError';
  readonly code: ErrorCode;

  /** `message` names the value, the rule and the remedy, and never a secret. */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get heading(): string {
    return ERROR_CODES[this.code].heading;
  }
}

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly certainty: Certainty;

  /** `message` names the table, the operation and the remedy. The SDK's error is no cause, because it contains requests. */
  constructor(certainty: Certainty, message: string) {
    super(message);
    this.certainty = certainty;
  }
}
