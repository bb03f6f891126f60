/** W5, W4: what the file names and the stack cannot reach is said before anything is deployed, not half way. */

import { expect, test } from 'vitest';
import { readIni } from '../../lambda/core/config/read-settings.ts';
import { type DeployedTo, outOfReach } from '../../lib/out-of-reach.ts';

const HERE: DeployedTo = { account: '111122223333', region: 'ap-northeast-1' };
const found = (text: string, place: DeployedTo = HERE): readonly string[] => {
  const reading = readIni(`[liquidation]\n${text}`, 'c.ini');
  if (!reading.ok) throw new Error(JSON.stringify(reading.findings));
  return outOfReach(reading.settings, place);
};
const role = (account: string): string => `role = arn:aws:iam::${account}:role/desk/runner`;

test('a role of another account is refused: its name may be that of a role of this one', () => {
  expect(found(`[bot:alpha]\n${role('999999999999')}`)).toEqual([expect.stringContaining('bot:alpha.role')]);
  expect(found(`[bot:alpha]\n${role('111122223333')}`)).toEqual([]);
});

test('without credentials, roles of two accounts are refused: one of them is wrong', () => {
  const two = `[bot:alpha]\n${role('111122223333')}\n[bot:beta]\n${role('999999999999')}`;
  expect(found(two, { account: undefined, region: undefined })).toEqual([expect.stringContaining('bot:beta.role')]);
});

test('W3: a deployment to another region than the file names is refused: nothing there would be what runs', () => {
  const text = '[deployment]\nregion = eu-central-1';
  expect(found(text)).toEqual([expect.stringContaining('deployment.region = eu-central-1')]);
  expect(found(text, { account: undefined, region: 'eu-central-1' })).toEqual([]);
  // Nothing is deployed then: the CDK's command line always names one.
  expect(found(text, { account: undefined, region: undefined })).toEqual([]);
  expect(found('[deployment]')).toEqual([]);
});

test('a secret and a key of another region are refused, and of another account are not', () => {
  const secret = (region: string, account = '111122223333') =>
    `[bot:alpha]\nsecret_arn = arn:aws:secretsmanager:${region}:${account}:secret:flatline/alpha-AbCdEf`;
  const key = (region: string) => `[deployment]\nkms_key = arn:aws:kms:${region}:111122223333:key/1111-2222`;
  expect(found(secret('eu-west-1'))).toEqual([expect.stringContaining('bot:alpha.secret_arn')]);
  expect(found(secret('ap-northeast-1', '999999999999'))).toEqual([]);
  expect(found(key('eu-west-1'))).toEqual([expect.stringContaining('deployment.kms_key')]);
  expect(found(key('ap-northeast-1'))).toEqual([]);
  expect(found(`${secret('eu-west-1')}\n${key('eu-west-1')}`, { account: undefined, region: undefined })).toEqual([]);
});
