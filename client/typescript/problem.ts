/**
 * A problem between the bot and AWS, as a sentence with its remedy. Errors of the SDK are replaced, never passed on: they
 * contain requests and credentials' names.
 */

export interface Problem {
  readonly code: ProblemCode;
  readonly sentence: string;
}

type ProblemCode = keyof typeof REMEDIES | 'OPTIONS_INVALID';

/** Codes that repeating does not fix: a person must change something. */
export const isRefusal = ({ code }: Problem): boolean =>
  code !== 'UNREACHED' && code !== 'THROTTLED' && code !== 'CHANGED';

/** `doing` says what did not happen, such as "store a heartbeat of alpha in the table bots"; `timeoutMs` is what the call was given. */
export function problemOf(error: unknown, doing: string, timeoutMs: number): Problem {
  const { code, name } = classified(error);
  const why =
    code === 'UNREACHED' ? `no answer from AWS within ${Math.round(timeoutMs)} ms, or no connection (${name})` : name;
  return { code, sentence: `Could not ${doing}: ${why}. ${REMEDIES[code]}` };
}

const REMEDIES = {
  UNREACHED: 'Check the network and the region.',
  THROTTLED: 'AWS throttled the call; it is repeated.',
  NOT_FOUND: 'Check the name against the output of the stack, and the region.',
  FORBIDDEN:
    'Attach the policy of this bot (stack output BotPolicyArnOf…) to the role of the bot, and check the bot’s ID.',
  CREDENTIALS: 'Check the AWS credentials of this process: there are none, or AWS does not accept them.',
  REGION: 'Set AWS_REGION, or give the region as an option.',
  CHANGED: 'It is repeated.',
  FUNCTION_FAILED: 'See the liquidator’s log.',
  UNFORESEEN: 'This error is unexpected; see its name.',
} as const;

/** Error names of the services (Common Errors of DynamoDB and Lambda) and of the SDK itself. */
const CODES: readonly (readonly [RegExp, keyof typeof REMEDIES])[] = [
  [/^ResourceNotFoundException$/, 'NOT_FOUND'],
  [/^AccessDenied(Exception)?$/, 'FORBIDDEN'],
  [
    /^(CredentialsProviderError|UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|ExpiredToken(Exception)?|IncompleteSignature(Exception)?|MissingAuthenticationToken(Exception)?|TokenProviderError)$/,
    'CREDENTIALS',
  ],
  [
    /^(ProvisionedThroughputExceeded|RequestLimitExceeded|Throttling|TooManyRequests|ThrottlingException)(Exception)?$/,
    'THROTTLED',
  ],
  [/^FunctionFailed$/, 'FUNCTION_FAILED'],
  [/^RowChanged$/, 'CHANGED'],
  [
    /^(TimeoutError|AbortError|NetworkingError|InternalServerError|InternalFailure|ServiceException|ServiceUnavailable(Exception)?|E[A-Z_]{4,})$/,
    'UNREACHED',
  ],
];

function classified(error: unknown): { readonly code: keyof typeof REMEDIES; readonly name: string } {
  if (!(error instanceof Error)) return { code: 'UNFORESEEN', name: typeof error };
  if (/^Region is missing/.test(error.message)) return { code: 'REGION', name: 'no region is set' };
  const systemCode = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  for (const name of [error.name, systemCode]) {
    const known = name === undefined ? undefined : CODES.find(([pattern]) => pattern.test(name));
    if (known !== undefined) return { code: known[1], name: name ?? error.name };
  }
  const status = httpStatusOf(error);
  return { code: status !== undefined && status >= 500 ? 'UNREACHED' : 'UNFORESEEN', name: systemCode ?? error.name };
}

function httpStatusOf(error: Error): number | undefined {
  if (!('$metadata' in error)) return undefined;
  const { $metadata: metadata } = error;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
