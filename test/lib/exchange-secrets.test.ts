import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { botNamed, botsNamed, resource, resourcesOf, stackOf, templateOf } from './synthesised.ts';

const SECRET = 'AWS::SecretsManager::Secret';

const bots = [
  botNamed('alpha', { secretName: 'flatline/shared' }),
  botNamed('beta', { secretName: 'flatline/shared' }),
  botNamed('gamma', { secretName: 'trading/gamma' }),
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
      expect(DeletionPolicy).toBe('RetainExceptOnCreate');
    }
  });

  test('similar names get different resources', () => {
    const alike = templateOf({
      bots: [
        botNamed('a', { secretName: 'flatline/a-b' }),
        botNamed('b', { secretName: 'flatline-ab' }),
        botNamed('c', { secretName: 'flatlineab' }),
      ],
    });
    expect(resourcesOf(alike, SECRET).size).toBe(3);
  });
});

describe('with a key of the operator’s own', () => {
  const withKey = templateOf({ bots, kmsKey: 'stack' });

  test('every secret is under it', () => {
    for (const { Properties } of resourcesOf(withKey, SECRET).values()) {
      expect(Properties.KmsKeyId['Fn::GetAtt'][0]).toMatch(/^ExchangeSecretsKey/);
    }
  });

  test('the key rotates, and is kept: without it the secrets are lost', () => {
    const key = resource(withKey, 'AWS::KMS::Key', 'ExchangeSecrets');
    expect(key.Properties.EnableKeyRotation).toBe(true);
    expect(key.DeletionPolicy).toBe('RetainExceptOnCreate');
  });

  test('by default there is none to pay for', () => {
    expect(resourcesOf(template, 'AWS::KMS::Key').size).toBe(0);
  });
});

describe('W4: a secret that exists already', () => {
  const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:flatline/alpha-AbCdEf';
  const adopted = templateOf({ bots: [botNamed('alpha', { secretArn: arn }), botNamed('beta')] });

  test('is used and not made, so that a bot can be removed and added again', () => {
    const names = [...resourcesOf(adopted, SECRET).values()].map(({ Properties }) => Properties.Name);
    expect(names).toEqual(['flatline/beta']);
    const policy = resource(adopted, 'AWS::IAM::ManagedPolicy', 'LiquidatorReadSecrets1').Properties.PolicyDocument;
    expect(policy.Statement[0].Resource).toContainEqual(arn);
  });

  test('keeps the policy of its owner', () => {
    const guarded = [...resourcesOf(adopted, 'AWS::SecretsManager::ResourcePolicy').values()];
    expect(guarded.map(({ Properties }) => Properties.SecretId)).toEqual([
      { Ref: expect.stringMatching(/^ExchangeSecretsflatlinebeta/) },
    ]);
  });
});

