/**
 * The configuration file, for the command line and for synth. Functions have none: they read FLATLINE_CONFIG,
 * whose text their wiring hands to `effectiveSettings`. A file that cannot be read is a finding, like any other.
 */

import { readFileSync, statSync } from 'node:fs';
import {
  type Finding,
  type ReadIniOptions,
  readIni,
  readJson,
  type SettingsReading,
} from '../core/config/read-settings.ts';

/** Far more than any configuration; keeps a wrong path (a log, a disk image) from being read at all. */
const MOST_BYTES = 1_000_000;

/** Reads and validates a file: JSON when its name ends in .json, else INI. Never throws. */
export function readConfigFile(path: string, options: ReadIniOptions = {}): SettingsReading {
  let text: string;
  try {
    const { size } = statSync(path);
    if (size > MOST_BYTES) return unreadable(path, 'the file is larger than 1 MB', 'name the configuration file');
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    return unreadable(path, ...causeOf(error));
  }
  return path.toLowerCase().endsWith('.json') ? readJson(text, path, options) : readIni(text, path, options);
}

function unreadable(source: string, rule: string, remedy: string): SettingsReading {
  const finding: Finding = { level: 'ERROR', source, rule, remedy };
  return { ok: false, findings: [finding] };
}

function causeOf(error: unknown): readonly [rule: string, remedy: string] {
  switch (error instanceof Error && 'code' in error ? error.code : undefined) {
    case 'ENOENT':
    case 'ENOTDIR':
      return [
        'there is no such file',
        'name another with --config, or have flatline init write one into an empty folder',
      ];
    case 'EACCES':
    case 'EPERM':
      return ['the file may not be read', 'give yourself the permission to read it'];
    case 'EISDIR':
      return ['this is a directory', 'name the file in it'];
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return ['the file is not UTF-8 text', 'save it as UTF-8'];
    default:
      return ['the file cannot be read', 'check the path and the disk'];
  }
}
