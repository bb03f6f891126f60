/**
 * Events for the liquidator's Test tab in the console, shared with everyone who may use it. Lambda stores them in the schema
 * registry `lambda-testevent-schemas`, one for the account and region. The stack fails if a shared event was saved by hand
 * before, so this is opt-in with `-c testEvents=true`.
 */

import { CfnRegistry, CfnSchema } from 'aws-cdk-lib/aws-eventschemas';
import { Construct } from 'constructs';
import type { BotAccount } from './deployment.ts';

const REGISTRY = 'lambda-testevent-schemas';

export class TestEvents extends Construct {
  constructor(scope: Construct, functionName: string, bots: readonly BotAccount[]) {
    super(scope, 'TestEvents');
    const registry = new CfnRegistry(this, 'Registry', { registryName: REGISTRY });
    const schema = new CfnSchema(this, 'Schema', {
      registryName: REGISTRY,
      // The name by which the console finds a function's events.
      schemaName: `_${functionName}-schema`,
      type: 'OpenApi3',
      content: JSON.stringify({
        openapi: '3.0.0',
        info: { version: '1.0.0', title: 'Event' },
        paths: {},
        components: {
          schemas: { Event: { type: 'object' } },
          examples: Object.fromEntries(bots.flatMap(({ botId }) => eventsOf(botId))),
        },
      }),
    });
    schema.addResourceDependency(registry);
  }
}

/** The harmless ones first; the one that acts is in capitals. */
function eventsOf(botId: string): readonly (readonly [string, { readonly value: unknown }])[] {
  return [
    [`preflight-${botId}`, { value: { action: 'preflight', bot_id: botId } }],
    [`dry-run-${botId}`, { value: { trigger: 'manual', bot_id: botId, dry_run: true } }],
    [`LIQUIDATE-${botId}`, { value: { trigger: 'manual', bot_id: botId, reason: 'console' } }],
  ];
}
