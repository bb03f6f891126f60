/** Reads a stack as AWS has it. */

import type { Emulator } from './emulator.ts';

export interface DeployedStack {
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** By logical ID. */
  readonly resources: ReadonlyMap<string, { readonly type: string; readonly id: string }>;
  readonly template: Template;
}

export interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Properties }>>;
  readonly Outputs: Readonly<Record<string, unknown>>;
}

// biome-ignore lint/suspicious/noExplicitAny: each type of resource has properties of its own
type Properties = any;

/** Rejects when there is no such stack. */
export async function readStack(aws: Emulator, name: string): Promise<DeployedStack> {
  const [{ Stacks }, { StackResources }, { TemplateBody }] = await Promise.all([
    aws.call('cloudformation', 'describe_stacks', { StackName: name }),
    aws.call('cloudformation', 'describe_stack_resources', { StackName: name }),
    aws.call('cloudformation', 'get_template', { StackName: name }),
  ]);
  const { StackStatus, Outputs = [] } = Stacks[0] as {
    readonly StackStatus: string;
    readonly Outputs?: readonly { readonly OutputKey: string; readonly OutputValue: string }[];
  };
  const rows = StackResources as readonly {
    readonly LogicalResourceId: string;
    readonly ResourceType: string;
    readonly PhysicalResourceId: string;
  }[];
  return {
    status: StackStatus,
    outputs: Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])),
    resources: new Map(
      rows.map(row => [row.LogicalResourceId, { type: row.ResourceType, id: row.PhysicalResourceId }]),
    ),
    template: typeof TemplateBody === 'string' ? JSON.parse(TemplateBody) : TemplateBody,
  };
}

/** The physical IDs of a type. */
export const idsOf = ({ resources }: DeployedStack, type: string): readonly string[] =>
  [...resources.values()].filter(resource => resource.type === type).map(({ id }) => id);
