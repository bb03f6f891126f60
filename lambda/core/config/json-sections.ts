/** The sections of a configuration in JSON: an object of objects. The parser's message is not shown: it repeats the text. */

import { isObject, jsonIn } from '../text/fields.ts';
import type { Remark } from './remark.ts';
import type { RawSection } from './section-reader.ts';
import { shownJson, shownText } from './shown-value.ts';

interface JsonSections {
  readonly sections: readonly RawSection[];
  readonly remarks: readonly Remark[];
}

export function sectionsOfJson(text: string): JsonSections {
  const document = jsonIn(text);
  if (!isObject(document)) {
    const rule = document === undefined ? 'this is not JSON' : 'the JSON must be an object of sections';
    const remedy = 'deploy again from a valid file, or write {"liquidation": {…}, "bot:ID": {…}}';
    return { sections: [], remarks: [{ level: 'ERROR', rule, remedy }] };
  }
  const sections: RawSection[] = [];
  const remarks: Remark[] = [];
  for (const [name, body] of Object.entries(document)) {
    const isSection = isObject(body);
    const entries = isSection ? Object.entries(body).map(([key, value]) => ({ key, value, line: undefined })) : [];
    sections.push({ name, line: undefined, entries });
    if (isSection) continue;
    const rule = 'a section must be an object of keys and values';
    const remedy = 'write {"key": value, …}, or remove the section';
    remarks.push({ level: 'ERROR', key: `[${shownText(name)}]`, value: shownJson(body), rule, remedy });
  }
  return { sections, remarks };
}
