/** One answer to a list, with its age. */

import type { Rows } from '../exchange/model.ts';

export interface ListView<Row> extends Rows<Row> {
  /** Symbols of rows outside of what the call names: never acted on, only named to a person. */
  readonly elsewhere: readonly string[];
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
}
