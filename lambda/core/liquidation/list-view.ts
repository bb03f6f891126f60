/** One answer to a list, with its age. */

import type { Rows } from '../exchange/model.ts';

export interface ListView<Row> extends Rows<Row> {
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
}
