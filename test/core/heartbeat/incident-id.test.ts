/** Names that two ticks, of two versions, have to agree on. The digits come from Python's hashlib. */

import { expect, it } from 'vitest';
import { incidentId, lockOutCheckId } from '../../../lambda/core/invocation/identity.ts';

const AT = Date.UTC(2026, 10, 21, 12, 0, 0);

it('a missed deadline has its name', () => {
  expect(incidentId('alpha', AT + 0.9)).toBe('liq_20261121_120000_7917f47076b91d17');
});

it('a lock-out check has another ID', () => {
  expect(lockOutCheckId('alpha', AT + 0.9)).toBe('liq_20261121_120000_e0e28efa539c2212');
});
