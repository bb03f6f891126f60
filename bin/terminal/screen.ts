/** The screen that lines for people are written for: its colours and its columns. */

import type { Paint } from './paint.ts';

export interface Screen {
  readonly paint: Paint;
  readonly width: number;
}
