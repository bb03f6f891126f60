/** How an attribute is required to stand as it was seen, whatever a hand in the console has put there. */

import { expect, it } from 'vitest';
import { unchanged } from '../../../lambda/core/heartbeat/row-change.ts';
import type { Plain } from '../../../lambda/core/text/plain-json.ts';

const LARGEST = 2 ** 53 - 1;

it.each<[string, Plain, object]>([
  ['a whole number', 7, { kind: 'same', value: 7 }],
  ['the largest whole number', LARGEST, { kind: 'same', value: LARGEST }],
  ['a text', '7', { kind: 'same', value: '7' }],
  ['a switch', true, { kind: 'same', value: true }],
  ['nothing, written down', null, { kind: 'no-number' }],
  ['a list', [7], { kind: 'no-number' }],
  ['a document', { seven: 7 }, { kind: 'no-number' }],
  ['a fraction', 7.5, { kind: 'between', above: 7, below: 8 }],
  ['a fraction below zero', -7.5, { kind: 'between', above: -8, below: -7 }],
  ['a number of too many digits', 1e30, { kind: 'between', above: LARGEST, below: 9.99e125 }],
  ['the first that is not whole for sure', 2 ** 53, { kind: 'between', above: LARGEST, below: 9.99e125 }],
  ['one below zero', -1e30, { kind: 'between', above: -9.99e125, below: -LARGEST }],
])('%s', (_what, value, requirement) => {
  expect(unchanged({ beats: value }, ['beats'])).toEqual([{ attribute: 'beats', ...requirement }]);
});

it('the condition on an attribute that the row lacks is that it still lacks it', () => {
  expect(unchanged({}, ['beats'])).toEqual([{ kind: 'same', attribute: 'beats', value: undefined }]);
});
