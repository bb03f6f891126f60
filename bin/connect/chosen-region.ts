/**
 * Which region is meant, as the AWS CLI and boto3 have it. The SDK for JavaScript does not know AWS_DEFAULT_REGION, and
 * takes an empty AWS_REGION for one.
 */

/** Undefined: the SDK looks into the profile. */
export const chosenRegion = (
  { region }: { readonly region?: string | undefined },
  env: Readonly<Record<string, string | undefined>>,
): string | undefined => region ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined);
