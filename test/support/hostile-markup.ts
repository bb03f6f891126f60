/** Text that imitates markup, and a check whether it became markup. */

import fc from 'fast-check';

/** Up to three of the fragments or of any characters, between two letters that keep them from being trimmed. */
export const hostileText = (fragments: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof(fc.constantFrom(...fragments), fc.string({ unit: 'binary' })), { minLength: 1, maxLength: 3 })
    .map(parts => `x${parts.join('')}x`);

/** Tags in their order, with their attributes' names, without values. */
export const skeleton = (page: string): readonly string[] =>
  (page.match(/<[^>]*>/g) ?? []).map(tag => tag.replace(/"[^"]*"/g, '""'));
