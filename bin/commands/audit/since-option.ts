/** `--since`, with a default that help shows as people write it. */

import { Option } from 'commander';
import { readDurationMs } from '../../terminal/duration-option.ts';

/** Gives milliseconds. */
export const sinceOption = (says: string, defaultMs: number, shown: string): Option =>
  new Option('--since <duration>', says).argParser(readDurationMs).default(defaultMs, shown);
