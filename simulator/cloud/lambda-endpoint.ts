/**
 * AWS Lambda's Invoke on loopback, for the functions of the local cloud: synchronous calls wait for the answer,
 * asynchronous ones are queued and answered 202. A queued event whose function fails is tried again as Lambda does,
 * after one and after two minutes, then goes to the dead letters. GetFunctionConfiguration returns what was registered.
 *
 *   Event ── 202 ── run ─┬─ answered
 *                        └─ error, timeout, death ── 1 min ── run ── 2 min ── run ── dead letters
 */

import type { ServerResponse } from 'node:http';
import type { SimulatorClock } from '../engine/clock.ts';
import type { Invocable, InvocationResult } from './function-host.ts';
import { functionArn, partsOfName } from './function-messages.ts';
import { type LoopbackService, type Protocol, startLoopbackService } from './loopback-service.ts';

export interface LambdaEndpoint extends LoopbackService {
  /** Calls of this name reach this function from now on. */
  register(name: string, host: Invocable, configuration?: FunctionConfiguration): void;
  /** As the EventBridge rule does it: queued. */
  invokeLater(name: string, event: unknown): void;
  /** As an event source mapping does it: waits for the result, and repeats nothing. Undefined: no such function. */
  invoke(name: string, event: unknown): Promise<InvocationResult | undefined>;
  /** Every invocation, in the order in which they began. */
  readonly invocations: readonly Invocation[];
  /** Events whose function failed three times. */
  readonly deadLetters: readonly { readonly name: string; readonly event: unknown }[];
  /** Calls that found the account's concurrency used up. */
  readonly throttled: number;
  /** Waits until nothing is queued or running. */
  idle(): Promise<void>;
}

