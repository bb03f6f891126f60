import { describe, expect, test } from 'vitest';
import { readChoices } from '../../lib/choices.ts';

const read = (context: Readonly<Record<string, unknown>>, variable?: string) =>
  readChoices(name => context[name], variable);

const NOTHING_CHOSEN = {
  environment: 'production',
  suffix: undefined,
  configPath: undefined,
  kms: false,
  fixedIp: false,
  testEvents: false,
};

describe('what is chosen with -c', () => {
  test.each([
    ['nothing', {}, undefined, {}],
    ['the testnet', { environment: 'testnet' }, undefined, { environment: 'testnet' }],
    ['the testnet by the variable', {}, 'testnet', { environment: 'testnet' }],
    ['production over the variable', { environment: 'production' }, 'testnet', {}],
    ['a second stack', { name: 'desk-2' }, undefined, { suffix: 'desk-2' }],
    ['the shortest name', { name: '2' }, undefined, { suffix: '2' }],
    ['the longest', { name: 'a2345678901234567890' }, undefined, { suffix: 'a2345678901234567890' }],
    ['a file', { config: 'bot.ini' }, undefined, { configPath: 'bot.ini' }],
    ['options, as texts', { kms: 'true', fixedIp: 'false' }, undefined, { kms: true }],
    ['options, as cdk.json has them', { testEvents: true, kms: false }, undefined, { testEvents: true }],
  ])('%s', (_name, context, variable, expected) => {
    expect(read(context, variable)).toEqual({ ok: true, choices: { ...NOTHING_CHOSEN, ...expected } });
  });

  test('T1: every mistake is named at once, and none is taken for a no', () => {
    const reading = read({ environment: 'prod', config: '', name: 'Desk_2', kms: 'yes', fixedIp: '1' });
    expect(reading).toEqual({
      ok: false,
      problems: [
        '[ERROR] environment = prod: must be production or testnet',
        '[ERROR] config: must be the path of a configuration file, like -c config=config/mine.ini',
        '[ERROR] name = Desk_2: must be 1 to 20 of a-z, 0-9 and "-", and begin and end with a letter or digit, like -c name=desk2',
        '[ERROR] kms = yes: must be true or false',
        '[ERROR] fixedIp = 1: must be true or false',
      ],
    });
  });

  test.each(['', '-a', 'a-', 'a b', 'a23456789012345678901', true, 'ä'])('no name for a stack: %s', name => {
    expect(read({ name }).ok).toBe(false);
  });
});
