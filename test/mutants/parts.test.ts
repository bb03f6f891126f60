/** What mutation testing names is there: a file that was renamed, or a rule that was rewritten, is not left out unseen. */

import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { RULE_MUTATIONS } from './engine-rules.ts';
import { PARTS } from './parts.ts';

const cwd = fileURLToPath(new URL('../..', import.meta.url));

/** `a{b,c}d` as its two names, so that each of them is searched for. */
function spelledOut(pattern: string): readonly string[] {
  const [all, before, choices, after] = /^(.*?)\{([^{}]*)\}(.*)$/.exec(pattern) ?? [];
  if (all === undefined) return [pattern];
  return (choices ?? '').split(',').flatMap(choice => spelledOut(`${before}${choice}${after}`));
}

describe.each(Object.entries(PARTS))('the part %s', (_name, { mutate, tests }) => {
  test.each([...mutate, ...tests].flatMap(spelledOut))('has files for %s', pattern => {
    expect(globSync(pattern, { cwd })).not.toEqual([]);
  });
});

test.each(RULE_MUTATIONS.map(one => [one.rule, one] as const))(
  '"%s" is a text of its file',
  (_rule, { file, from }) => {
    expect(readFileSync(`${cwd}${file}`, 'utf8')).toContain(from);
  },
);