/** What GetFunctionConfiguration returns for a function. */
interface FunctionConfiguration {
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

export interface Invocation {
  readonly name: string;
  readonly event: unknown;
  readonly kind: 'sync' | 'async';
  readonly startedAtMs: number;
  endedAtMs: number | undefined;
  result: InvocationResult | undefined;
}

interface LambdaEndpointOptions {
  readonly clock: SimulatorClock;
  /** Waits before the second and the third try of a queued event. */
  readonly retryAfterMs?: readonly number[];
  /** How many functions may run at once, of whatever name; default: as many as come. A new account has 10. */
  readonly concurrencyMax?: number;
}

/** AWS Lambda, "Error handling for asynchronous invocation": throttled events. */
const FIRST_BACKOFF_MS = 1_000;
const BACKOFF_MAX_MS = 300_000;

/** AWS Lambda, "Error handling for asynchronous invocation". */
const RETRY_AFTER_MS = [60_000, 120_000] as const;

export async function startLambdaEndpoint(options: LambdaEndpointOptions): Promise<LambdaEndpoint> {
  const { clock, retryAfterMs = RETRY_AFTER_MS, concurrencyMax = Number.POSITIVE_INFINITY } = options;
  let running = 0;
  let throttled = 0;
  const functions = new Map<string, { readonly host: Invocable; readonly configuration?: FunctionConfiguration }>();
  const invocations: Invocation[] = [];
  const deadLetters: { name: string; event: unknown }[] = [];
  const queued = new Set<Promise<void>>();
  const closing = new AbortController();

  async function run(
    name: string,
    event: unknown,
    kind: Invocation['kind'],
    qualifier?: string,
  ): Promise<InvocationResult | undefined> {
    const host = functions.get(name)?.host;
    if (host === undefined) return undefined;
    running += 1;
    const invocation: Invocation = {
      ...{ name, event, kind, startedAtMs: clock.nowMs() },
      ...{ endedAtMs: undefined, result: undefined },
    };
    invocations.push(invocation);
    invocation.result = await host.invoke(event, functionArn(name, qualifier)).finally(() => {
      running -= 1;
    });
    invocation.endedAtMs = clock.nowMs();
    return invocation.result;
  }

  /** A throttled event goes back into the queue, and comes again after a second, two, four … five minutes. */
  async function untilThereIsRoom(): Promise<void> {
    for (let waitMs = FIRST_BACKOFF_MS; running >= concurrencyMax; waitMs = Math.min(2 * waitMs, BACKOFF_MAX_MS)) {
      throttled += 1;
      await clock.sleep(waitMs, closing.signal);
      if (closing.signal.aborted) return;
    }
  }

  async function deliver(name: string, event: unknown, qualifier?: string): Promise<void> {
    for (const waitMs of [...retryAfterMs, undefined]) {
      await untilThereIsRoom();
      if (closing.signal.aborted) return;
      const result = await run(name, event, 'async', qualifier);
      if (closing.signal.aborted || result?.kind === 'answered') return;
      if (waitMs === undefined) break;
      await clock.sleep(waitMs, closing.signal);
      if (closing.signal.aborted) return;
    }
    deadLetters.push({ name, event });
  }

  function invokeLater(name: string, event: unknown, qualifier?: string): void {
    const delivery = deliver(name, event, qualifier).finally(() => queued.delete(delivery));
    queued.add(delivery);
  }

  const service = await startLoopbackService(clock, PROTOCOL, async (request, response, body, { operation }) => {
    const { name, qualifier } = targetOf(request.url ?? '');
    const known = functions.get(name);
    if (known === undefined) {
      return PROTOCOL.refuse(response, 404, 'ResourceNotFoundException', `Function not found: ${name}`);
    }
    if (operation === 'GetFunctionConfiguration') {
      return send(response, 200, configurationOf(name, known.configuration, clock.nowMs()));
    }
    const event: unknown = body === '' ? {} : JSON.parse(body);
    if (request.headers['x-amz-invocation-type'] === 'Event') {
      invokeLater(name, event, qualifier);
      return send(response, 202, undefined);
    }
    if (running >= concurrencyMax) {
      throttled += 1;
      const content = { Type: 'User', Reason: 'ConcurrentInvocationLimitExceeded', message: 'Rate Exceeded.' };
      return send(response, 429, content, 'TooManyRequestsException');
    }
    const result = await run(name, event, 'sync', qualifier);
    if (result?.kind === 'answered') return send(response, 200, result.payload);
    response.setHeader('x-amz-function-error', 'Unhandled');
    send(response, 200, errorOf(result));
  });
  return {
    ...service,
    register: (name, host, configuration) =>
      void functions.set(name, { host, ...(configuration && { configuration }) }),
    invokeLater,
    invoke: (name, event) => run(name, event, 'async'),
    invocations,
    deadLetters,
    get throttled() {
      return throttled;
    },
    async idle() {
      while (queued.size > 0) await Promise.all(queued);
    },
    close: () => {
      closing.abort();
      return service.close();
    },
  };
}

const PROTOCOL: Protocol = {
  calledIn: ({ url = '' }) => {
    const { name, operation } = targetOf(url);
    return { operation, target: name };
  },
  refuse: (response, status, error, message) => send(response, status, { Type: 'User', Message: message }, error),
};

/** `/2015-03-31/functions/NAME/invocations` or `…/configuration`; the name may be an ARN, with a qualifier or without. */
function targetOf(url: string) {
  const [, path = '', verb] = /\/functions\/([^/]+)\/(invocations|configuration)/.exec(url) ?? [];
  const { name, qualifier } = partsOfName(decodeURIComponent(path));
  return {
    name,
    qualifier: qualifier ?? new URL(url, 'http://localhost').searchParams.get('Qualifier') ?? undefined,
    operation: verb === 'configuration' ? 'GetFunctionConfiguration' : 'Invoke',
  };
}

/** AWS Lambda API Reference, GetFunctionConfiguration: the fields that our commands read. */
const configurationOf = (name: string, known: FunctionConfiguration | undefined, nowMs: number): object => ({
  FunctionName: name,
  FunctionArn: functionArn(name),
  Runtime: 'nodejs24.x',
  State: 'Active',
  LastModified: new Date(nowMs).toISOString().replace('Z', '+0000'),
  ...(known && {
    Timeout: Math.ceil(known.timeoutMs / 1_000),
    MemorySize: known.memoryMb,
    Environment: { Variables: known.variables },
  }),
});

function send(response: ServerResponse, status: number, content: unknown, errorType?: string): void {
  if (errorType !== undefined) response.setHeader('x-amzn-errortype', errorType);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(content === undefined ? '' : JSON.stringify(content));
}

function errorOf(result: InvocationResult | undefined): object {
  switch (result?.kind) {
    case 'error':
      return { errorType: result.errorType, errorMessage: result.errorMessage };
    case 'timed-out':
      return { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out' };
    default:
      return { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited without providing a reason' };
  }
}
