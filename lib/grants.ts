/**
 * Turns the table of permissions into policy statements, and into the variables with the names of the permitted targets: a
 * function gets the names of exactly the targets it may use. No construct grants anything else.
 */

import * as iam from 'aws-cdk-lib/aws-iam';
import { ENV } from '../lambda/contract.ts';
import {
  type Grantee,
  type Option,
  type Permission,
  type PermissionTarget,
  permissionsOf,
} from '../lambda/permissions.ts';

export interface Grant {
  readonly grantee: Grantee;
  readonly options: Readonly<Partial<Record<Option, boolean>>>;
  /** The ARNs of each target. */
  readonly arns: Readonly<Partial<Record<PermissionTarget, readonly string[]>>>;
  /** Further conditions for single targets. */
  readonly conditions?: Readonly<Partial<Record<PermissionTarget, Readonly<Record<string, unknown>>>>>;
}

/** `leaveOut` is granted elsewhere. */
export function statementsOf(grant: Grant, leaveOut: readonly PermissionTarget[] = []): iam.PolicyStatement[] {
  return permissionsOf(grant.grantee, grant.options)
    .filter(({ on }) => !leaveOut.includes(on))
    .map(permission => statementOf(grant, permission));
}

/** Returns the statement for a permission on `resources`, by default on all ARNs of its target. */
export function statementOf(
  { grantee, arns, conditions = {} }: Grant,
  { effect, actions, on }: Permission,
  resources: readonly string[] | undefined = arns[on],
): iam.PolicyStatement {
  if (resources === undefined || resources.length === 0) {
    throw new Error(`The ${grantee} may reach "${on}", but no ARN was given for it: add one to the grant's arns.`);
  }
  return new iam.PolicyStatement({
    effect: effect === 'Allow' ? iam.Effect.ALLOW : iam.Effect.DENY,
    actions: [...actions],
    resources: [...resources],
    conditions: conditions[on] ?? {},
  });
}

/**
 * The condition of a permission on a table: only these rows, only these attributes. ForAllValues is also true of a request
 * without a key, or without attributes, hence `Null` (Amazon DynamoDB, "Using IAM policy conditions for fine-grained
 * access control").
 */
export function onlyOf(limits: { readonly LeadingKeys?: readonly string[]; readonly Attributes?: readonly string[] }) {
  const named = Object.entries(limits).map(([name, values]) => [`dynamodb:${name}`, values] as const);
  return {
    'ForAllValues:StringEquals': Object.fromEntries(named),
    Null: Object.fromEntries(named.map(([name]) => [name, 'false'])),
  };
}

const VARIABLES = {
  liquidations: ENV.liquidationsTable,
  audit: ENV.auditTable,
  bots: ENV.botsTable,
  liquidator: ENV.liquidator,
  alertTopic: ENV.alertTopic,
  watcherTopic: ENV.watcherTopic,
  notificationQueue: ENV.notificationQueue,
  trailCopyObjects: ENV.trailCopyBucket,
  chatSecret: ENV.chatSecret,
} as const satisfies Partial<Record<PermissionTarget, string>>;

/** The names passed to a function. Only the targets of the function are required. */
export type ResourceNames = Readonly<Partial<Record<keyof typeof VARIABLES, string | undefined>>>;

export function variablesOf({ grantee, options }: Grant, names: ResourceNames): Readonly<Record<string, string>> {
  const reached = permissionsOf(grantee, options).map(({ on }) => on);
  const named = (Object.keys(VARIABLES) as (keyof typeof VARIABLES)[]).filter(target => reached.includes(target));
  return Object.fromEntries(
    named.map(target => {
      const name = names[target];
      if (name === undefined) throw new Error(`The ${grantee} may reach "${target}", but no name was given for it.`);
      return [VARIABLES[target], name];
    }),
  );
}
