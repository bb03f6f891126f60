/** One thing to say about a configuration, before it is known which file or variable it came from. */

export interface Remark {
  /** ERROR: not valid. CRITICAL, WARNING, INFO: valid, but look at it. */
  readonly level: 'ERROR' | 'CRITICAL' | 'WARNING' | 'INFO';
  /** Counted from 1; absent in JSON, and for what is not in the file. */
  readonly line?: number;
  /** `liquidation.timeout_seconds`, `bot:alpha.secret`, or `[section]`. */
  readonly key?: string;
  /** The value as people may see it. */
  readonly value?: string;
  /** What must hold, or what is the matter. */
  readonly rule: string;
  /** What to do. */
  readonly remedy: string;
}
