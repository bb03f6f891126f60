/**
 * What an error of AWS means, by its name, for every call of AWS. Names: AWS General Reference "Common errors"; the error
 * lists of DynamoDB, Lambda and IAM Identity Center; those of the SDK and of the network.
 */

const NAMES = {
  'no-credentials': ['CredentialsProviderError', 'ProviderError', 'TokenProviderError'],
  expired: ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'UnauthorizedException'],
  'keys-not-accepted': [
    'IncompleteSignature',
    'InvalidClientTokenId',
    'InvalidSignatureException',
    'MissingAuthenticationTokenException',
    'SignatureDoesNotMatch',
    'UnrecognizedClientException',
  ],
  forbidden: ['AccessDenied', 'AccessDeniedException', 'AuthorizationErrorException', 'NotAuthorized', 'OptInRequired'],
  throttled: [
    'EC2ThrottledException',
    'ProvisionedThroughputExceededException',
    'RequestLimitExceeded',
    'ThrottlingException',
    'TooManyRequestsException',
  ],
  /** SNS has a name of its own. */
  missing: ['NotFoundException', 'ResourceNotFoundException'],
  /** No way there: the request was not sent. */
  unreached: ['EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND'],
  /** The certificate is not one of AWS (a proxy's, mostly), or the clock is wrong. Codes of Node, "TLS, X509 certificate error codes". */
  untrusted: [
    'CERT_HAS_EXPIRED',
    'CERT_NOT_YET_VALID',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ],
  /** It may have arrived. */
  lost: ['AbortError', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'TimeoutError'],
} as const;

type AwsErrorKind = keyof typeof NAMES;

const KINDS: ReadonlyMap<string, AwsErrorKind> = new Map(
  (Object.keys(NAMES) as AwsErrorKind[]).flatMap(kind => NAMES[kind].map(name => [name, kind] as const)),
);

/** Undefined for a name that says nothing of the kind, as one of a single operation. */
export const awsErrorKind = (name: string): AwsErrorKind | undefined => KINDS.get(name);

/** Certainly not carried out. */
export const isBeforeCall = (name: string): boolean => {
  const kind = awsErrorKind(name);
  return kind !== undefined && kind !== 'lost';
};

/** AWS refuses the caller: credentials missing, expired or not accepted, or no permission. */
export const isOfCaller = (name: string): boolean =>
  ['no-credentials', 'expired', 'keys-not-accepted', 'forbidden'].includes(awsErrorKind(name) ?? '');

/** The network's code (ECONNREFUSED) says more than the class name (Error). */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  return 'code' in error && typeof error.code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(error.code)
    ? error.code
    : error.name;
}
