/**
 * Runs a bundled function as Lambda does, each execution environment a process of its own: cold on the first call,
 * frozen between invocations, a second environment for a call that comes while the first is busy, killed at the
 * function's own timeout.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FromFunction, ToFunction } from './function-messages.ts';

export type InvocationResult =
  | { readonly kind: 'answered'; readonly payload: unknown; readonly cold: boolean; readonly maxRssKb: number }
  | { readonly kind: 'error'; readonly errorType: string; readonly errorMessage: string }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'died'; readonly signal: string };

export interface FunctionHost {
  invoke(event: unknown): Promise<InvocationResult>;
  /** SIGKILL to whatever runs: a crash in the middle. */
  kill(): void;
  /** Everything that was written to stdout and stderr, line by line. */
  readonly logs: readonly string[];
  close(): Promise<void>;
}

export interface FunctionOptions {
  readonly bundlePath: string;
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly onLog?: (line: string) => void;
}

interface Environment {
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
  busy: boolean;
  cold: boolean;
}

const RUNTIME = fileURLToPath(new URL('function-process.ts', import.meta.url));

export function hostFunction(options: FunctionOptions): FunctionHost {
  const logs: string[] = [];
  const environments = new Set<Environment>();

  function start(): Environment {
    const child = spawn(process.execPath, ['--no-warnings', RUNTIME, options.bundlePath], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: environmentOf(options),
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', line => {
        logs.push(line);
        options.onLog?.(line);
      });
    }
    const ready = new Promise<void>(resolve => {
      child.once('message', () => resolve());
      child.once('exit', () => resolve());
    });
    const environment = { child, ready, busy: false, cold: true };
    environments.add(environment);
    child.once('exit', () => environments.delete(environment));
    return environment;
  }

  return {
    logs,
    async invoke(event) {
      const environment = [...environments].find(one => !one.busy) ?? start();
      environment.busy = true;
      await environment.ready;
      const result = await runIn(environment, event, options.timeoutMs);
      environment.busy = false;
      return result;
    },
    kill() {
      for (const { child } of environments) child.kill('SIGKILL');
    },
    async close() {
      const gone = [...environments].map(({ child }) => new Promise(resolve => child.once('exit', resolve)));
      for (const { child } of environments) child.kill('SIGKILL');
      await Promise.all(gone);
    },
  };
}

function runIn(environment: Environment, event: unknown, timeoutMs: number): Promise<InvocationResult> {
  const { child, cold } = environment;
  const requestId = randomUUID();
  environment.cold = false;
  return new Promise(resolve => {
    const timer = setTimeout(() => end({ kind: 'timed-out' }, 'SIGKILL'), timeoutMs);
    const onExit = (_code: number | null, signal: string | null): void =>
      end({ kind: 'died', signal: signal ?? 'exit' });
    const onMessage = (message: FromFunction): void => {
      if (message.kind === 'ready' || message.requestId !== requestId) return;
      if (message.kind === 'error') end(message, 'SIGSTOP');
      else end({ kind: 'answered', payload: JSON.parse(message.payload), cold, maxRssKb: message.maxRssKb }, 'SIGSTOP');
    };
    const end = (result: InvocationResult, signal?: 'SIGSTOP' | 'SIGKILL'): void => {
      clearTimeout(timer);
      child.off('exit', onExit);
      child.off('message', onMessage);
      // Between invocations nothing runs: what a function leaves for later is not done.
      if (signal) child.kill(signal);
      resolve(result);
    };
    child.once('exit', onExit);
    child.on('message', onMessage);
    if (child.exitCode !== null || child.signalCode !== null)
      return end({ kind: 'died', signal: child.signalCode ?? 'exit' });
    child.kill('SIGCONT');
    const message: ToFunction = {
      kind: 'invoke',
      requestId,
      payload: JSON.stringify(event ?? null),
      deadlineAtMs: Date.now() + timeoutMs,
    };
    child.send(message);
  });
}

/** What Lambda sets, and nothing of the operator's own shell. */
function environmentOf({ name, memoryMb, env }: FunctionOptions): Record<string, string> {
  return {
    AWS_REGION: 'ap-northeast-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
    ...env,
  };
}
