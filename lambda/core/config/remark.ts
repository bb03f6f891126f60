/** One finding about a configuration, before its file or variable is known. */

export interface Remark {
  /** ERROR: not valid. CRITICAL, WARNING, INFO: valid, but to be checked. */
  readonly level: 'ERROR' | 'CRITICAL' | 'WARNING' | 'INFO';
  /** Counted from 1; absent in JSON, and for keys that are not in the file. */
  readonly line?: number;
  /** `liquidation.timeout_seconds`, `bot:alpha.secret`, or `[section]`. */
  readonly key?: string;
  /** The value as it may be shown. */
  readonly value?: string;
  /** The rule, or the problem. */
  readonly rule: string;
  /** What to do. */
  readonly remedy: string;
}
