/**
 * The INI reader: text to sections with line numbers, and all syntax problems at once.
 *
 *   [section]              ; comments start with ; or # at the line's start or after whitespace
 *   key = value            # spaces around are dropped
 *   key = " value ; kept " # quotes are optional; no escapes inside
 *
 * No line is ever quoted in a problem: another program's file may contain keys. (The package `ini` has no line numbers.)
 */

interface IniEntry {
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

interface IniSection {
  readonly name: string;
  readonly line: number;
  readonly entries: readonly IniEntry[];
}

interface IniProblem {
  readonly line: number;
  /** The section of the line; undefined before the first one. */
  readonly section: string | undefined;
  readonly rule: string;
  readonly remedy: string;
  /** For a key before any section. */
  readonly key?: string;
  /** It is about the file, not about the line. */
  readonly isWhole?: true;
}

interface IniText {
  readonly sections: readonly IniSection[];
  readonly problems: readonly IniProblem[];
}

interface OpenSection {
  readonly name: string;
  readonly line: number;
  readonly entries: Map<string, IniEntry>;
}

type Flaw = Pick<IniProblem, 'rule' | 'remedy' | 'key'>;

const NEITHER: Flaw = {
  rule: 'the line is neither [section] nor key = value',
  remedy: 'write key = value, or start a comment with ; or #',
};
const KEY_IN_FILE: Flaw = {
  rule: 'the configuration contains a private key (PEM)',
  remedy: 'delete it here, replace it at the exchange, and store the new one in Secrets Manager',
};

export function parseIni(text: string): IniText {
  if (text.includes('\0')) return notText();
  const sections = new Map<string, OpenSection>();
  const problems: IniProblem[] = [];
  let section: OpenSection | undefined;
  let insidePem = false;

  for (const [index, rawLine] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const line = index + 1;
    const content = rawLine.trim();
    const report = (flaw: Flaw): number => problems.push({ line, section: section?.name, ...flaw });

    // Lines of a PEM could be parsed as keys, and their names would be shown.
    const pemGoesOn: boolean = insidePem && !content.startsWith('[');
    insidePem = (pemGoesOn || content.includes('-----BEGIN')) && !content.includes('-----END');
    if (pemGoesOn) continue;
    if (content.includes('-----BEGIN')) {
      report(KEY_IN_FILE);
      continue;
    }
    if (content === '' || content.startsWith(';') || content.startsWith('#')) continue;

    const header = readHeader(rawLine);
    if (header !== undefined) {
      const earlier = sections.get(header.name);
      section = earlier ?? { name: header.name, line, entries: new Map() };
      sections.set(header.name, section);
      if (header.flaw !== undefined) report(header.flaw);
      else if (earlier !== undefined) report(doubled('section', earlier.line));
      continue;
    }

    const assignment = readAssignment(content);
    if (!assignment.ok) report(assignment.flaw);
    else if (section === undefined) report({ ...HOMELESS, key: assignment.key });
    else {
      const { key, value } = assignment;
      const earlier = section.entries.get(key);
      if (earlier !== undefined) report(doubled('key', earlier.line));
      else section.entries.set(key, { key, value, line });
    }
  }
  const closed = [...sections.values()].map(open => ({ ...open, entries: [...open.entries.values()] }));
  return { sections: closed, problems };
}

const HOMELESS: Flaw = {
  rule: 'the key is before the first section',
  remedy: 'put [liquidation], or the section of this key, above it',
};

function notText(): IniText {
  const flaw = { rule: 'the file is not UTF-8 text (it contains zero bytes)', remedy: 'save it as UTF-8' };
  return { sections: [], problems: [{ line: 1, section: undefined, ...flaw, isWhole: true }] };
}

function doubled(what: 'section' | 'key', firstLine: number): Flaw {
  return {
    rule: `the ${what} is defined twice, first in line ${firstLine}`,
    remedy: what === 'key' ? 'keep one of the two' : 'put all keys under one heading',
  };
}

/**
 * Undefined: not a heading. A malformed heading opens its section nevertheless, so that its keys are checked. An indented
 * bracket is a heading only if it is complete: Python's configparser continues values, such as lists, on indented lines.
 */
function readHeader(rawLine: string): { readonly name: string; readonly flaw?: Flaw } | undefined {
  const content = rawLine.trim();
  if (!content.startsWith('[')) return undefined;
  const whole = /^\[([^[\]"',]+)\]\s*(?:[;#].*)?$/.exec(content);
  const name = whole?.[1]?.trim();
  if (name !== undefined && name !== '') return { name };
  if (/^\s/.test(rawLine)) return undefined;
  const meant = /^\[([^\];#]*)/.exec(content)?.[1]?.trim() ?? '';
  return {
    name: meant,
    flaw: { rule: 'the section heading is malformed', remedy: 'write it as [section] on its own line' },
  };
}

type Assignment =
  | { readonly ok: true; readonly key: string; readonly value: string }
  | { readonly ok: false; readonly flaw: Flaw };

function readAssignment(content: string): Assignment {
  const equals = content.indexOf('=');
  if (equals <= 0) {
    const colon = /^[A-Za-z_]+\s*:/.test(content);
    return { ok: false, flaw: colon ? { ...NEITHER, remedy: 'write key = value, with = instead of :' } : NEITHER };
  }
  const key = content.slice(0, equals).trim();
  const rest = content.slice(equals + 1);
  if (/^\s*["']/.test(rest)) {
    const quoted = /^\s*(["'])((?:(?!\1).)*)\1\s*(?:[;#].*)?$/.exec(rest);
    if (quoted !== null) return { ok: true, key, value: quoted[2] ?? '' };
    const flaw = {
      rule: 'the quotes do not enclose the whole value',
      remedy: 'close the quotes at its end, or remove them',
    };
    return { ok: false, flaw };
  }
  const comment = rest.search(/\s[;#]/);
  return { ok: true, key, value: (comment < 0 ? rest : rest.slice(0, comment)).trim() };
}
