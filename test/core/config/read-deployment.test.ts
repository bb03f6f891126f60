/** The section [deployment], and what a bot's section says of its role and its secret. */

import { describe, expect, test } from 'vitest';
import { readIni, toJson } from '../../../lambda/core/config/read-settings.ts';
import { DEPLOYMENT_DEFAULTS } from '../../../lambda/core/config/settings.ts';

const read = (text: string) => readIni(`[liquidation]\n${text}`, 'c.ini');
const deployment = (text: string) => {
  const reading = read(`[deployment]\n${text}`);
  if (!reading.ok) throw new Error(JSON.stringify(reading.findings));
  return reading.settings.deployment;
};
const problems = (text: string): readonly string[] =>
  read(text)
    .findings.filter(({ level }) => level === 'ERROR')
    .map(({ key, rule }) => `${key}: ${rule}`);

const SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:flatline/alpha-AbCdEf';
const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/11112222-3333-4444-5555-666677778888';
const ADDRESSES = 'eipalloc-0123456789abcdef0, eipalloc-0123456789abcdef1';

describe('a lasting choice', () => {
  test.each([
    ['', {}],
    ['name = desk2', { name: 'desk2' }],
    ['fixed_ip = true', { fixedIp: true }],
    [
      `fixed_ip = true\nfixed_ip_allocations = ${ADDRESSES}`,
      { fixedIp: true, fixedIpAllocations: ADDRESSES.split(', ') },
    ],
    ['kms_key = stack', { kmsKey: 'stack' }],
    [`kms_key = ${KEY}`, { kmsKey: { arn: KEY } }],
    ['test_events = yes', { testEvents: true }],
    ['account_concurrency = 10', { accountConcurrency: 10 }],
    ['monthly_budget_usd = 25', { monthlyBudgetUsd: 25 }],
    ['trail_copy_days = 400', { trailCopyDays: 400 }],
    ['canary = false', { canary: false }],
    ['secret_admins = arn:aws:iam::123456789012:role/ops', { secretAdmins: ['arn:aws:iam::123456789012:role/ops'] }],
  ])('%j is read', (text, expected) => {
    expect(deployment(text)).toEqual({ ...DEPLOYMENT_DEFAULTS, ...expected });
  });

  const NAME_RULE =
    'deployment.name: must be 1 to 20 of a-z, 0-9 and "-", begin and end with a letter or digit, and not end with watcher';
  test.each([
    ['name = Desk_2', NAME_RULE],
    // flatline-production-watcher is the watcher of flatline-production.
    ['name = watcher', NAME_RULE],
    ['name = desk2-watcher', NAME_RULE],
    [
      'secret_admins = arn:aws:sts::123456789012:assumed-role/ops/alice',
      'deployment.secret_admins: must be the ARN of an IAM role or user, not of a session (assumed-role)',
    ],
    ['fixed_ip = perhaps', 'deployment.fixed_ip: must be true or false (or yes/no, on/off, 1/0)'],
    [
      `fixed_ip_allocations = ${ADDRESSES}`,
      'deployment.fixed_ip_allocations: fixed_ip_allocations needs fixed_ip = true',
    ],
    [
      'fixed_ip = true\nfixed_ip_allocations = eipalloc-0123456789abcdef0',
      'deployment.fixed_ip_allocations: must be 2 to 2 values, separated by commas',
    ],
    [
      'fixed_ip = true\nfixed_ip_allocations = eipalloc-0123456789abcdef0, eipalloc-0123456789abcdef0',
      'deployment.fixed_ip_allocations: the same address is listed twice',
    ],
    [
      'fixed_ip = true\nfixed_ip_allocations = 203.0.113.7, 203.0.113.8',
      'deployment.fixed_ip_allocations: must be the allocation ID of an Elastic IP address',
    ],
    ['kms_key = alias/mine', 'deployment.kms_key: must be none, stack, or the ARN of a KMS key'],
    ['account_concurrency = 5', 'deployment.account_concurrency: must be a whole number, 10 to 1000000'],
    ['fixedip = true', 'deployment.fixedip: no such key'],
  ])('%j is refused', (text, problem) => {
    expect(problems(`[deployment]\n${text}`)).toEqual([problem]);
  });
});

describe('a bot', () => {
  test('may name the role that it runs as, and a secret that exists', () => {
    const reading = read(`[bot:alpha]\nrole = arn:aws:iam::123456789012:role/bots/alpha\nsecret_arn = ${SECRET}`);
    expect(reading).toMatchObject({
      ok: true,
      settings: {
        bots: [{ role: 'arn:aws:iam::123456789012:role/bots/alpha', secretArn: SECRET, secretName: 'flatline/alpha' }],
      },
    });
  });

  test.each([
    ['role = alpha', 'bot:alpha.role: must be the ARN of an IAM role'],
    ['role = arn:aws:iam::123456789012:user/alpha', 'bot:alpha.role: must be the ARN of an IAM role'],
    [
      'secret_arn = flatline/alpha',
      'bot:alpha.secret_arn: must be the full ARN of a Secrets Manager secret, with the six characters at its end',
    ],
    [
      `secret = flatline/beta\nsecret_arn = ${SECRET}`,
      'bot:alpha.secret: secret and secret_arn name different secrets: flatline/beta and flatline/alpha',
    ],
  ])('%j is refused', (text, problem) => {
    expect(problems(`[bot:alpha]\n${text}`)).toEqual([problem]);
  });
});

test('functions get nothing of it: their environment has four kilobytes', () => {
  const reading = read(`[deployment]\nfixed_ip = true\n[bot:alpha]\nrole = arn:aws:iam::123456789012:role/alpha`);
  const json = reading.ok ? toJson(reading.settings) : '';
  expect(JSON.parse(json)['bot:alpha']).toEqual({});
  expect(json).not.toMatch(/deployment|fixed|arn/);
});
