/** Stacks for tests: synthesised in memory, with the flags of cdk.json and without bundling the functions. */

import { readFileSync } from 'node:fs';
import { App, type AppProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Deployment } from '../../lib/deployment.ts';
import { FlatlineStack } from '../../lib/flatline-stack.ts';

export const PRODUCTION: Deployment = {
  environment: 'production',
  suffix: undefined,
  version: '0.2.0 (0123456)',
  configJson: '{"liquidation":{"timeout_seconds":5}}',
  timeoutMs: 5_000,
  accountConcurrency: 1_000,
  bots: botsNamed('default'),
  alertEmail: undefined,
  chatSecret: undefined,
  dailyMessage: true,
  kmsKey: 'none',
  secretAdmins: undefined,
  fixedIp: false,
  fixedIpAllocations: undefined,
  testEvents: false,
  monthlyBudgetUsd: 0,
  trailCopyDays: 0,
  canary: true,
  docsUrl: undefined,
  pingUrl: false,
  watcherRegion: undefined,
};

export function appWithFlags(props: Partial<AppProps> = {}): App {
  const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));
  return new App({ context: { ...context, 'aws:cdk:bundling-stacks': [] }, analyticsReporting: false, ...props });
}

/** CloudFormation's own rules take a second to load; security-checks.test.ts and synth.test.ts apply them. */
export const UNCHECKED = { builtinCloudFormationValidation: false, treeMetadata: false };

export function stackOf(overrides: Partial<Deployment> = {}): FlatlineStack {
  return new FlatlineStack(appWithFlags(UNCHECKED), { ...PRODUCTION, ...overrides });
}

export const templateOf = (overrides: Partial<Deployment> = {}): Template => Template.fromStack(stackOf(overrides));

export function botsNamed(...botIds: readonly string[]): Deployment['bots'] {
  return botIds.map(botId => botNamed(botId));
}

export function botNamed(botId: string, over: Partial<Deployment['bots'][number]> = {}): Deployment['bots'][number] {
  return { botId, secretName: `flatline/${botId}`, secretArn: undefined, role: undefined, ...over };
}

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON, looked into by the tests that know its parts
  readonly Properties: any;
  readonly DeletionPolicy?: string;
}

/** Resources of a type, by their logical IDs. */
export const resourcesOf = (template: Template, type: string): ReadonlyMap<string, Resource> =>
  new Map(Object.entries(template.findResources(type) as Record<string, Resource>));

/** The one resource of the type whose logical ID begins so. */
export function resource(template: Template, type: string, idBeginsWith: string): Resource {
  const found = [...resourcesOf(template, type)].filter(([id]) => id.startsWith(idBeginsWith));
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new Error(`${found.length} resources of type ${type} begin with ${idBeginsWith}; one was expected.`);
  }
  return only[1];
}
