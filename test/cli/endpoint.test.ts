/** An address of AWS that somebody has set is named when it cannot be reached: it is mostly left over from a trial. */

import { expect, test } from 'vitest';
import { awsFailure } from '../../bin/connect/aws-failure.ts';

const failed = (code: string, endpoint?: string, isLocal = false): string =>
  failureOf(Object.assign(new Error('no'), { code, name: code }), endpoint, isLocal);

const failureOf = (error: Error, endpoint: string | undefined, isLocal = false): string =>
  awsFailure(error, {
    ...{ doing: 'look', permission: 'lambda:GetFunctionConfiguration', functionName: 'f', region: 'eu-central-1' },
    ...{ isLocal, endpoint },
  }).message;

const OLD = 'AWS_ENDPOINT_URL=http://127.0.0.1:9';

test.each([
  ['ECONNREFUSED', OLD, `${OLD} `],
  ['ENOTFOUND', 'AWS_ENDPOINT_URL_LAMBDA=http://nowhere.invalid', 'AWS_ENDPOINT_URL_LAMBDA=http://nowhere.invalid '],
  ['ERR_INVALID_URL', 'AWS_ENDPOINT_URL=nonsense', 'AWS_ENDPOINT_URL=nonsense '],
])('a failed call names the variable of the endpoint and says to unset it: %s of %s', (code, endpoint, named) => {
  expect(failed(code, endpoint)).toContain(named);
  expect(failed(code, endpoint)).toMatch(/unset it/);
});

test('without an endpoint variable a failed call names AWS, and in the local cloud the local cloud', () => {
  expect(failed('ECONNREFUSED')).not.toContain('AWS_ENDPOINT_URL');
  expect(failed('ECONNREFUSED', OLD, true)).toMatch(/local cloud/);
});

test.each([
  ['SELF_SIGNED_CERT_IN_CHAIN', undefined, 'the certificate of AWS in eu-central-1 is not trusted (SELF_SIGNED'],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'AWS_ENDPOINT_URL=https://proxy',
    'of AWS_ENDPOINT_URL=https://proxy is not trusted',
  ],
  ['ENOENT', undefined, 'an AWS setting of this shell cannot be used (ENOENT)'],
  ['ERR_INVALID_CHAR', OLD, 'an AWS setting of this shell cannot be used (ERR_INVALID_CHAR)'],
])('%s does not come from AWS, and is no reason to see its Health Dashboard', (code, endpoint, words) => {
  const error = Object.assign(new Error('no'), { code });
  const sentence = failureOf(error, endpoint);
  expect(sentence).toContain(words);
  expect(sentence).not.toContain('AWS answered');
});
