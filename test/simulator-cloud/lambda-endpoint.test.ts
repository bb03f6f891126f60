import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAsyncInvoker } from '../../lambda/adapters/aws/invoke.ts';
import { startClock } from '../../lambda/adapters/clock.ts';
import type { Invocable, InvocationResult } from '../../simulator/cloud/function-host.ts';
import { type LambdaEndpoint, startLambdaEndpoint } from '../../simulator/cloud/lambda-endpoint.ts';

/** A function that answers as scripted, one result per call, the last one for ever. */
function scripted(...results: InvocationResult[]): Invocable & { readonly events: unknown[] } {
  const events: unknown[] = [];
  return {
    events,
    async invoke(event) {
      events.push(event);
      return results[Math.min(events.length, results.length) - 1] ?? ANSWERED;
    },
  };
}
const ANSWERED: InvocationResult = { kind: 'answered', payload: { ok: true }, cold: false, maxRssKb: 1 };
const DIED: InvocationResult = { kind: 'died', signal: 'SIGKILL' };

let endpoint: LambdaEndpoint;
let client: LambdaClient;
beforeEach(async () => {
  endpoint = await startLambdaEndpoint({ clock: startClock(), retryAfterMs: [1, 1] });
  client = new LambdaClient({
    endpoint: endpoint.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await endpoint.close();
});

const later = (name: string) => createAsyncInvoker(client, name).invokeLater({ trigger: 'watchdog' }, 1_000);

describe('the Lambda endpoint', () => {
  test.each(['one', 'arn:aws:lambda:eu-central-1:123456789012:function:one'])(
    'answers a synchronous call of %s',
    async name => {
      endpoint.register('one', scripted());
      const reply = await client.send(new InvokeCommand({ FunctionName: name, Payload: Buffer.from('{"a":1}') }));
      expect(JSON.parse(Buffer.from(reply.Payload ?? []).toString())).toEqual({ ok: true });
      expect(endpoint.invocations).toMatchObject([{ name: 'one', kind: 'sync', event: { a: 1 } }]);
    },
  );

  test('answers a function error as Lambda does: with status 200', async () => {
    endpoint.register('one', scripted({ kind: 'error', errorType: 'TypeError', errorMessage: 'x' }));
    const reply = await client.send(new InvokeCommand({ FunctionName: 'one' }));
    expect(reply).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
  });

  test('accepts an event at once and runs it in the background', async () => {
    const host = scripted();
    endpoint.register('one', host);
    await later('one');
    await endpoint.idle();
    expect(host.events).toEqual([{ trigger: 'watchdog' }]);
  });

  test('tries a failed event twice more, then puts it to the dead letters', async () => {
    const twice = scripted(DIED, { kind: 'timed-out' }, ANSWERED);
    const never = scripted(DIED);
    endpoint.register('twice', twice);
    endpoint.register('never', never);
    await later('twice');
    await later('never');
    await endpoint.idle();
    expect([twice.events.length, never.events.length]).toEqual([3, 3]);
    expect(endpoint.deadLetters).toEqual([{ name: 'never', event: { trigger: 'watchdog' } }]);
  });

  test('the rest of a deadline has a fraction, and is still a timeout', async () => {
    const host = scripted();
    endpoint.register('one', host);
    await createAsyncInvoker(client, 'one').invokeLater({ trigger: 'watchdog' }, 3_299.7);
    await endpoint.idle();
    expect(host.events).toHaveLength(1);
  });

  test('an unknown function, a refusal and a silence are errors that say what to check', async () => {
    await expect(later('nobody')).rejects.toThrow(/nobody.*ResourceNotFoundException.*lambda:InvokeFunction/);
    endpoint.register('one', scripted());
    endpoint.faults.next({ kind: 'fail', status: 429, error: 'TooManyRequestsException' });
    await expect(later('one')).rejects.toThrow(/TooManyRequestsException/);
    endpoint.faults.next({ kind: 'hang' });
    await expect(createAsyncInvoker(client, 'one').invokeLater({}, 50)).rejects.toThrow(/within 50 ms/);
    await expect(createAsyncInvoker(client, 'one').invokeLater({}, 0)).rejects.toThrow(/No time was left/);
  });
});

describe('an account whose concurrency is used up', () => {
  /** Answers on demand. */
  function busy(): Invocable & { readonly finish: () => void } {
    const { promise, resolve } = Promise.withResolvers<InvocationResult>();
    return {
      invoke: () => promise,
      finish: () => resolve(ANSWERED),
    };
  }

  test('refuses a synchronous call, and runs a queued event once there is room again', async () => {
    const waits: number[] = [];
    const hog = busy();
    const crowded = await startLambdaEndpoint({
      concurrencyMax: 1,
      clock: {
        nowMs: Date.now,
        sleep: async ms => {
          waits.push(ms);
          if (waits.length === 3) hog.finish();
          await new Promise(resolve => setImmediate(resolve));
        },
      },
    });
    const { hostname, port } = new URL(crowded.url);
    const own = new LambdaClient({
      ...{ endpoint: `http://${hostname}:${port}`, region: 'eu-central-1', maxAttempts: 1 },
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    crowded.register('hog', hog);
    crowded.register('liquidator', scripted());
    crowded.invokeLater('hog', {});
    await expect(own.send(new InvokeCommand({ FunctionName: 'liquidator' }))).rejects.toMatchObject({
      name: 'TooManyRequestsException',
    });
    crowded.invokeLater('liquidator', { trigger: 'watchdog' });
    await crowded.idle();
    // AWS Lambda, "Error handling for asynchronous invocation": from a second on, doubled.
    expect(waits.slice(0, 3)).toEqual([1_000, 2_000, 4_000]);
    expect(crowded.throttled).toBeGreaterThanOrEqual(4);
    expect(crowded.invocations.map(({ name }) => name)).toEqual(['hog', 'liquidator']);
    own.destroy();
    await crowded.close();
  });
});
