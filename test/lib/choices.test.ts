import { describe, expect, test } from 'vitest';
import { readChoices } from '../../lib/choices.ts';

const read = (context: Readonly<Record<string, unknown>>, variable?: string) =>
  readChoices(name => context[name], variable);

const NOTHING_CHOSEN = {
  environment: 'production',
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
    ['a file', { config: 'bot.ini' }, undefined, { configPath: 'bot.ini' }],
    ['options, as texts', { kms: 'true', fixedIp: 'false' }, undefined, { kms: true }],
    ['options, as cdk.json has them', { testEvents: true, kms: false }, undefined, { testEvents: true }],
  ])('%s', (_name, context, variable, expected) => {
    expect(read(context, variable)).toEqual({ ok: true, choices: { ...NOTHING_CHOSEN, ...expected } });
  });

  test('T1: every mistake is named at once, and none is taken for a no', () => {
    const reading = read({ environment: 'prod', config: '', kms: 'yes', fixedIp: '1' });
    expect(reading).toEqual({
      ok: false,
      problems: [
        '[ERROR] environment = prod: must be production or testnet',
        '[ERROR] config: must be the path of a configuration file, like -c config=config/mine.ini',
        '[ERROR] kms = yes: must be true or false',
        '[ERROR] fixedIp = 1: must be true or false',
      ],
    });
  });
});
