/**
 * Why AWS did not do what the command line asked, as a sentence with its remedy. The SDK's own errors end here, rebuilt:
 * they carry requests, and with them tokens and signatures.
 *
 * Names: AWS General Reference "Common errors"; AWS Lambda API, GetFunctionConfiguration and Invoke; IAM Identity Center.
 */

import { CliError, EXIT } from '../terminal/exit.ts';

export interface Attempted {
  /** As in "could not … read the function flatline-production-liquidator". */
  readonly doing: string;
  /** The permission that it takes. */
  readonly permission: string;
  readonly functionName: string;
  readonly region: string | undefined;
  readonly isLocal: boolean;
  /** AWS_PROFILE. */
  readonly profile?: string | undefined;
}

/** Always exit 4. */
export function awsFailure(error: unknown, attempted: Attempted): CliError {
  const { doing } = attempted;
  const { why, remedy } = judge(error, attempted);
  return new CliError(EXIT.unreachable, `Could not ${doing}: ${why}. ${remedy}`);
}

interface Judgement {
  readonly why: string;
  readonly remedy: string;
}

function judge(error: unknown, { permission, functionName, region, isLocal, profile }: Attempted): Judgement {
  const name = nameOf(error);
  const text = error instanceof Error ? error.message : '';
  const where = region === undefined ? '' : ` in ${region}`;
  if (isLocal && isNetwork(name)) {
    return {
      why: `the local cloud does not answer (${name})`,
      remedy: 'Start it again with "flatline drill --serve", in another terminal.',
    };
  }
  if (/^region (is missing|not accepted)/i.test(text)) {
    return {
      why: 'no AWS region is set, or it is none',
      remedy: 'Give --region, or set AWS_REGION or a region in your profile.',
    };
  }
  if (EXPIRED.has(name) || (CREDENTIALS.has(name) && /expired/i.test(text))) {
    return {
      why: 'your AWS session has expired',
      remedy: 'Sign in again (aws sso login, or fresh keys), then repeat the command.',
    };
  }
  // "The SSO session token associated with profile=… was not found or is invalid."
  if (CREDENTIALS.has(name) && /\bsso\b/i.test(text)) {
    return { why: 'your profile is not signed in to AWS', remedy: 'Run aws sso login, then repeat the command.' };
  }
  if (CREDENTIALS.has(name) && profile) {
    return {
      why: `the AWS profile ${profile} is not there, or has no credentials`,
      remedy: 'Correct AWS_PROFILE; aws configure list-profiles shows the profiles there are.',
    };
  }
  if (CREDENTIALS.has(name)) {
    return {
      why: 'there are no AWS credentials',
      remedy: 'Set AWS_PROFILE to a profile that has some, or the keys in the environment, or run aws configure.',
    };
  }
  if (name === 'InvalidSignatureException' && /(signature expired|not yet current)/i.test(text)) {
    return { why: 'this machine’s clock is wrong', remedy: 'Set it (AWS allows five minutes), then repeat.' };
  }
  if (INVALID.has(name)) {
    return {
      why: `AWS does not accept your keys (${name})`,
      remedy: 'Check AWS_PROFILE and the keys; aws sts get-caller-identity says whether they work.',
    };
  }
  if (FORBIDDEN.has(name)) {
    return { why: 'your AWS identity may not do that', remedy: `It needs ${permission} on ${functionName}.` };
  }
  if (name === 'ResourceNotFoundException') {
    return {
      why: `there is no function ${functionName}${where}`,
      remedy: 'Deploy it (npx cdk deploy), or name another with --env, --name or --region.',
    };
  }
  if (THROTTLED.has(name)) return { why: `AWS throttles (${name})`, remedy: 'Wait a few seconds, and repeat.' };
  if (name === 'ENOTFOUND') {
    return {
      why: `AWS has no such address${where}, or this machine has no network`,
      remedy: 'Check --region and the connection.',
    };
  }
  if (isNetwork(name)) {
    return { why: `AWS does not answer${where} (${name})`, remedy: 'Check the connection, the proxy and --region.' };
  }
  if (NOT_AWS.has(name) && statusOf(error) < 500) {
    return {
      why: `what answers there is not AWS${where} (HTTP ${statusOf(error)})`,
      remedy: 'Look for a proxy, a page that wants a login first, or a wrong AWS_ENDPOINT_URL.',
    };
  }
  return { why: `AWS answered ${name}`, remedy: 'See the AWS Health Dashboard, and repeat.' };
}

const CREDENTIALS = new Set(['CredentialsProviderError', 'TokenProviderError', 'ProviderError']);
const EXPIRED = new Set(['ExpiredTokenException', 'ExpiredToken', 'RequestExpired', 'UnauthorizedException']);
const INVALID = new Set([
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);
const FORBIDDEN = new Set(['AccessDenied', 'AccessDeniedException', 'NotAuthorized', 'OptInRequired']);
const THROTTLED = new Set([
  'RequestLimitExceeded',
  'ThrottlingException',
  'TooManyRequestsException',
  'EC2ThrottledException',
]);
const NETWORK = new Set([
  'AbortError',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'TimeoutError',
]);

/** An error without a name, or an answer that is no JSON: whatever AWS itself refuses has a name. */
const NOT_AWS = new Set(['Unknown', 'UnknownError', 'SyntaxError']);

/** 500 where there is none. */
function statusOf(error: unknown): number {
  const { $metadata, $response } = error as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  return typeof status === 'number' ? status : 500;
}

const isNetwork = (name: string): boolean => NETWORK.has(name);

/** Certainly not carried out: refused before it could begin. */
export const wasRefused = (name: string): boolean =>
  [CREDENTIALS, EXPIRED, INVALID, FORBIDDEN, THROTTLED].some(names => names.has(name)) ||
  ['ResourceNotFoundException', 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(name);

/** The network's code (ECONNREFUSED) says more than the class name (Error). */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown error';
  if ('code' in error && typeof error.code === 'string' && /^E[A-Z_]+$/.test(error.code)) return error.code;
  return error.name;
}
