import { once } from 'node:events';
import { createServer } from 'node:http';
import { inspect } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSecrets, type ParseCredentials, type SecretsCache } from '../../../lambda/adapters/aws/secrets.ts';
import { startClock } from '../../../lambda/adapters/clock.ts';
import { FlatlineError } from '../../../lambda/core/invocation/error-codes.ts';
import type { Clock } from '../../../lambda/ports.ts';
import { type SecretsEndpoint, startSecretsEndpoint } from '../../../simulator/cloud/secrets-endpoint.ts';
import { LOOPBACK_CREDENTIALS, LOOPBACK_REGION } from '../../../simulator/cloud/tables.ts';

const NAME = 'flatline/default';
const IN_TIME = { fresh: false, timeoutMs: 2_000 };
const FRESH = { fresh: true, timeoutMs: 2_000 };
/** For loads that are meant not to be answered. */
const SOON = { fresh: false, timeoutMs: 30 };

const parse: ParseCredentials = (text, name) =>
  text.startsWith('key:')
    ? { ok: true, credentials: { apiKey: text.slice(4), apiSecret: 's', kind: 'hmac' } }
    : { ok: false, problems: [`Secret ${name}: it is not JSON.`] };

let endpoint: SecretsEndpoint;
let client: SecretsManagerClient;
let cache: SecretsCache;
let laterMs: number;

beforeAll(async () => {
  endpoint = await startSecretsEndpoint({ clock: startClock() });
  client = new SecretsManagerClient({
    endpoint: endpoint.url,
    region: LOOPBACK_REGION,
    credentials: LOOPBACK_CREDENTIALS,
    maxAttempts: 1,
  });
});
afterAll(() => endpoint.close());
beforeEach(() => {
  endpoint.faults.clear();
  endpoint.remove(NAME);
  endpoint.put(NAME, 'key:first');
  cache = new Map();
  laterMs = 0;
});

/** Real time for the waits, and a test that can let minutes pass. */
function clockThatJumps(): Clock {
  const real = startClock();
  return { nowMs: () => real.nowMs() + laterMs, sleep: real.sleep };
}

const open = () => createSecrets({ client, clock: clockThatJumps(), parse, cache });

async function requestsDuring(work: () => Promise<unknown>): Promise<number> {
  const before = endpoint.faults.calls.length;
  await work();
  return endpoint.faults.calls.length - before;
}

describe('loading a secret', () => {
  it('gives the parsed credentials', async () => {
    expect(await open().load(NAME, IN_TIME)).toEqual({ apiKey: 'first', apiSecret: 's', kind: 'hmac' });
  });

  it('asks once, then remembers, also for the next invocation of the container', async () => {
    const requests = await requestsDuring(async () => {
      await open().load(NAME, IN_TIME);
      await open().load(NAME, IN_TIME);
    });
    expect(requests).toBe(1);
  });

  it('shares one request among parallel loads', async () => {
    const secrets = open();
    const requests = await requestsDuring(() => Promise.all([1, 2, 3].map(() => secrets.load(NAME, FRESH))));
    expect(requests).toBe(1);
  });

  it.each([
    [299_999, 'first'],
    [300_000, 'second'],
  ])('caches what it read for five minutes: after %s ms it gives the %s', async (passedMs, apiKey) => {
    cache.set(NAME, { credentials: { apiKey: 'first', apiSecret: 's', kind: 'hmac' }, readAtMs: 1_000 });
    endpoint.put(NAME, 'key:second');
    const clock = { ...clockThatJumps(), nowMs: () => 1_000 + passedMs };
    expect(await createSecrets({ client, clock, parse, cache }).load(NAME, IN_TIME)).toMatchObject({ apiKey });
  });

  it('reads again at once if asked to (the key was rotated)', async () => {
    const secrets = open();
    await secrets.load(NAME, IN_TIME);
    endpoint.put(NAME, 'key:second');
    expect(await secrets.load(NAME, FRESH)).toMatchObject({ apiKey: 'second' });
    expect(await secrets.load(NAME, IN_TIME)).toMatchObject({ apiKey: 'second' });
  });
});

