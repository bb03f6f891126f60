/**
 * Runs a bundled function as Lambda does, each execution environment a process of its own: cold on the first call,
 * frozen between invocations, a second environment for a call that comes while the first is busy (up to the function's
 * concurrency: then calls wait in line, as asynchronous ones do at AWS), killed at the function's own timeout. An answer
 * is given out only when the log of its invocation is complete.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { programPath } from '../../package/root.ts';
import { type CpuShare, limitCpu } from './cpu-share.ts';
import { type FromFunction, functionArn, LOG_COMPLETE, type ToFunction } from './function-messages.ts';

export type InvocationResult =
  | { readonly kind: 'answered'; readonly payload: unknown; readonly cold: boolean; readonly maxRssKb: number }
  | { readonly kind: 'error'; readonly errorType: string; readonly errorMessage: string }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'died'; readonly signal: string };

/** All that a caller needs of a function. */
export interface Invocable {
  /** `invokedArn` names the alias by which it is called; by default the bare function. */
  invoke(event: unknown, invokedArn?: string): Promise<InvocationResult>;
}

export interface FunctionHost extends Invocable {
  /** SIGKILL to whatever runs: a crash in the middle. Synchronous, so it also serves at the end of the process. */
  kill(): void;
  /** Process IDs of its environments: for who measures them. */
  readonly pids?: () => readonly number[];
  /** Everything that was written to stdout and stderr, line by line. */
  readonly logs: readonly string[];
  close(): Promise<void>;
}

interface FunctionOptions {
  readonly bundlePath: string;
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** Default: as many as come. */
  readonly mostEnvironments?: number;
  /** By its memory, as at AWS. Default: whatever the machine has. */
  readonly hasShareOfCpu?: boolean;
  readonly onLog?: (line: string) => void;
}

interface Environment {
  readonly child: ChildProcess;
  readonly share: CpuShare | undefined;
  readonly ready: Promise<void>;
  readonly gone: Promise<string>;
  /** Resolves when the log of this invocation has been read to its end. */
  logged(requestId: string): Promise<void>;
  busy: boolean;
  cold: boolean;
}

const RUNTIME = programPath('simulator/cloud/function-process');

export function hostFunction(options: FunctionOptions): FunctionHost {
  const logs: string[] = [];
  const environments = new Set<Environment>();
  const waiting: ((environment: Environment | undefined) => void)[] = [];
  let isClosed = false;
  const { mostEnvironments = Number.POSITIVE_INFINITY } = options;

  function note(line: string): void {
    logs.push(line);
    options.onLog?.(line);
  }

  /** A free or new environment, marked as busy; beyond the limit, waits for one. Undefined: the host was closed. */
  function takeOne(): Environment | undefined | Promise<Environment | undefined> {
    if (isClosed) return undefined;
    const free = [...environments].find(one => !one.busy);
    if (free === undefined && environments.size >= mostEnvironments) {
      return new Promise(resolve => waiting.push(resolve));
    }
    const environment = free ?? start();
    environment.busy = true;
    return environment;
  }

  async function passOn(): Promise<void> {
    const next = waiting.shift();
    if (next !== undefined) next(await takeOne());
  }

  function start(): Environment {
    const environment = startEnvironment(options, note);
    environments.add(environment);
    void environment.gone.then(() => {
      environments.delete(environment);
      return passOn();
    });
    return environment;
  }

  return {
    logs,
    pids: () => [...environments].flatMap(({ child }) => child.pid ?? []),
    async invoke(event, invokedArn = functionArn(options.name)) {
      const environment = await takeOne();
      if (environment === undefined) return { kind: 'died', signal: 'the end of its host' };
      await environment.ready;
      const result = await runIn(environment, event, options.timeoutMs, invokedArn);
      // One that was stopped for good is never given another call, even before its exit is noticed.
      environment.busy = result.kind === 'died' || result.kind === 'timed-out';
      if (!environment.busy) void passOn();
      return result;
    },
    kill() {
      for (const environment of environments) {
        environment.busy = true;
        environment.child.kill('SIGKILL');
      }
    },
    async close() {
      isClosed = true;
      const gone = [...environments].map(one => one.gone);
      this.kill();
      await Promise.all(gone);
      for (const resolve of waiting.splice(0)) resolve(undefined);
    },
  };
}

