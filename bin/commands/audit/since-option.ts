/** `--since`, with its default in help as people write it. */

import { Option } from 'commander';
import { readDurationMs } from '../../terminal/duration-option.ts';

/** Returns milliseconds. */
export const sinceOption = (says: string, defaultMs: number, shown: string): Option =>
  new Option('--since <duration>', says).argParser(readDurationMs).default(defaultMs, shown);