describe('when the re-read fails', () => {
  const failures: readonly [string, () => void][] = [
    ['refused', () => endpoint.faults.always({ kind: 'fail', status: 400, error: 'AccessDeniedException' })],
    ['never answered', () => endpoint.faults.always({ kind: 'hang' })],
    ['answered with nonsense', () => endpoint.put(NAME, 'nonsense')],
  ];

  it.each(failures)('because it is %s, the last good key stays in use', async (_how, fail) => {
    const secrets = open();
    await secrets.load(NAME, IN_TIME);
    fail();
    laterMs = 600_000;
    expect(await secrets.load(NAME, { fresh: false, timeoutMs: 50 })).toMatchObject({ apiKey: 'first' });
  });

  it('a cached good key is given after 300 ms at most', async () => {
    await open().load(NAME, IN_TIME);
    endpoint.faults.always({ kind: 'hang' });
    laterMs = 600_000;
    const waits: number[] = [];
    const clock: Clock = {
      nowMs: clockThatJumps().nowMs,
      sleep: async ms => {
        waits.push(ms);
      },
    };
    const secrets = createSecrets({ client, clock, parse, cache });
    expect(await secrets.load(NAME, { fresh: false, timeoutMs: 5_000 })).toMatchObject({ apiKey: 'first' });
    expect(Math.min(...waits)).toBe(300);
  });

  it.each(failures)('because it is %s, a caller that asked for a newer key gets the failure', async (_how, fail) => {
    const secrets = open();
    await secrets.load(NAME, IN_TIME);
    fail();
    await expect(secrets.load(NAME, { fresh: true, timeoutMs: 50 })).rejects.toBeInstanceOf(FlatlineError);
    endpoint.faults.clear();
    expect(await secrets.load(NAME, IN_TIME)).toMatchObject({ apiKey: 'first' });
  });
});

describe('a secret that cannot be read', () => {
  const awsError = (error: string) => () => endpoint.faults.always({ kind: 'fail', status: 400, error });

  it.each<[string, () => void, string, string]>([
    [
      'does not exist',
      () => endpoint.remove(NAME),
      'ResourceNotFoundException: there is no such secret',
      'Check the name',
    ],
    [
      'has no value yet',
      () => {
        endpoint.remove(NAME);
        endpoint.put(NAME);
      },
      'it has no value yet',
      'Store apiKey and apiSecret',
    ],
    ['is forbidden', awsError('AccessDeniedException'), 'AccessDeniedException', 'secretsmanager:GetSecretValue'],
    ['cannot be decrypted', awsError('DecryptionFailure'), 'DecryptionFailure', 'kms:Decrypt'],
    ['is being deleted', awsError('InvalidRequestException'), 'InvalidRequestException', 'restore it'],
    ['meets an error of AWS', awsError('InternalServiceError'), 'InternalServiceError', 'Health Dashboard'],
    ['is not answered', () => endpoint.faults.always({ kind: 'hang' }), 'no answer within 30 ms', 'Health Dashboard'],
  ])('because it %s is named with its remedy', async (_why, prepare, what, remedy) => {
    prepare();
    const failure = await open()
      .load(NAME, what.includes('30 ms') ? SOON : IN_TIME)
      .catch(error => error);
    expect(failure).toMatchObject({
      name: 'FlatlineError',
      code: 'SECRET_UNREADABLE',
      heading: 'The secret cannot be read',
    });
    expect(failure.message).toContain(NAME);
    expect(failure.message).toContain(what);
    expect(failure.message).toContain(remedy);
  });

  it('is not even asked for when no time is left', async () => {
    const requests = await requestsDuring(() =>
      expect(open().load(NAME, { fresh: false, timeoutMs: 0 })).rejects.toThrow('no time was left'),
    );
    expect(requests).toBe(0);
  });

  it('is malformed: the problems are named, the content is not', async () => {
    endpoint.put(NAME, 'hunter2hunter2');
    const failure = await open()
      .load(NAME, IN_TIME)
      .catch(error => error);
    expect(failure).toMatchObject({ code: 'SECRET_MALFORMED', message: 'Secret flatline/default: it is not JSON.' });
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('hunter2');
  });

  it('leaves nothing of an unreadable reply in the error (T3)', async () => {
    const server = createServer((_, response) => response.end('{"SecretString":"hunter2hunter2'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const garbling = new SecretsManagerClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: LOOPBACK_REGION,
      credentials: LOOPBACK_CREDENTIALS,
      maxAttempts: 1,
    });
    const secrets = createSecrets({ client: garbling, clock: startClock(), parse });
    const failure = await secrets.load(NAME, IN_TIME).catch(error => error);
    server.close();
    server.closeAllConnections();
    expect(failure).toMatchObject({ code: 'SECRET_UNREADABLE' });
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('hunter2');
  });
});
