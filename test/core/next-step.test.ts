/** The whole table of what follows from a refusal, for an order, a cancel and a read. */

import { describe, expect, it } from 'vitest';
import type { Knowledge, Reason } from '../../lambda/core/knowledge.ts';
import { nextStep, type Step } from '../../lambda/core/next-step.ts';

const stepAfter = (operation: Parameters<typeof nextStep>[0], knowledge: Knowledge, reason: Reason): Step =>
  nextStep(operation, { knowledge, reason, message: '' });

describe('after a refusal', () => {
  it.each<[Reason, Step, Step, Step]>([
    // reason             order            cancel          read
    ['clock', 'resync-clock', 'resync-clock', 'resync-clock'],
    ['nothing-there', 'observe', 'reached', 'observe'],
    ['already-sent', 'observe', 'observe', 'observe'],
    ['reduce-only-rejected', 'observe', 'observe', 'observe'],
    ['too-large', 'consult-rules', 'observe', 'observe'],
    ['too-small', 'consult-rules', 'observe', 'observe'],
    ['off-step', 'consult-rules', 'observe', 'observe'],
    ['thin-book', 'consult-rules', 'observe', 'observe'],
    ['mode-mismatch', 'observe', 'observe', 'observe'],
    ['not-closable', 'set-aside', 'observe', 'observe'],
    ['triggering', 'observe', 'repeat', 'observe'],
    ['too-many-open', 'observe', 'observe', 'observe'],
    ['rejected', 'consult-rules', 'observe', 'observe'],
    ['our-bug', 'consult-rules', 'observe', 'observe'],
    ['unforeseen', 'consult-rules', 'observe', 'observe'],
  ])('for %s', (reason, order, cancel, read) => {
    expect(stepAfter('order', 'refused', reason)).toBe(order);
    expect(stepAfter('cancel', 'refused', reason)).toBe(cancel);
    expect(stepAfter('read', 'refused', reason)).toBe(read);
  });
});

it.each<[Knowledge, Reason, Step, Step]>([
  // what is known        order       cancel and read
  ['unknown', 'no-answer', 'observe', 'repeat'],
  ['throttled', 'weight-limit', 'repeat', 'repeat'],
  ['unreached', 'unreachable', 'repeat', 'repeat'],
  ['forbidden', 'key', 'reread-secret', 'reread-secret'],
  ['forbidden', 'ip-ban', 'stop', 'stop'],
])('%s, for %s: an order is never sent again unseen', (knowledge, reason, order, others) => {
  expect(stepAfter('order', knowledge, reason)).toBe(order);
  expect(stepAfter('cancel', knowledge, reason)).toBe(others);
  expect(stepAfter('read', knowledge, reason)).toBe(others);
});
