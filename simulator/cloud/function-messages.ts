/**
 * Messages between the function host and the process of a function, and the names of functions. Payloads are JSON text, as
 * in Lambda's protocol.
 */

export type ToFunction = {
  readonly kind: 'invoke';
  readonly requestId: string;
  readonly payload: string;
  readonly deadlineAtMs: number;
  /** By which name and alias it is called. */
  readonly invokedArn: string;
};

export type FromFunction =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly requestId: string; readonly payload: string; readonly maxRssKb: number }
  | { readonly kind: 'error'; readonly requestId: string; readonly errorType: string; readonly errorMessage: string };

/**
 * Begins the line on standard output that ends the log of an invocation; the request ID follows. The answer travels
 * by another way than the log and may overtake it.
 */
export const LOG_COMPLETE = 'END RequestId: ';

/** What a function is called by: its name or its ARN, with a qualifier (an alias, a version) or without. */
export function partsOfName(given: string): { readonly name: string; readonly qualifier: string | undefined } {
  const [name = '', qualifier] = given.replace(/^arn:.*:function:/, '').split(':');
  return { name, qualifier };
}

export const functionArn = (name: string, qualifier?: string): string =>
  `arn:aws:lambda:eu-central-1:000000000000:function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`;
