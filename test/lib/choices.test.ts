import { describe, expect, test } from 'vitest';
import { DEPLOYMENT_DEFAULTS, type DeploymentSettings } from '../../lambda/core/config/settings.ts';
import { type Claims, contradictions, readChoices } from '../../lib/choices.ts';

const read = (context: Readonly<Record<string, unknown>>, variable?: string) =>
  readChoices(name => context[name], variable);

const NOTHING_CHOSEN = {
  stack: 'flatline',
  environment: 'production',
  configPath: undefined,
  claims: { name: undefined, kms: undefined, fixedIp: undefined, testEvents: undefined },
};

describe('the options after -c', () => {
  test.each([
    ['nothing', {}, undefined, {}, {}],
    ['the testnet', { environment: 'testnet' }, undefined, { environment: 'testnet' }, {}],
    ['the testnet by the variable', {}, 'testnet', { environment: 'testnet' }, {}],
    ['production over the variable', { environment: 'production' }, 'testnet', {}, {}],
    ['a file', { config: 'bot.ini' }, undefined, { configPath: 'bot.ini' }, {}],
    ['a second stack', { name: 'desk-2' }, undefined, {}, { name: 'desk-2' }],
    ['options, as texts', { kms: 'true', fixedIp: 'false' }, undefined, {}, { kms: true, fixedIp: false }],
    [
      'options, as cdk.json has them',
      { testEvents: true, kms: false },
      undefined,
      {},
      { testEvents: true, kms: false },
    ],
  ])('%s', (_name, context, variable, expected, claims) => {
    expect(read(context, variable)).toEqual({
      ok: true,
      choices: { ...NOTHING_CHOSEN, ...expected, claims: { ...NOTHING_CHOSEN.claims, ...claims } },
    });
  });

  test('T1: every mistake is named at once, and none counts as false', () => {
    const reading = read({ environment: 'prod', config: '', name: true, kms: 'yes', fixedIp: '1' });
    expect(reading).toEqual({
      ok: false,
      problems: [
        '[ERROR] environment = prod: must be production or testnet',
        '[ERROR] config: must be the path of a configuration file, like -c config=config/mine.ini',
        '[ERROR] name = true: must be a text, like -c name=desk2',
        '[ERROR] kms = yes: must be true or false',
        '[ERROR] fixedIp = 1: must be true or false',
      ],
    });
  });
});

describe('W3: a lasting choice on a command line', () => {
  const { claims: nothing } = NOTHING_CHOSEN;
  const FILE = 'config/production.ini';
  const lasting = { ...DEPLOYMENT_DEFAULTS, name: 'desk2', fixedIp: true, kmsKey: 'stack' } as const;

  test.each([
    ['nothing', {}],
    ['what the file says', { name: 'desk2', fixedIp: true, kms: true, testEvents: false }],
  ])('that is %s is fine', (_what, claims) => {
    expect(contradictions({ ...nothing, ...claims }, lasting, FILE)).toEqual([]);
  });

  test.each<readonly [claims: Partial<Claims>, deployment: DeploymentSettings, key: string, remedy: string]>([
    [{ fixedIp: true }, DEPLOYMENT_DEFAULTS, 'fixed_ip = false', 'fixed_ip = true'],
    [{ fixedIp: false }, lasting, 'fixed_ip = true', 'fixed_ip = false'],
    [{ kms: true }, DEPLOYMENT_DEFAULTS, 'kms_key = none', 'kms_key = stack'],
    [{ kms: false }, lasting, 'kms_key = stack', 'kms_key = none'],
    [{ testEvents: true }, lasting, 'test_events = false', 'test_events = true'],
    [{ name: 'desk2' }, DEPLOYMENT_DEFAULTS, 'name = (nothing)', 'name = desk2'],
    [{ name: 'desk3' }, lasting, 'name = desk2', 'name = desk3'],
  ])('that contradicts the file is refused with both sides and the remedy: %j', (claims, deployment, key, remedy) => {
    const [problem, ...more] = contradictions({ ...nothing, ...claims }, deployment, FILE);
    expect(more).toEqual([]);
    expect(problem).toContain(`${FILE} says ${key}`);
    expect(problem).toContain(`write ${remedy} under [deployment]`);
  });
});
