/** Calls AWS with real boto3, in one process of Python that stays. */

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('tools/boto_session.py', import.meta.url));

export interface Key {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
}

/** AWS refused a call. */
export class AwsError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: an answer of AWS, of whatever shape the call has
export type AwsAnswer = any;

type Waiting = { readonly resolve: (answer: AwsAnswer) => void; readonly reject: (error: Error) => void };

export function openBotoSession(python: string, env: Readonly<Record<string, string>>) {
  const child = spawn(python, [SCRIPT], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  createInterface({ input: child.stdout }).on('line', line => {
    const { id, answer, error } = JSON.parse(line);
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(answer);
    else call?.reject(new AwsError(error.code, error.message));
  });
  const ended = new Promise<void>(resolve => {
    child.once('close', code => {
      for (const { reject } of waiting.values()) reject(new Error(`boto3 ended with ${code}: ${stderr}`));
      resolve();
    });
  });

  return {
    /** `operation` as boto3 spells it; `region` where it is another one. Rejects with an AwsError. */
    call: (service: string, operation: string, params: object = {}, key?: Key, region?: string): Promise<AwsAnswer> =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        const parts = key === undefined ? undefined : [key.AccessKeyId, key.SecretAccessKey, key.SessionToken];
        child.stdin.write(`${JSON.stringify({ id: lastId, service, operation, params, key: parts, region })}\n`);
      }),
    close: async (): Promise<void> => {
      child.stdin.end();
      await ended;
    },
  };
}
