/** What the functions read from their environment, and what the stack sets, are the same list. */

import { readdirSync, readFileSync } from 'node:fs';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { ENV } from '../../lambda/contract.ts';
import { WatcherStack } from '../../lib/watcher.ts';
import { appWithFlags, PRODUCTION, resource, templateOf } from './synthesised.ts';

const template = templateOf();
const watcher = Template.fromStack(
  new WatcherStack(appWithFlags({ builtinCloudFormationValidation: false }), PRODUCTION, {
    ...{ region: 'eu-west-1', watched: 'ap-northeast-1' },
  }),
);
const withChat = templateOf({ chatSecret: 'flatline/chat' });
const variables = (id: string, of = template): Record<string, unknown> =>
  resource(of, 'AWS::Lambda::Function', id).Properties.Environment.Variables;

const HANDLERS = new URL('../../lambda/handlers/', import.meta.url);

/** Names of ENV that occur in the handlers' sources. */
function readByHandlers(): readonly string[] {
  const sources = readdirSync(HANDLERS).map(file => readFileSync(new URL(file, HANDLERS), 'utf8'));
  const keys = sources.flatMap(source => [...source.matchAll(/\bENV\.(\w+)/g)].map(([, key = '']) => key));
  return [...new Set(keys)].map(key => (ENV as Readonly<Record<string, string>>)[key] ?? `unknown: ENV.${key}`);
}

/** Only a person sets it, in an incident: a stack that set it would also reset it with the next deployment. */
const ROLLBACK = 'EMERGENCY_LIQUIDATION_DISABLED';

describe('the environment', () => {
  test('every variable that a handler reads is set, and every one that is set is read', () => {
    const set = new Set([
      ...['Liquidator', 'Watchdog'].flatMap(id => Object.keys(variables(id))),
      ...Object.keys(variables('Notifier', withChat)),
      ...Object.keys(variables('TrailCopy', templateOf({ trailCopyDays: 1 }))),
      ...Object.keys(variables('Watchdog', templateOf({ pingUrl: true }))),
      ...Object.keys(variables('HealthCheck', templateOf({ watcherRegion: 'eu-west-1' }))),
      ...Object.keys(variables('Watcher', watcher)),
    ]);
    expect([...set].sort()).toEqual(
      readByHandlers()
        .filter(name => name !== ROLLBACK)
        .sort(),
    );
  });

  test('each function knows the names of what it may reach, and no more', () => {
    expect(Object.keys(variables('Liquidator')).sort()).toEqual([
      'FLATLINE_AUDIT_TABLE',
      'FLATLINE_BOTS_TABLE',
      'FLATLINE_CONFIG',
      'FLATLINE_LIQUIDATIONS_TABLE',
      'FLATLINE_LIQUIDATOR',
      'FLATLINE_NAMESPACE',
      'FLATLINE_VERSION',
    ]);
    expect(Object.keys(variables('Watchdog')).sort()).toEqual([
      'FLATLINE_AUDIT_TABLE',
      'FLATLINE_BOTS_TABLE',
      'FLATLINE_CONFIG',
      'FLATLINE_LIQUIDATIONS_TABLE',
      'FLATLINE_LIQUIDATOR',
      'FLATLINE_NAMESPACE',
      'FLATLINE_VERSION',
    ]);
    const notifier = [
      ...['FLATLINE_ALERT_TOPIC', 'FLATLINE_CONFIG', 'FLATLINE_NAMESPACE', 'FLATLINE_NOTIFICATION_QUEUE'],
      'FLATLINE_VERSION',
    ];
    expect(Object.keys(variables('Notifier')).sort()).toEqual(notifier);
    expect(Object.keys(variables('Notifier', withChat)).sort()).toEqual([...notifier, 'FLATLINE_CHAT_SECRET'].sort());
  });

  test('each name is that of the deployed resource', () => {
    expect(variables('Watchdog')).toEqual({
      FLATLINE_CONFIG: PRODUCTION.configJson,
      FLATLINE_NAMESPACE: 'flatline-production',
      FLATLINE_VERSION: PRODUCTION.version,
      FLATLINE_LIQUIDATOR: 'flatline-production-liquidator:in_service',
      FLATLINE_LIQUIDATIONS_TABLE: { Ref: expect.stringMatching(/^StoresLiquidations/) },
      FLATLINE_AUDIT_TABLE: { Ref: expect.stringMatching(/^StoresAudit/) },
      FLATLINE_BOTS_TABLE: { Ref: expect.stringMatching(/^StoresBots/) },
    });
  });

  test('the functions run on the very configuration that was validated', () => {
    expect(variables('Liquidator').FLATLINE_CONFIG).toBe(PRODUCTION.configJson);
  });
});