describe('X8: a policy at each secret', () => {
  const GUARD = 'AWS::SecretsManager::ResourcePolicy';
  const statementsOf = (of: typeof template) =>
    [...resourcesOf(of, GUARD).values()].map(({ Properties }) => Properties.ResourcePolicy.Statement);

  test('denies everybody but the liquidator to read it', () => {
    expect(statementsOf(template)).toHaveLength(2);
    for (const [statement, ...more] of statementsOf(template)) {
      expect(more).toEqual([]);
      expect(statement).toMatchObject({
        Effect: 'Deny',
        Principal: '*',
        Action: ['secretsmanager:GetSecretValue'],
        Condition: {
          ArnNotEquals: { 'aws:PrincipalArn': [{ 'Fn::GetAtt': [expect.stringMatching(/^LiquidatorRole/), 'Arn'] }] },
        },
      });
    }
  });

  test('lets named administrators read and write it, and no other identity', () => {
    const admin = 'arn:aws:iam::123456789012:role/ops';
    const [statements] = statementsOf(templateOf({ secretAdmins: [admin] }));
    // AWS Secrets Manager API: each of them changes which value is the current one.
    for (const action of ['PutSecretValue', 'UpdateSecretVersionStage', 'UpdateSecret']) {
      const denying = statements.filter(({ Action }: { Action: readonly string[] }) =>
        Action.includes(`secretsmanager:${action}`),
      );
      expect([action, denying.length]).toEqual([action, 1]);
      expect(denying[0].Condition.ArnNotEquals['aws:PrincipalArn']).toContain(admin);
    }
  });

  test('lets AWS CloudFormation change what is not the value, with its own role or on behalf of who deploys', () => {
    const [[, ofUpdates]] = statementsOf(templateOf({ secretAdmins: ['arn:aws:iam::123456789012:role/ops'] }));
    expect(ofUpdates.Action).toEqual(['secretsmanager:UpdateSecret']);
    const { ArnNotEquals, ...more } = ofUpdates.Condition;
    expect(JSON.stringify(ArnNotEquals['aws:PrincipalArn'])).toContain(':role/cdk-hnb659fds-cfn-exec-role-');
    expect(more).toEqual({
      'ForAllValues:StringNotEquals': { 'aws:CalledVia': ['cloudformation.amazonaws.com'] },
    });
  });
});

describe('X8: a bot more than the template has room for policies', () => {
  const warnings = (count: number) =>
    Annotations.fromStack(
      stackOf({ bots: botsNamed(...Array.from({ length: count }, (_, index) => `b${index}`)) }),
    ).findWarning('*', Match.stringLikeRegexp('secrets have no policy'));

  test('does not remove the policies of all others without a warning', () => {
    expect(warnings(60)).toEqual([]);
    expect(warnings(61).map(({ entry }) => entry.data)).toEqual([expect.stringContaining('61 bots')]);
  });
});

describe('X8: the policy of the stack’s own key', () => {
  const { Statement } = resource(templateOf({ kmsKey: 'stack' }), 'AWS::KMS::Key', 'ExchangeSecrets').Properties
    .KeyPolicy;

  test('allows decryption only by way of Secrets Manager', () => {
    const decrypting = Statement.filter(({ Action }: { Action: string | string[] }) =>
      [Action].flat().some(action => /^kms:(\*|Decrypt|GenerateDataKey)/.test(action)),
    );
    expect(decrypting.map(({ Sid }: { Sid: string }) => Sid)).toEqual(['WritersOfSecrets', 'LiquidatorReadsSecrets']);
    for (const { Condition } of decrypting) {
      expect(JSON.stringify(Condition.StringEquals['kms:ViaService'])).toContain('secretsmanager.');
      expect(Condition.StringEquals['kms:CallerAccount']).toEqual({ Ref: 'AWS::AccountId' });
    }
  });

  test('lets the account manage it, so that it is never without an owner', () => {
    const [manages] = Statement;
    expect(manages.Sid).toBe('AccountManagesKey');
    expect(manages.Action).toContain('kms:Put*');
    expect(
      manages.Action.filter((action: string) => /^kms:(\*|De(crypt|\*)|Generate|Encrypt|ReEncrypt)/.test(action)),
    ).toEqual([]);
  });
});

test('with a key of an ARN, the secrets are under it, the liquidator may decrypt with it, and no key is made', () => {
  const arn = 'arn:aws:kms:eu-central-1:123456789012:key/11112222-3333-4444-5555-666677778888';
  const given = templateOf({ kmsKey: { arn } });
  expect(resourcesOf(given, 'AWS::KMS::Key').size).toBe(0);
  expect(resource(given, SECRET, 'ExchangeSecrets').Properties.KmsKeyId).toBe(arn);
  const { PolicyDocument } = resource(given, 'AWS::IAM::ManagedPolicy', 'LiquidatorReadSecrets1').Properties;
  expect(JSON.stringify(PolicyDocument)).toContain(`"Action":"kms:Decrypt","Effect":"Allow","Resource":"${arn}"`);
});
