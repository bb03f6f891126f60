import { describe, expect, test } from 'vitest';
import { resource, resourcesOf, templateOf } from './synthesised.ts';

const SECRET = 'AWS::SecretsManager::Secret';

const bots = [
  { botId: 'alpha', secretName: 'flatline/shared' },
  { botId: 'beta', secretName: 'flatline/shared' },
  { botId: 'gamma', secretName: 'trading/gamma' },
];
const template = templateOf({ bots });

describe('the secrets', () => {
  test('there is one for each name, however many bots share it', () => {
    const names = [...resourcesOf(template, SECRET).values()].map(({ Properties }) => Properties.Name);
    expect(names.sort()).toEqual(['flatline/shared', 'trading/gamma']);
  });

  test('T3: they are created without any content, and outlive the stack', () => {
    for (const { Properties, DeletionPolicy } of resourcesOf(template, SECRET).values()) {
      expect(Properties).not.toHaveProperty('SecretString');
      expect(Properties).not.toHaveProperty('GenerateSecretString');
      expect(DeletionPolicy).toBe('Retain');
    }
  });

  test('names that look alike stay apart', () => {
    const alike = templateOf({
      bots: [
        { botId: 'a', secretName: 'flatline/a-b' },
        { botId: 'b', secretName: 'flatline-ab' },
        { botId: 'c', secretName: 'flatlineab' },
      ],
    });
    expect(resourcesOf(alike, SECRET).size).toBe(3);
  });
});

describe('with a key of the operator’s own', () => {
  const withKey = templateOf({ bots, kms: true });

  test('every secret is under it', () => {
    for (const { Properties } of resourcesOf(withKey, SECRET).values()) {
      expect(Properties.KmsKeyId['Fn::GetAtt'][0]).toMatch(/^ExchangeSecretsKey/);
    }
  });

  test('the key rotates, and is kept: without it the secrets are lost', () => {
    const key = resource(withKey, 'AWS::KMS::Key', 'ExchangeSecrets');
    expect(key.Properties.EnableKeyRotation).toBe(true);
    expect(key.DeletionPolicy).toBe('Retain');
  });

  test('by default there is none to pay for', () => {
    expect(resourcesOf(template, 'AWS::KMS::Key').size).toBe(0);
  });
});
