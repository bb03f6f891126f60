/**
 * What the bundles hold in the place of the SDK's whole chain of credential providers (profiles, SSO, instance
 * metadata …): Lambda hands a function its credentials in the environment, and nowhere else. A sixth of the bundle less.
 */

import { fromEnv } from '@aws-sdk/credential-provider-env';

/** By the name under which the clients of the SDK ask for it. */
export const defaultProvider = (): ReturnType<typeof fromEnv> => fromEnv();
