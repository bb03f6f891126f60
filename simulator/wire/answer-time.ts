/** When and where an answer is made. */

export interface RequestMoment {
  /** The exchange's time. */
  readonly timeMs: number;
  readonly method: string;
  readonly path: string;
  readonly ip: string;
  /** The limit of the address at this host. */
  readonly weightPerMinute: number;
}
