import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startClock } from '../../lambda/adapters/clock.ts';
import { type SecretsEndpoint, startSecretsEndpoint } from '../../simulator/cloud/secrets-endpoint.ts';
import { LOOPBACK_CREDENTIALS, LOOPBACK_REGION } from '../../simulator/cloud/tables.ts';

const SecretId = 'flatline/default';
const CREATED_AT_MS = Date.UTC(2026, 10, 21, 12, 0, 0);

let endpoint: SecretsEndpoint;
let client: SecretsManagerClient;
beforeAll(async () => {
  const { sleep } = startClock();
  endpoint = await startSecretsEndpoint({ clock: { nowMs: () => CREATED_AT_MS, sleep } });
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', endpoint.url);
  client = new SecretsManagerClient({ region: LOOPBACK_REGION, credentials: LOOPBACK_CREDENTIALS, maxAttempts: 1 });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await endpoint.close();
});
beforeEach(() => {
  endpoint.faults.clear();
  endpoint.remove(SecretId);
});

describe('Secrets Manager on loopback', () => {
  it('gives the current value, as the service does', async () => {
    endpoint.put(SecretId, 'first');
    expect(await client.send(new GetSecretValueCommand({ SecretId }))).toMatchObject({
      Name: SecretId,
      ARN: expect.stringContaining(`secret:${SecretId}-`),
      SecretString: 'first',
      VersionStages: ['AWSCURRENT'],
      CreatedDate: new Date(CREATED_AT_MS),
    });
  });

  it('takes a new value and keeps the previous one', async () => {
    endpoint.put(SecretId, 'first');
    await client.send(new PutSecretValueCommand({ SecretId, SecretString: 'second' }));
    const current = await client.send(new GetSecretValueCommand({ SecretId }));
    const previous = await client.send(new GetSecretValueCommand({ SecretId, VersionStage: 'AWSPREVIOUS' }));
    expect([current.SecretString, previous.SecretString]).toEqual(['second', 'first']);
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId }));
    expect(Object.values(VersionIdsToStages ?? {})).toEqual([['AWSCURRENT'], ['AWSPREVIOUS']]);
  });

  it('is asked by name or by ARN', async () => {
    endpoint.put(SecretId, 'first');
    const { ARN } = await client.send(new DescribeSecretCommand({ SecretId }));
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: ARN }));
    expect(SecretString).toBe('first');
  });

  it('makes one version of a put that is sent twice', async () => {
    endpoint.put(SecretId);
    const put = { SecretId, SecretString: 'once', ClientRequestToken: 'x'.repeat(32) };
    await client.send(new PutSecretValueCommand(put));
    await client.send(new PutSecretValueCommand(put));
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId }));
    expect(VersionIdsToStages).toEqual({ [put.ClientRequestToken]: ['AWSCURRENT'] });
  });

  it('distinguishes an absent secret from one without a value, by its message', async () => {
    const get = () => client.send(new GetSecretValueCommand({ SecretId }));
    await expect(get()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    });
    endpoint.put(SecretId);
    await expect(get()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: expect.stringContaining('staging label: AWSCURRENT'),
    });
  });

  it('refuses what it does not know', async () => {
    endpoint.put(SecretId, 'first');
    const reply = await fetch(endpoint.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'secretsmanager.DeleteSecret' },
      body: JSON.stringify({ SecretId }),
    });
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ __type: 'UnknownOperationException' });
  });

  it('fails as ordered, and its trace names the secret but never a value', async () => {
    endpoint.put(SecretId, 'first');
    const before = endpoint.faults.calls.length;
    endpoint.faults.next({ kind: 'fail', status: 400, error: 'AccessDeniedException' });
    await expect(client.send(new GetSecretValueCommand({ SecretId }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await client.send(new PutSecretValueCommand({ SecretId, SecretString: 'hunter2' }));
    expect(endpoint.faults.calls.slice(before)).toEqual([
      { atMs: CREATED_AT_MS, operation: 'GetSecretValue', target: SecretId, fault: 'fail' },
      { atMs: CREATED_AT_MS, operation: 'PutSecretValue', target: SecretId, fault: undefined },
    ]);
  });
});
