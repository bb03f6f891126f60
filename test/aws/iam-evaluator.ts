/** iam-simulate, an evaluator of IAM policies from npm: it knows every action, its resources and its condition keys. */

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ACCOUNT } from './emulator.ts';
import type { ReadyTools } from './install-tools.ts';

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly object[];
}

export interface PolicyRequest {
  readonly action: string;
  /** ARN. */
  readonly resource: string;
  /** ARN of who asks; anybody of the account when it is left out. */
  readonly principal?: string | undefined;
  /** The policy at the resource itself, where it has one. */
  readonly resourcePolicy?: PolicyDocument | undefined;
  /** Condition keys of the request. */
  readonly context?: Readonly<Record<string, string | readonly string[]>> | undefined;
}

export type IsAllowed = (policies: readonly PolicyDocument[], request: PolicyRequest) => Promise<boolean>;

const SOMEBODY = `arn:aws:iam::${ACCOUNT}:role/somebody`;

/** The function rejects for a policy or a request that AWS would call invalid: an action that there is not, for instance. */
export async function openEvaluator({ nodeModules }: ReadyTools): Promise<IsAllowed> {
  const { runSimulation } = createRequire(join(nodeModules, 'index.js'))('@cloud-copilot/iam-simulate');
  return async (policies, { action, resource, context = {}, principal = SOMEBODY, resourcePolicy }) => {
    const result = await runSimulation(
      {
        request: {
          principal,
          action,
          resource: { resource, accountId: ACCOUNT },
          contextVariables: context,
        },
        ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
        identityPolicies: policies.map((policy, index) => ({ name: String(index), policy })),
        serviceControlPolicies: [],
        resourceControlPolicies: [],
      },
      {},
    );
    if (result.resultType === 'error') {
      throw new Error(`iam-simulate refuses ${action} on ${resource}: ${JSON.stringify(result.errors)}`);
    }
    return result.overallResult === 'Allowed';
  };
}
