/**
 * The region, by the rules of the AWS CLI and boto3. The SDK for JavaScript does not know AWS_DEFAULT_REGION, and treats
 * an empty AWS_REGION as a region.
 */

/** Undefined: the SDK uses the profile. */
export const chosenRegion = (
  { region }: { readonly region?: string | undefined },
  env: Readonly<Record<string, string | undefined>>,
): string | undefined => region ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined);
