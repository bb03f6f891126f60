/** Every heading that a message, an error or an alarm names leads to a section of the guide. */

import { expect, test } from 'vitest';
import { guideAt } from '../../lambda/guide-link.ts';
import { anchorOf, readDocument } from '../docs/markdown.ts';

test('the anchor of each heading of the guide is the one that a viewer of Markdown gives it', () => {
  for (const { text } of readDocument('docs/troubleshooting.md').headings) {
    expect(guideAt(text, 'https://x.example/docs')).toBe(
      `https://x.example/docs/troubleshooting.md#${anchorOf(text)} ("${text}")`,
    );
  }
});

test('a guide link without an address is a path and a heading', () => {
  expect(guideAt('Bot is late', undefined)).toBe('docs/troubleshooting.md, "Bot is late"');
});
