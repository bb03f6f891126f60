/** The guide's sections as they stand in a report: every code has one, and its Markdown becomes what it means. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { guideSectionsIn } from '../../bin/commands/report/guide-sections.ts';
import { ERROR_CODES } from '../../lambda/core/invocation/error-codes.ts';

const guide = readFileSync(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8');

test.each([...new Set(Object.values(ERROR_CODES).map(({ heading }) => heading))])(
  '"%s" has its section in the guide',
  heading => {
    const guideSection = guideSectionsIn(guide)(heading);
    const said = [guideSection?.means, guideSection?.remedy].map(part => part?.toString() ?? '');
    for (const text of said) {
      expect(text.replace(/<[^>]*>/g, '').length).toBeGreaterThan(20);
      // Nothing of the Markdown is left over.
      expect(text.replace(/<(pre|code)>.*?<\/\1>/gs, '')).not.toMatch(/\*\*|\]\(|^\||```/m);
    }
  },
);

const SECTION = `## A heading

Code \`X\`.

**What it means.** One **bold** thing
over two lines, see [the other](#other-one) & \`a < b\`.

**Look.** Not this.

**Do.** First:
1. one
   goes on
2. two

| code | do |
|---|---|
| -1 | \`x\` |

\`\`\`sh
run "$IT"
\`\`\`
- point

## Another

**What it means.** Else. **Do.** Else.
`;

describe('the Markdown of a guide section in a report', () => {
  const guideSection = guideSectionsIn(SECTION)('A heading');

  test('shows what it means', () => {
    expect(String(guideSection?.means)).toBe(
      '<p>One <b>bold</b> thing over two lines, see the other &#38; <code>a &#60; b</code>.</p>',
    );
  });

  test('shows what to do', () => {
    expect(String(guideSection?.remedy)).toBe(
      '<p>First:</p><ol><li>one goes on</li><li>two</li></ol>' +
        '<div class="wide"><table><thead><tr><th scope="col">code</th><th scope="col">do</th></tr></thead>' +
        '<tbody><tr><td>-1</td><td><code>x</code></td></tr></tbody></table></div>' +
        '<pre>run &#34;$IT&#34;</pre><ul><li>point</li></ul>',
    );
  });
});

test.each([
  ['a heading that is not there', SECTION, 'Nothing'],
  ['a guide that could not be read', undefined, 'A heading'],
])('%s gives no section of the guide', (_name, text, heading) => {
  expect(guideSectionsIn(text)(heading)).toBeUndefined();
});
