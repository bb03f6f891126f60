/**
 * The inside of a function's process: imports the bundle, then runs one invocation after the other as Lambda's Node 24
 * runtime does. A payload that JSON cannot hold is an error, an unhandled rejection ends the process, and so does the
 * end of the host.
 */

import { readFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type FromFunction, LOG_COMPLETE, type ToFunction } from './function-messages.ts';

interface Context {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  getRemainingTimeInMillis(): number;
}

type Handler = (event: unknown, context: Context) => Promise<unknown>;

const bundlePath = process.argv[2] ?? '';
const module: { handler?: Handler } = await import(pathToFileURL(bundlePath).href);
const { handler } = module;
// Node 24 on Lambda refuses handlers with a callback as their third parameter.
if (typeof handler !== 'function' || handler.length > 2) throw new TypeError(`${bundlePath} exports no async handler`);

process.on('message', (message: ToFunction) => {
  void run(handler, message);
});
process.on('disconnect', () => process.exit());
send({ kind: 'ready' });
// It is killed in the end, and would keep nothing then.
flushCompileCache();

async function run(handle: Handler, { requestId, payload, deadlineAtMs, invokedArn }: ToFunction): Promise<void> {
  const context: Context = {
    awsRequestId: requestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'function',
    functionVersion: '$LATEST',
    invokedFunctionArn: invokedArn,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? '512',
    getRemainingTimeInMillis: () => deadlineAtMs - Date.now(),
  };
  try {
    const answer = JSON.stringify(await handle(JSON.parse(payload), context)) ?? 'null';
    process.stdout.write(`${LOG_COMPLETE}${requestId}\n`);
    send({ kind: 'answer', requestId, payload: answer, maxRssKb: peakKb() });
  } catch (error) {
    process.stdout.write(`${LOG_COMPLETE}${requestId}\n`);
    const { name, message } = error instanceof Error ? error : { name: typeof error, message: String(error) };
    send({ kind: 'error', requestId, errorType: name, errorMessage: message });
  }
}

/**
 * The most memory it ever held. Linux hands the figure of getrusage(2) down from the process that started it, which may
 * be a whole test run; that of proc_pid_status(5) begins anew.
 */
function peakKb(): number {
  try {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (peak !== undefined) return Number(peak);
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS;
}

function send(message: FromFunction): void {
  process.send?.(message);
}
