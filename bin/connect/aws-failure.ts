/**
 * Why an AWS call of the command line failed, as a sentence with its remedy. The SDK's own errors are replaced here,
 * because they contain requests with tokens and signatures.
 */

import { awsErrorKind, errorName } from '../../lambda/adapters/connections/aws-errors.ts';
import { CliError, EXIT } from '../terminal/exit.ts';

export interface Attempted {
  /** As in "could not … read the function flatline-production-liquidator". */
  readonly doing: string;
  /** The permission that it needs. */
  readonly permission: string;
  readonly functionName: string;
  readonly region: string | undefined;
  readonly isLocal: boolean;
  /** AWS_PROFILE. */
  readonly profile?: string | undefined;
  /** The variable that leads elsewhere than to AWS, and its value, as in "AWS_ENDPOINT_URL=http://127.0.0.1:9". */
  readonly endpoint?: string | undefined;
}

/** Always exit 4. */
export function awsFailure(error: unknown, attempted: Attempted): CliError {
  return new CliError(EXIT.unreachable, `Could not ${attempted.doing}: ${whyAndRemedy(error, attempted)}`);
}

function whyAndRemedy(
  error: unknown,
  { permission, functionName, region, isLocal, profile, endpoint }: Attempted,
): string {
  const name = errorName(error);
  const kind = awsErrorKind(name);
  const isNetwork = kind === 'unreached' || kind === 'lost';
  const text = error instanceof Error ? error.message : '';
  const where = region === undefined ? '' : ` in ${region}`;
  if (isLocal && isNetwork)
    return `the local cloud does not answer (${name}). Start it again in another terminal: flatline drill --serve`;
  if (/^region (is missing|not accepted)/i.test(text))
    return 'no AWS region is set, or it is not valid. Use --region, or set AWS_REGION or a region in your profile.';
  if (kind === 'expired' || (kind === 'no-credentials' && /expired/i.test(text)))
    return 'your AWS session has expired. Sign in again (aws sso login, or fresh keys), then repeat the command.';
  // "The SSO session token associated with profile=… was not found or is invalid."
  if (kind === 'no-credentials' && /\bsso\b/i.test(text))
    return 'your profile is not signed in to AWS. Run aws sso login, then repeat the command.';
  if (kind === 'no-credentials' && profile)
    return `the AWS profile ${profile} does not exist, or has no credentials. Correct AWS_PROFILE; aws configure list-profiles lists the profiles.`;
  if (kind === 'no-credentials')
    return 'no AWS credentials were found. Set AWS_PROFILE to a profile with credentials, set the keys in the environment, or run aws configure.';
  if (name === 'InvalidSignatureException' && /(signature expired|not yet current)/i.test(text))
    return 'this machine’s clock is wrong. Correct it (AWS allows five minutes of difference), then repeat the command.';
  if (kind === 'keys-not-accepted')
    return `AWS does not accept your keys (${name}). Check AWS_PROFILE and the keys; aws sts get-caller-identity checks them.`;
  if (kind === 'forbidden')
    return `your AWS identity has no permission for this. It needs ${permission} on ${functionName}.`;
  if (kind === 'missing')
    return `there is no function ${functionName}${where}. Deploy it (npx cdk deploy), or name another with --env, --name or --region.`;
  if (kind === 'throttled') return `AWS throttled the call (${name}). Wait a few seconds, then repeat the command.`;
  if (name === 'ERR_INVALID_URL' && endpoint !== undefined)
    return `${endpoint} is no address. Write http://HOST:PORT or https://HOST, or unset it.`;
  if (isNetwork && endpoint !== undefined && !isLocal)
    return `${endpoint} does not answer (${name}). Correct it, or unset it to reach AWS itself.`;
  if (name === 'ENOTFOUND')
    return `the AWS endpoint${where} was not found, or this machine has no network. Check --region and the network connection.`;
  if (isNetwork) return `AWS does not answer${where} (${name}). Check the network connection, the proxy and --region.`;
  if (NOT_AWS.has(name) && statusOf(error) < 500)
    return `the answer did not come from AWS${where} (HTTP ${statusOf(error)}). Check for a proxy, a network login page, or a wrong AWS_ENDPOINT_URL.`;
  if (kind === 'untrusted')
    return `the certificate of ${endpoint ?? `AWS${where}`} is not trusted (${name}). Behind a proxy, put its certificate into a file that NODE_EXTRA_CA_CERTS names; otherwise check this machine’s clock.`;
  // Node's own: an address, a header or a file that the SDK took from the surroundings.
  if (BAD_SETTING.test(name))
    return `an AWS setting of this shell cannot be used (${name}). Check the variables that begin with AWS_, and the files that they name.`;
  return `AWS answered ${name}. See the AWS Health Dashboard, then repeat the command.`;
}

const BAD_SETTING = /^(ERR_INVALID_|EACCES$|EISDIR$|ENOENT$|ENOTDIR$)/;

/** An error without a name, or an answer that is not JSON: errors of AWS itself have a name. */
const NOT_AWS = new Set(['Unknown', 'UnknownError', 'SyntaxError']);

/** 500 where there is none. */
function statusOf(error: unknown): number {
  const { $metadata, $response } = error as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  return typeof status === 'number' ? status : 500;
}
