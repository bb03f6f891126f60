/** W5: each bot attaches a policy of its own to the role that it runs as, and AWS attaches ten to a role. */

import { expect, test } from 'vitest';
import { readIni } from '../../../lambda/core/config/read-settings.ts';

const ROLE = 'role = arn:aws:iam::123456789012:role/desk\n';
const rulesFor = (shared: number): readonly string[] => {
  const bots = Array.from({ length: shared }, (_, index) => `[bot:b${index}]\n${ROLE}`).join('');
  const { findings, ok } = readIni(`[liquidation]\n${bots}[bot:alone]\n`, 'c.ini');
  expect(ok).toBe(true);
  return findings.filter(({ level }) => level === 'WARNING').map(({ rule }) => rule);
};

test('ten bots of one role are fine, eleven are reported before the deployment fails half way', () => {
  expect(rulesFor(10).filter(rule => rule.includes('run as this role'))).toEqual([]);
  expect(rulesFor(11)).toContainEqual(expect.stringContaining('11 bots run as this role'));
});