function startEnvironment(options: FunctionOptions, note: (line: string) => void): Environment {
  const child = spawn(process.execPath, ['--no-warnings', ...heapLimitsOf(options), RUNTIME, options.bundlePath], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: environmentOf(options),
  });
  const waiting = new Map<string, () => void>();
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', line => {
      if (!line.startsWith(LOG_COMPLETE)) return note(line);
      waiting.get(line.slice(LOG_COMPLETE.length))?.();
    });
  }
  // `close` comes after the last line of the log; `error` instead of it when the process could not be started.
  const gone = new Promise<string>(resolve => {
    child.once('close', (_code, signal) => resolve(signal ?? 'exit'));
    child.once('error', error => resolve(error.message));
  });
  const ready = Promise.race([
    new Promise<void>(resolve => child.once('message', () => resolve())),
    gone.then(() => {}),
  ]);
  const logged = (requestId: string): Promise<void> => {
    const complete = new Promise<void>(resolve => waiting.set(requestId, resolve));
    return Promise.race([complete, gone.then(() => {})]).finally(() => waiting.delete(requestId));
  };
  const share =
    options.hasShareOfCpu === true && child.pid !== undefined ? limitCpu(child.pid, options.memoryMb) : undefined;
  void gone.then(() => share?.release());
  return { child, share, ready, gone, logged, busy: false, cold: true };
}

async function runIn(
  environment: Environment,
  event: unknown,
  timeoutMs: number,
  invokedArn: string,
): Promise<InvocationResult> {
  const { child, share, cold, gone } = environment;
  const requestId = randomUUID();
  environment.cold = false;
  const logged = environment.logged(requestId);
  const { promise, resolve } = Promise.withResolvers<InvocationResult>();
  const timer = setTimeout(() => resolve({ kind: 'timed-out' }), timeoutMs);
  const onMessage = (message: FromFunction): void => {
    if (message.kind === 'ready' || message.requestId !== requestId) return;
    if (message.kind === 'error') resolve(message);
    else resolve({ kind: 'answered', payload: JSON.parse(message.payload), cold, maxRssKb: message.maxRssKb });
  };
  child.on('message', onMessage);
  void gone.then(signal => resolve({ kind: 'died', signal }));
  if (child.connected) {
    share?.thaw();
    child.kill('SIGCONT');
    send(child, {
      kind: 'invoke',
      requestId,
      payload: JSON.stringify(event ?? null),
      deadlineAtMs: Date.now() + timeoutMs,
      invokedArn,
    });
  }
  const result = await promise;
  clearTimeout(timer);
  child.off('message', onMessage);
  if (result.kind === 'timed-out') child.kill('SIGKILL');
  await logged;
  // Between invocations nothing runs: what a function leaves for later is not done.
  if (result.kind === 'answered' || result.kind === 'error') {
    share?.freeze();
    child.kill('SIGSTOP');
  }
  return result;
}

/** A process that ends at this very moment makes the message undeliverable; its end is noticed anyway. */
function send(child: ChildProcess, message: ToFunction): void {
  child.send(message, () => undefined);
}

/** What Lambda sets, and nothing of the operator's own shell: no profile, no proxy, no Node options. */
function environmentOf({ name, memoryMb, env, bundlePath }: FunctionOptions): Record<string, string> {
  return {
    AWS_REGION: 'ap-northeast-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
    // Else the SDK reads the profiles of whoever runs this. Not /tmp, where anybody may have put some.
    HOME: dirname(bundlePath),
    TZ: 'UTC',
    ...(process.env.FLATLINE_BUNDLES && { NODE_COMPILE_CACHE: join(process.env.FLATLINE_BUNDLES, 'compiled') }),
    ...env,
  };
}

/**
 * On Lambda Node sizes its heap by the function's memory; here it would take this machine's. V8 gives the young
 * generation a fixed share of the old one.
 */
function heapLimitsOf({ memoryMb }: FunctionOptions): readonly string[] {
  const oldMb = Math.floor(memoryMb * 0.75);
  return [`--max-old-space-size=${oldMb}`, `--max-semi-space-size=${Math.max(1, Math.round(oldMb / 64))}`];
}
