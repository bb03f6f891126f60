/** What lines for people are set for: the colours there are, and the columns. */

import type { Paint } from './paint.ts';

export interface Screen {
  readonly paint: Paint;
  readonly width: number;
}
