/** X3: a bot may act for itself alone. AWS says by which alias it called; the event says for which bot. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aliasOf, IN_SERVICE, qualified } from '../../../lambda/aliases.ts';
import { BOT_ID_PATTERN } from '../../../lambda/contract.ts';
import { wrongCaller } from '../../../lambda/core/invocation/refused-event.ts';

const arn = (alias?: string): string =>
  `arn:aws:lambda:eu-central-1:123456789012:function:flatline-production-liquidator${alias === undefined ? '' : `:${alias}`}`;

describe('a call by a bot’s alias', () => {
  test.each([
    ['its own account', 'alpha', { trigger: 'SIGTERM', bot_id: 'alpha' }],
    ['its own self-test', 'alpha', { action: 'preflight', bot_id: 'alpha' }],
    ['the default bot, which an event without an ID means', 'default', { trigger: 'SIGTERM' }],
    ['a bot whose ID is a number', 'bot_7', { trigger: 'SIGTERM', bot_id: '7' }],
  ])('may be about %s', (_what, alias, event) => {
    expect(wrongCaller(arn(alias), event)).toBeUndefined();
  });

  test.each([
    ['liquidate another', { trigger: 'SIGTERM', bot_id: 'beta' }],
    ['look at another', { trigger: 'SIGTERM', bot_id: 'beta', dry_run: true }],
    ['test another', { action: 'preflight', bot_id: 'beta' }],
    ['leave out whom it means', { trigger: 'SIGTERM' }],
    ['go on with another’s liquidation', { trigger: 'SIGTERM', bot_id: 'beta', resume: { hop: 2 } }],
    ['mean a list', { trigger: 'SIGTERM', bot_id: ['alpha'] }],
    ['mean one by way of the prototype', JSON.parse('{"__proto__": {"bot_id": "alpha"}}')],
    ['mean the alias of the version in service', { trigger: 'SIGTERM', bot_id: IN_SERVICE }],
  ])('may not %s', (_what, event) => {
    expect(wrongCaller(arn('alpha'), event)).toMatch(/^The function was called by the alias alpha/);
  });
});

test.each([[arn()], [arn('$LATEST')], [arn(IN_SERVICE)], [arn('17')], [undefined]])(
  'a call of %s may be about any bot: a role that acts for all has made it',
  invokedArn => {
    expect(wrongCaller(invokedArn, { trigger: 'watchdog', bot_id: 'beta' })).toBeUndefined();
  },
);

test('for every two bots, the alias of one is refused for the other, and is none of flatline’s own', () => {
  const botId = fc.stringMatching(BOT_ID_PATTERN);
  fc.assert(
    fc.property(botId, botId, (one, other) => {
      expect(wrongCaller(arn(aliasOf(one)), { trigger: 'SIGTERM', bot_id: other }) === undefined).toBe(one === other);
      // AWS Lambda, "CreateAlias": (?!^[0-9]+$)([a-zA-Z0-9-_]+), 128 characters at most.
      expect(aliasOf(one)).toMatch(/^(?!\d+$)[a-zA-Z0-9_-]{1,128}$/);
      expect(aliasOf(one)).not.toBe(IN_SERVICE);
    }),
  );
});

test.each([
  ['liquidator', 'liquidator:alpha'],
  ['liquidator:beta', 'liquidator:beta'],
  [arn(), arn('alpha')],
  [arn('beta'), arn('beta')],
])('a function named %s is called as %s', (name, called) => {
  expect(qualified(name, 'alpha')).toBe(called);
});
