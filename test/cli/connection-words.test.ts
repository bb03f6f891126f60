/** A command that is copied from a sentence reaches the deployment that the sentence is about. */

import { expect, test } from 'vitest';
import { guardWords } from '../../bin/commands/guard/guard-connection.ts';
import type { GuardOptions } from '../../bin/commands/guard/plan.ts';
import { forDeployment } from '../../bin/terminal/options.ts';

test.each([
  ['Then flatline rearm --bot alpha.', ' --env testnet', 'Then flatline rearm --bot alpha --env testnet.'],
  [
    'Use flatline arm --bot a-1, or flatline beat --bot a-1 --arm.',
    ' --local',
    'Use flatline arm --bot a-1 --local, or flatline beat --bot a-1 --local --arm.',
  ],
  [
    'Then flatline rearm --bot alpha --env testnet --name desk2.',
    ' --env testnet --name desk2 --region eu-west-1',
    'Then flatline rearm --bot alpha --env testnet --name desk2 --region eu-west-1.',
  ],
  ['See flatline --help.', ' --local', 'See flatline --help.'],
  ['Then flatline ping-url --bot alpha.', '', 'Then flatline ping-url --bot alpha.'],
])('%s with "%s"', (sentence, words, expected) => {
  expect(forDeployment(sentence, words)).toBe(expected);
});

const GUARD: GuardOptions = {
  ...{ env: 'production', bot: 'alpha', onHang: 'wait', onExit: 'liquidate' },
  ...{ grace: 10_000, untilFlat: 60_000, preflight: true },
};

test.each([
  ['flatline-testnet-liquidator:alpha', {}, ' --env testnet'],
  ['flatline-testnet-desk-2-liquidator:alpha', {}, ' --env testnet --name desk-2'],
  [
    'arn:aws:lambda:eu-west-1:123456789012:function:flatline-testnet-desk-2-liquidator:alpha',
    {},
    ' --env testnet --name desk-2',
  ],
  ['flatline-production-liquidator:alpha', { env: 'testnet' }, ''],
  ['flatline-production-liquidator', { region: 'ap-northeast-1' }, ' --region ap-northeast-1'],
  ['flatline-liquidator', { local: true }, ' --local'],
  ['a-function-of-our-own', { env: 'testnet' }, ' --env testnet'],
] as const)('a guard of %s with %j gives commands with "%s"', (liquidator, options, words) => {
  expect(guardWords({ ...GUARD, ...options }, liquidator)).toBe(words);
});
