/** Least privilege: the template allows what lambda/permissions.ts lists, and docs/security.md shows the same list. */

import { readFileSync, writeFileSync } from 'node:fs';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { BOT_WRITES } from '../../lambda/bot-row.ts';
import { TRIP } from '../../lambda/core/heartbeat/row-values.ts';
import { type Grantee, OPTIONS, PERMISSIONS, type PermissionTarget, TARGETS } from '../../lambda/permissions.ts';
import { botNamed, botsNamed, resource, resourcesOf, templateOf } from './synthesised.ts';

const template = templateOf({ bots: botsNamed('alpha-1', 'beta') });
const everything = templateOf({ environment: 'testnet', kmsKey: 'stack', fixedIp: true, chatSecret: 'flatline/chat' });

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const listOf = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

type FunctionId = 'Liquidator' | 'Watchdog' | 'ControlPanel' | 'Notifier' | 'HealthCheck';

/** Of the function's role: its own statements, and those of the managed policies on it. */
function statementsOf(of: Template, grantee: FunctionId): readonly Statement[] {
  const { Policies } = resource(of, 'AWS::IAM::Role', grantee).Properties;
  const [roleId] = [...resourcesOf(of, 'AWS::IAM::Role').keys()].filter(id => id.startsWith(grantee));
  const managed = [...resourcesOf(of, 'AWS::IAM::ManagedPolicy').values()]
    .map(({ Properties }) => Properties)
    .filter(({ Roles = [] }) => Roles.some(({ Ref }: { Ref?: string }) => Ref === roleId))
    .map(({ PolicyDocument }) => PolicyDocument);
  const documents = [...Policies.map(({ PolicyDocument }: { PolicyDocument: unknown }) => PolicyDocument), ...managed];
  return documents.flatMap(({ Statement }) => Statement);
}

const botStatements = (of: Template, botId: string): readonly Statement[] =>
  resource(of, 'AWS::IAM::ManagedPolicy', `BotAccess${botId}`).Properties.PolicyDocument.Statement;

