/** The real SDK against a Lambda endpoint on loopback: what is known after each way a call can end. */

import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSyncInvoker } from '../../../lambda/adapters/aws/invoke.ts';
import { startClock } from '../../../lambda/adapters/clock.ts';
import type { Invocable, InvocationResult } from '../../../simulator/cloud/function-host.ts';
import { type LambdaEndpoint, startLambdaEndpoint } from '../../../simulator/cloud/lambda-endpoint.ts';
import { LOOPBACK_CREDENTIALS, LOOPBACK_REGION } from '../../../simulator/cloud/tables.ts';

const NAME = 'flatline-liquidator';
let endpoint: LambdaEndpoint;
let result: InvocationResult;

beforeAll(async () => {
  endpoint = await startLambdaEndpoint({ clock: startClock() });
  const host: Invocable = {
    invoke: async () => result,
  };
  endpoint.register(NAME, host, {
    variables: { EMERGENCY_LIQUIDATION_DISABLED: 'true' },
    timeoutMs: 1_000,
    memoryMb: 512,
  });
});
afterAll(() => endpoint.close());
beforeEach(() => {
  endpoint.faults.clear();
  result = { kind: 'answered', payload: { headline: 'FLAT' }, cold: false, maxRssKb: 1 };
});

function line(functionName = NAME, url = endpoint.url) {
  const client = new LambdaClient({
    ...{ endpoint: url, region: LOOPBACK_REGION, credentials: LOOPBACK_CREDENTIALS, maxAttempts: 1 },
    requestHandler: { connectionTimeout: 1_000 },
  });
  return createSyncInvoker(client, functionName);
}

const AMPLE_MS = 10_000;

describe('a call', () => {
  test('that is answered gives the answer', async () => {
    const outcome = await line().call({ trigger: 'manual' }, AMPLE_MS);
    expect(outcome).toEqual({ kind: 'answered', payload: { headline: 'FLAT' } });
    expect(endpoint.invocations.at(-1)).toMatchObject({ kind: 'sync', event: { trigger: 'manual' } });
  });

  test.each<[string, InvocationResult]>([
    ['Sandbox.Timedout', { kind: 'timed-out' }],
    ['Runtime.ExitError', { kind: 'died', signal: 'SIGKILL' }],
    ['TypeError', { kind: 'error', errorType: 'TypeError', errorMessage: 'secret=abc' }],
  ])('whose function ends with %s may have acted', async (name, ending) => {
    result = ending;
    const outcome = await line().call({}, AMPLE_MS);
    expect(outcome).toEqual({ kind: 'unknown', why: `flatline-liquidator ended without an answer (${name}).` });
  });

  test('that is not answered in time may have been taken', async () => {
    endpoint.faults.always({ kind: 'hang' });
    const outcome = await line().call({}, 100);
    expect(outcome).toEqual({ kind: 'unknown', why: 'flatline-liquidator did not answer within 0 s.' });
  });

  test.each([
    'TooManyRequestsException',
    'AccessDeniedException',
    // Lambda refuses these before the function runs; until one table had all names, the panel said "may be running".
    'ThrottlingException',
    'InvalidSignatureException',
    'ExpiredToken',
  ])('refused with %s was not taken', async error => {
    endpoint.faults.always({ kind: 'fail', status: 429, error });
    const outcome = await line().call({}, AMPLE_MS);
    expect(outcome).toEqual({
      kind: 'not-taken',
      why: `Lambda did not accept the call of flatline-liquidator (${error}).`,
    });
  });

  test('of a function that is not there, or through a port where nothing listens, was not accepted', async () => {
    expect(await line('elsewhere').call({}, AMPLE_MS)).toMatchObject({ kind: 'not-taken' });
    expect(await line(NAME, 'http://127.0.0.1:9').call({}, AMPLE_MS)).toMatchObject({ kind: 'not-taken' });
  });

  test('without time left is not made', async () => {
    const before = endpoint.faults.calls.length;
    expect(await line().call({}, 0)).toMatchObject({ kind: 'not-taken' });
    expect(endpoint.faults.calls).toHaveLength(before);
  });
});

describe('the environment', () => {
  test('is that of the liquidator as it is deployed', async () => {
    expect(await line().environment(AMPLE_MS)).toMatchObject({ EMERGENCY_LIQUIDATION_DISABLED: 'true' });
  });

  test('that cannot be read is an error in one sentence', async () => {
    await expect(line('elsewhere').environment(AMPLE_MS)).rejects.toThrow(
      /^Lambda did not say how elsewhere is deployed \(ResourceNotFoundException\)\.$/,
    );
  });
});
