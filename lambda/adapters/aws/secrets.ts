/**
 * Secrets from AWS Secrets Manager: the exchange keys, and the chat's address. Read once, kept for a while, read again
 * when the exchange refuses the key (rotation). A key that worked stays in use while Secrets Manager does not answer.
 * No message contains anything of a secret, and no SDK error is kept: it may contain the reply.
 */

import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Credentials } from '../../core/exchange/model.ts';
import { FlatlineError } from '../../core/invocation/error-codes.ts';
import type { Clock, Secrets } from '../../ports.ts';
import { awsErrorKind } from '../connections/aws-errors.ts';

/** Parses a secret's text; `credentials` is the result, by default the exchange's keys. */
export type ParseCredentials<T = Credentials> = (
  secretText: string,
  secretName: string,
) => { readonly ok: true; readonly credentials: T } | { readonly ok: false; readonly problems: readonly string[] };

/** Lives as long as the container; the clock lives only for one invocation. */
export type SecretsCache<T = Credentials> = Map<string, { readonly credentials: T; readonly readAtMs: number }>;

interface SecretsOptions<T = Credentials> {
  readonly client: SecretsManagerClient;
  readonly clock: Clock;
  readonly parse: ParseCredentials<T>;
  /** What somebody must store in a secret that has no value yet. */
  readonly holds?: string;
  readonly ttlMs?: number;
  readonly cache?: SecretsCache<T>;
}

/** The port, for a secret of any content. */
interface SecretReader<T> {
  load(secretName: string, options: Parameters<Secrets['load']>[1]): Promise<T>;
}

/** If a good key is cached, an emergency waits at most this long for a newer one. */
const STALE_WAIT_MS = 300;

/** The limit of one read of a secret, also if several loads wait for it. */
const READING_LIMIT_MS = 10_000;

/**
 * An ordinary load gives the last good key when a re-read fails. A fresh one throws then: the caller asked because
 * the key it has was refused. Parallel loads of one secret share one request.
 */
export function createSecrets<T = Credentials>(options: SecretsOptions<T>): SecretReader<T> {
  const { client, clock, parse, holds = 'apiKey and apiSecret', ttlMs = 300_000 } = options;
  const cache: SecretsCache<T> = options.cache ?? new Map();
  const readings = new Map<string, Promise<T>>();

  const read = async (secretName: string): Promise<T> => {
    const text = await within(clock, READING_LIMIT_MS, secretName, signal =>
      fetchText(client, { secretName, holds }, signal),
    );
    const parsed = parse(text, secretName);
    if (!parsed.ok) throw malformed(parsed.problems);
    cache.set(secretName, { credentials: parsed.credentials, readAtMs: clock.nowMs() });
    return parsed.credentials;
  };

  const readOnce = (secretName: string): Promise<T> => {
    const reading = readings.get(secretName) ?? read(secretName).finally(() => readings.delete(secretName));
    readings.set(secretName, reading);
    return reading;
  };

  return {
    load: async (secretName, { fresh, timeoutMs }) => {
      const kept = cache.get(secretName);
      if (!fresh && kept !== undefined && clock.nowMs() - kept.readAtMs < ttlMs) return kept.credentials;
      const fallback = fresh ? undefined : kept;
      const waitMs = fallback === undefined ? timeoutMs : Math.min(timeoutMs, STALE_WAIT_MS);
      try {
        return await within(clock, waitMs, secretName, () => readOnce(secretName));
      } catch (error) {
        if (fallback !== undefined) return fallback.credentials;
        throw error;
      }
    },
  };
}

/** Ends after `timeoutMs`, also when what it waits for does not listen to the signal. */
async function within<T>(
  clock: Clock,
  timeoutMs: number,
  secretName: string,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (!(timeoutMs > 0)) throw unreadable(secretName, 'no time was left', 'Raise timeout_seconds.');
  const done = new AbortController();
  const timeout = clock.sleep(timeoutMs, done.signal).then((): never => {
    throw unreadable(secretName, `no answer within ${Math.round(timeoutMs)} ms`, 'See the AWS Health Dashboard.');
  });
  try {
    return await Promise.race([run(done.signal), timeout]);
  } finally {
    done.abort();
  }
}

async function fetchText(
  client: SecretsManagerClient,
  { secretName, holds }: { readonly secretName: string; readonly holds: string },
  signal: AbortSignal,
): Promise<string> {
  try {
    const command = new GetSecretValueCommand({ SecretId: secretName });
    const { SecretString } = await client.send(command, { abortSignal: signal });
    if (SecretString !== undefined) return SecretString;
  } catch (error) {
    throw unreadable(secretName, ...explain(error, holds));
  }
  throw unreadable(secretName, 'it holds binary data', 'Store it as text (SecretString), not as a binary.');
}

/** What happened, and what to do. Names are those of the Secrets Manager API Reference, GetSecretValue. */
function explain(error: unknown, holds: string): readonly [what: string, remedy: string] {
  if (!(error instanceof Error)) return ['unknown error', 'See the AWS Health Dashboard.'];
  const { name } = error;
  if (name === 'ResourceNotFoundException') {
    // The same name for two cases; the message says which: "… specified secret value for staging label: AWSCURRENT".
    return error.message.includes('staging label')
      ? [`${name}: it has no value yet`, `Store ${holds} in it.`]
      : [`${name}: there is no such secret`, 'Check the name, the account and the region.'];
  }
  return [name, REMEDIES[awsErrorKind(name) ?? name] ?? 'See the AWS Health Dashboard.'];
}

/** By kind, or by the name of an error of GetSecretValue. */
const REMEDIES: Readonly<Record<string, string>> = {
  forbidden: 'Let the role of the function read this secret (secretsmanager:GetSecretValue).',
  'no-credentials': 'Give the function, or the shell, AWS credentials.',
  expired: 'Sign in to AWS again.',
  DecryptionFailure: 'Let the role of the function use the key that encrypts it (kms:Decrypt).',
  InvalidRequestException: 'It may be scheduled for deletion: restore it.',
};

const unreadable = (secretName: string, what: string, remedy: string): FlatlineError =>
  new FlatlineError('SECRET_UNREADABLE', `The secret ${secretName} cannot be read (${what}). ${remedy}`);

/** The problems name the secret themselves, and never its content. */
const malformed = (problems: readonly string[]): FlatlineError =>
  new FlatlineError('SECRET_MALFORMED', problems.join(' '));