/** What an ARN of the template means. The order matters: an index contains its table. */
const MEANINGS: readonly (readonly [RegExp, PermissionTarget])[] = [
  [/StoresLiquidations.*\/index\/unfinished"/, 'unfinishedIndex'],
  [/StoresLiquidations.*\/index\/recent"/, 'recentIndex'],
  [/StoresBots.*\/index\/due"/, 'dueIndex'],
  [/^\{"Fn::GetAtt":\["StoresLiquidations\w+","Arn"\]\}$/, 'liquidations'],
  [/^\{"Fn::GetAtt":\["StoresAudit\w+","Arn"\]\}$/, 'audit'],
  [/^\{"Fn::GetAtt":\["StoresBots\w+","Arn"\]\}$/, 'bots'],
  [/^\{"Ref":"ExchangeSecretsflatline\w+"\}$/, 'secrets'],
  [/^\{"Fn::GetAtt":\["ExchangeSecretsKey\w+","Arn"\]\}$/, 'secretsKey'],
  [/:function:flatline-(production|testnet)-liquidator:in_service"\]\]\}$/, 'liquidator'],
  [/^\{"Ref":"BotAccess\w+Alias\w+"\}$/, 'liquidatorOfBot'],
  [/^\{"Fn::GetAtt":\["Alerts(Liquidation|Tick)DeadLetters\w+","Arn"\]\}$/, 'deadLetters'],
  [/^\{"Fn::GetAtt":\["NotifierLinesQueue\w+","Arn"\]\}$/, 'notificationQueue'],
  [/^\{"Fn::GetAtt":\["NotifierChatQueue\w+","Arn"\]\}$/, 'chatQueue'],
  [/^\{"Ref":"AlertsTopic\w+"\}$/, 'alertTopic'],
  [/^\{"Ref":"NotifierChatSecret\w*"\}$/, 'chatSecret'],
  [/^\{"Fn::GetAtt":\["(Liquidator|Watchdog|ControlPanel|Notifier|HealthCheck)Logs\w+","Arn"\]\}$/, 'ownLogs'],
  [/^"\*"$/, 'network'],
];

function meaningOf(arn: unknown): string {
  const text = JSON.stringify(arn);
  return MEANINGS.find(([pattern]) => pattern.test(text))?.[1] ?? `unexpected: ${text}`;
}

const said = (statements: readonly Statement[]): readonly string[] =>
  statements
    .flatMap(({ Effect, Action, Resource }) =>
      listOf(Action).flatMap(action => listOf(Resource).map(arn => `${Effect} ${action} ${meaningOf(arn)}`)),
    )
    .filter((line, index, all) => all.indexOf(line) === index)
    .sort();

function listed(grantee: Grantee, ...options: readonly string[]): readonly string[] {
  return PERMISSIONS[grantee]
    .filter(({ onlyWith }) => onlyWith === undefined || options.includes(onlyWith))
    .flatMap(({ effect, actions, on }) => actions.map(action => `${effect} ${action} ${on}`))
    .sort();
}

describe('the template allows exactly what is listed', () => {
  test('to the liquidator', () => {
    expect(said(statementsOf(template, 'Liquidator'))).toEqual(listed('liquidator'));
  });

  test('to the liquidator with a KMS key and a fixed address', () => {
    expect(said(statementsOf(everything, 'Liquidator'))).toEqual(listed('liquidator', 'kms', 'fixedIp'));
  });

  test('to the watchdog, with every option', () => {
    expect(said(statementsOf(template, 'Watchdog'))).toEqual(listed('watchdog'));
    expect(said(statementsOf(everything, 'Watchdog'))).toEqual(listed('watchdog'));
  });

  test('to the control panel, with every option', () => {
    expect(said(statementsOf(template, 'ControlPanel'))).toEqual(listed('controlPanel'));
    expect(said(statementsOf(everything, 'ControlPanel'))).toEqual(listed('controlPanel'));
  });

  test('to the notifier, with a chat and without', () => {
    expect(said(statementsOf(template, 'Notifier'))).toEqual(listed('notifier'));
    expect(said(statementsOf(everything, 'Notifier'))).toEqual(listed('notifier', 'chat'));
  });

  test('to the health check, and of the table to write the canary’s row only', () => {
    const statements = statementsOf(template, 'HealthCheck');
    const canaryAsBots = listed('healthCheck').map(line => line.replace('canaryRow', 'bots'));
    expect(said(statements)).toEqual([...new Set(canaryAsBots)].sort());
    const [writing] = statements.filter(({ Action }) => Action === 'dynamodb:UpdateItem');
    expect(writing?.Condition).toMatchObject({
      'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['canary'] },
    });
  });

  test('to a bot, and of the table only its own row', () => {
    const statements = botStatements(template, 'alphaDash1');
    expect(said(statements)).toEqual(['Allow dynamodb:UpdateItem bots', 'Allow lambda:InvokeFunction liquidatorOfBot']);
    expect(statements[0]?.Condition).toEqual({
      'ForAllValues:StringEquals': {
        'dynamodb:LeadingKeys': ['alpha-1'],
        'dynamodb:Attributes': expect.arrayContaining(['bot_id', 'beats', 'last_beat_at_ms', 'failed_at_ms']),
      },
      Null: { 'dynamodb:LeadingKeys': 'false', 'dynamodb:Attributes': 'false' },
    });
  });

  test('X3: to a bot its own alias of the liquidator, which is no other bot’s', () => {
    const aliasFor = (botId: string) => botStatements(template, botId)[1]?.Resource;
    const { Properties } = resource(template, 'AWS::Lambda::Alias', 'BotAccessalphaDash1Alias');
    expect(Properties.Name).toBe('alpha-1');
    expect(JSON.stringify(aliasFor('alphaDash1'))).toMatch(/^\{"Ref":"BotAccessalphaDash1Alias/);
    expect(JSON.stringify(aliasFor('beta'))).toMatch(/^\{"Ref":"BotAccessbetaAlias/);
  });

  test('X3: to a bot no attribute that the watchdog alone writes', () => {
    const condition = botStatements(template, 'beta')[0]?.Condition as { 'ForAllValues:StringEquals': object };
    const { 'dynamodb:Attributes': attributes } = condition['ForAllValues:StringEquals'] as Record<string, string[]>;
    const written = new Set(
      Object.values(BOT_WRITES).flatMap(({ update, condition }) => `${update} ${condition}`.match(/[a-z_]+/g) ?? []),
    );
    expect(attributes?.filter(name => name !== 'bot_id' && !written.has(name))).toEqual([]);
    const never: readonly string[] = [...TRIP, 'told_change_at_ms', 'asked_heartbeat_ms', 'ticked_at_ms'];
    expect(attributes?.filter(name => never.includes(name))).toEqual([]);
  });

  test('W5: a role that the configuration names is attached to, and detached, by the stack', () => {
    const role = 'arn:aws:iam::123456789012:role/bots/alpha';
    const attached = templateOf({ bots: [botNamed('alpha', { role }), botNamed('beta')] });
    const rolesOf = (id: string) => resource(attached, 'AWS::IAM::ManagedPolicy', `BotAccess${id}`).Properties.Roles;
    expect([rolesOf('alpha'), rolesOf('beta')]).toEqual([['alpha'], undefined]);
  });

  test('to no other: no other role, policy or user exists', () => {
    expect(resourcesOf(template, 'AWS::IAM::Role').size).toBe(5);
    expect(resourcesOf(template, 'AWS::IAM::Policy').size).toBe(0);
    expect([...resourcesOf(template, 'AWS::IAM::ManagedPolicy').keys()].map(id => id.slice(0, 13)).sort()).toEqual([
      'BotAccessalph',
      'BotAccessbeta',
      'LiquidatorRea',
    ]);
    expect(resourcesOf(template, 'AWS::IAM::User').size).toBe(0);
  });
});

describe('what no policy allows', () => {
  test('T3: only the liquidator reads secrets, but for the chat’s address', () => {
    const reading = Object.entries(PERMISSIONS).flatMap(([grantee, permissions]) =>
      permissions
        .filter(({ actions }) => actions.some(name => /secrets|kms/.test(name)))
        .map(({ on }) => `${grantee} ${on}`),
    );
    expect(reading).toEqual(['liquidator secrets', 'liquidator secretsKey', 'notifier chatSecret']);
  });

  test.each(['Liquidator', 'Watchdog'] as const)(
    'T6: the %s is forbidden to change or delete the audit log',
    grantee => {
      const forbidden = said(statementsOf(template, grantee)).filter(line => line.startsWith('Deny'));
      expect(forbidden).toEqual([
        'Deny dynamodb:BatchWriteItem audit',
        'Deny dynamodb:DeleteItem audit',
        'Deny dynamodb:PartiQLDelete audit',
        'Deny dynamodb:PartiQLUpdate audit',
        'Deny dynamodb:UpdateItem audit',
      ]);
    },
  );

  test('T6: the control panel has no way into the audit log, nor to a secret', () => {
    const reached = said(statementsOf(everything, 'ControlPanel'));
    expect(reached.filter(line => / (audit|secrets|secretsKey)$/.test(line))).toEqual([]);
  });

  test('T9: only rules and logs of this stack are admitted beside IAM, and there is no public address', () => {
    const grants = [...resourcesOf(everything, 'AWS::Lambda::Permission').values()].map(({ Properties }) => Properties);
    const nameOf = (value: unknown): string =>
      JSON.stringify(value).match(/"(Watchdog|Liquidator|Notifier|HealthCheck)/)?.[1] ?? '?';
    expect(grants.map(({ FunctionName, Principal }) => `${nameOf(FunctionName)} ${Principal}`).sort()).toEqual([
      'HealthCheck events.amazonaws.com',
      'HealthCheck events.amazonaws.com',
      'HealthCheck events.amazonaws.com',
      'Liquidator events.amazonaws.com',
      'Notifier logs.amazonaws.com',
      'Notifier logs.amazonaws.com',
      'Notifier logs.amazonaws.com',
      'Watchdog events.amazonaws.com',
    ]);
    expect(grants.every(({ SourceArn }) => SourceArn !== undefined)).toBe(true);
    expect(resourcesOf(everything, 'AWS::Lambda::Url').size).toBe(0);
  });

  test('no action has a wildcard', () => {
    const actions = Object.values(PERMISSIONS).flatMap(rows => rows.flatMap(row => row.actions));
    expect(actions.filter(action => !/^[a-z0-9]+:[A-Za-z]+$/.test(action))).toEqual([]);
  });
});

/** `UPDATE_DOCS=1 npx vitest run test/lib/permissions.test.ts` writes it anew. */
test('docs/security.md shows the same table', () => {
  const path = new URL('../../docs/security.md', import.meta.url);
  const [before, rest = ''] = readFileSync(path, 'utf8').split('<!-- permissions -->\n');
  const after = rest.split('<!-- /permissions -->')[1] ?? '';
  const wanted = `${before}<!-- permissions -->\n${tableOfPermissions()}<!-- /permissions -->${after}`;
  if (process.env.UPDATE_DOCS === '1') writeFileSync(path, wanted);
  expect(readFileSync(path, 'utf8')).toBe(wanted);
});

function tableOfPermissions(): string {
  const rows = Object.entries(PERMISSIONS).flatMap(([grantee, permissions]) =>
    permissions.map(({ effect, actions, on, why, onlyWith }) => {
      const names = actions.map(action => `\`${action}\``).join(', ');
      const option = onlyWith ? ` (only with \`${OPTIONS[onlyWith]}\`)` : '';
      return `| ${grantee} | ${effect === 'Allow' ? 'may' : '**may not**'} | ${names} | ${TARGETS[on]} | ${why}${option} |`;
    }),
  );
  return ['| who | | action | on | why |', '|---|---|---|---|---|', ...rows, ''].join('\n');
}
