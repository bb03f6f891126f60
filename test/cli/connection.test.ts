/** What AWS answers, as sentences with the remedy, through the real SDK. Nothing of its own errors comes out. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { connect } from '../../bin/connect/connection.ts';
import { CliError, EXIT } from '../../bin/terminal/exit.ts';
import { readRegion } from '../../bin/terminal/options.ts';
import { startClock } from '../../lambda/adapters/clock.ts';
import { systemRandom } from '../../lambda/adapters/random.ts';

let server: Server;
let answer: { readonly status: number; readonly type: string; readonly message: string };
/** What somebody who is not AWS answers. */
let foreign: { readonly status: number; readonly body: string } | undefined;
beforeEach(async () => {
  foreign = undefined;
  server = createServer((_request, response) => {
    if (foreign !== undefined) {
      response.writeHead(foreign.status, { 'content-type': 'text/html' }).end(foreign.body);
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json', 'x-amzn-errortype': answer.type });
    response.end(JSON.stringify({ message: answer.message, Message: answer.message }));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDTEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'very-secret-key');
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

const failure = async (env: Readonly<Record<string, string>> = {}): Promise<CliError> => {
  const surroundings = { clock: startClock(), random: systemRandom, env };
  const error: unknown = await connect({ env: 'production' }, surroundings).catch((thrown: unknown) => thrown);
  if (!(error instanceof CliError)) throw new Error(`expected a CliError, not ${String(error)}`);
  return error;
};

test.each([
  [404, ''],
  [403, '<html>Not allowed here</html>'],
  [200, '<html>Sign in to the hotel</html>'],
])('a proxy between here and AWS answers %i %j', async (status, body) => {
  foreign = { status, body };
  const { message, exitCode } = await failure();
  expect(message).toContain(
    `: the answer did not come from AWS in eu-central-1 (HTTP ${status}). Check for a proxy, a network login page, or a wrong AWS_ENDPOINT_URL.`,
  );
  expect(exitCode).toBe(EXIT.unreachable);
});

describe('a refusal of AWS', () => {
  test.each<[number, string, string, string]>([
    [
      403,
      'ExpiredTokenException',
      'The security token included in the request is expired',
      'your AWS session has expired. Sign in again (aws sso login, or fresh keys), then repeat the command.',
    ],
    [
      403,
      'UnrecognizedClientException',
      'The security token included in the request is invalid: AKIDTEST',
      'AWS does not accept your keys (UnrecognizedClientException). Check AWS_PROFILE and the keys; aws sts get-caller-identity checks them.',
    ],
    [
      403,
      'InvalidSignatureException',
      'Signature expired: 20261121T000000Z is now earlier than 20261121T001000Z',
      'this machine’s clock is wrong. Correct it (AWS allows five minutes of difference), then repeat the command.',
    ],
    [
      403,
      'AccessDeniedException',
      'User: arn:aws:iam::1:user/ada is not authorized to perform: lambda:GetFunctionConfiguration',
      'your AWS identity has no permission for this. It needs lambda:GetFunctionConfiguration on flatline-production-liquidator.',
    ],
    [
      404,
      'ResourceNotFoundException',
      'Function not found: arn:aws:lambda:eu-central-1:1:function:x',
      'there is no function flatline-production-liquidator in eu-central-1. Deploy it (npx cdk deploy), or name another with --env, --name or --region.',
    ],
    [
      429,
      'TooManyRequestsException',
      'Rate exceeded',
      'AWS throttled the call (TooManyRequestsException). Wait a few seconds, then repeat the command.',
    ],
    [
      500,
      'ServiceException',
      'internal detail',
      'AWS answered ServiceException. See the AWS Health Dashboard, then repeat the command.',
    ],
  ])('%i %s', async (status, type, message, sentence) => {
    answer = { status, type, message };
    const { exitCode, message: told, cause } = await failure();
    expect(exitCode).toBe(EXIT.unreachable);
    expect(told).toBe(`Could not read the configuration of flatline-production-liquidator: ${sentence}`);
    expect(cause).toBeUndefined();
  });
});

test('a function without our variables was not deployed by us', async () => {
  answer = { status: 200, type: '', message: '' };
  expect((await failure()).message).toMatch(/has no variable FLATLINE_.*Deploy again\.$/);
});

describe('the region', () => {
  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['AWS_DEFAULT_REGION, as the AWS CLI takes it', { AWS_DEFAULT_REGION: 'eu-west-3' }, 'eu-west-3'],
    ['beside an AWS_REGION that is empty', { AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-3' }, 'eu-west-3'],
    ['AWS_REGION comes first', { AWS_REGION: 'eu-west-2', AWS_DEFAULT_REGION: 'eu-west-3' }, 'eu-west-2'],
  ])('%s', async (_what, env, region) => {
    answer = { status: 404, type: 'ResourceNotFoundException', message: '' };
    vi.stubEnv('AWS_REGION', undefined);
    expect((await failure(env)).message).toContain(`no function flatline-production-liquidator in ${region}.`);
  });

  test.each(['', 'Frankfurt', 'eu_central_1', 'eu-central'])('%j is refused before anything is asked', region => {
    expect(() => readRegion(region)).toThrow('Use the name of an AWS region, like ap-northeast-1.');
  });

  test.each(['us-gov-west-1', 'ap-northeast-1', 'cn-north-1', 'il-central-1'])('%s is one', region => {
    expect(readRegion(region)).toBe(region);
  });
});

test('a profile that is not there is named', async () => {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_PROFILE', 'nobody');
  expect((await failure({ AWS_PROFILE: 'nobody' })).message).toContain(
    'the AWS profile nobody does not exist, or has no credentials. Correct AWS_PROFILE; aws configure list-profiles',
  );
});
