/**
 * What a policy can promise, asked of two evaluators that we did not write before anything is built on it. Each case is a
 * policy and a call; a case that only AWS's list of actions can decide is asked of iam-simulate alone.
 */

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { AwsError, type Key } from './boto-session.ts';
import { ACCOUNT, type Emulator, REGION, startEmulator } from './emulator.ts';
import { type IsAllowed, openEvaluator, type PolicyDocument, type PolicyRequest } from './iam-evaluator.ts';
import { keyWith } from './identities.ts';

const tools = inject('awsTools');
const TABLE = 'bots';
const TABLE_ARN = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${TABLE}`;
const FUNCTION = 'liquidator';
const FUNCTION_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${FUNCTION}`;

const allow = (statement: object): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', ...statement }],
});

/** A bot may change these attributes of its own row, and no others. */
const OWN_BEAT = allow({
  Action: 'dynamodb:UpdateItem',
  Resource: TABLE_ARN,
  Condition: {
    'ForAllValues:StringEquals': {
      'dynamodb:LeadingKeys': ['alpha'],
      'dynamodb:Attributes': ['bot_id', 'beat_at_ms', 'run_state'],
    },
    Null: { 'dynamodb:LeadingKeys': 'false', 'dynamodb:Attributes': 'false' },
  },
});
const APPEND_ONLY = allow({ Action: 'dynamodb:PartiQLInsert', Resource: TABLE_ARN });
const ONE_ALIAS = allow({ Action: 'lambda:InvokeFunction', Resource: `${FUNCTION_ARN}:alpha` });

const beat = (botId: string, attribute: string): object => ({
  ...{ TableName: TABLE, Key: { bot_id: { S: botId } }, ReturnValues: 'ALL_NEW' },
  UpdateExpression: 'SET #a = :now',
  ConditionExpression: 'attribute_not_exists(run_state) OR run_state <> :now',
  ExpressionAttributeNames: { '#a': attribute },
  ExpressionAttributeValues: { ':now': { N: '1' } },
});
const beatContext = (botId: string, attribute: string): PolicyRequest['context'] => ({
  'dynamodb:LeadingKeys': [botId],
  'dynamodb:Attributes': ['bot_id', 'run_state', attribute],
  'dynamodb:ReturnValues': 'ALL_NEW',
});

interface Case {
  readonly what: string;
  readonly policy: PolicyDocument;
  readonly request: PolicyRequest;
  readonly call?: { readonly service: string; readonly operation: string; readonly params: object };
  readonly allowed: boolean;
}

const update = (botId: string, attribute: string, allowed: boolean, what: string): Case => ({
  ...{ what, policy: OWN_BEAT, allowed },
  request: { action: 'dynamodb:UpdateItem', resource: TABLE_ARN, context: beatContext(botId, attribute) },
  call: { service: 'dynamodb', operation: 'update_item', params: beat(botId, attribute) },
});
const invoke = (suffix: string, allowed: boolean, what: string): Case => ({
  ...{ what, policy: ONE_ALIAS, allowed },
  request: { action: 'lambda:InvokeFunction', resource: FUNCTION_ARN + suffix },
  call: {
    ...{ service: 'lambda', operation: 'invoke' },
    params: { FunctionName: FUNCTION + suffix, InvocationType: 'DryRun' },
  },
});

const CASES: readonly Case[] = [
  update('alpha', 'beat_at_ms', true, 'a listed attribute of its own row may be changed, and ALL_NEW asked for'),
  update('alpha', 'armed_by', false, 'an attribute that is not listed may not be changed'),
  update('beta', 'beat_at_ms', false, 'the row of another bot may not be changed'),
  {
    ...{ what: 'a request that names no key is refused', policy: OWN_BEAT, allowed: false },
    request: { action: 'dynamodb:UpdateItem', resource: TABLE_ARN },
  },
  invoke(':alpha', true, 'the alias that is named may be invoked'),
  invoke(':beta', false, 'another alias may not be invoked'),
  invoke(':1', false, 'a version may not be invoked around the alias'),
  invoke('', false, 'the function may not be invoked around the alias'),
  ...(['PartiQLInsert', 'PutItem', 'PartiQLUpdate', 'PartiQLDelete', 'UpdateItem'] as const).map(
    (action): Case => ({
      what: `who may insert by PartiQL ${action === 'PartiQLInsert' ? 'may' : 'may not do'} ${action}`,
      policy: APPEND_ONLY,
      request: { action: `dynamodb:${action}`, resource: TABLE_ARN },
      allowed: action === 'PartiQLInsert',
    }),
  ),
];

describe.skipIf(tools.kind === 'missing')('what a policy can promise', () => {
  let aws: Emulator;
  let isAllowed: IsAllowed;
  const keys = new Map<PolicyDocument, Key>();

  beforeAll(async () => {
    if (tools.kind === 'missing') return;
    isAllowed = await openEvaluator(tools);
    aws = await startEmulator(tools);
    for (const [index, policy] of [OWN_BEAT, ONE_ALIAS].entries())
      keys.set(policy, await keyWith(aws, `${index}`, [policy]));
    await aws.call('dynamodb', 'create_table', {
      ...{ TableName: TABLE, BillingMode: 'PAY_PER_REQUEST' },
      KeySchema: [{ AttributeName: 'bot_id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'bot_id', AttributeType: 'S' }],
    });
  });
  afterAll(() => aws?.close());

  test.each(CASES)('iam-simulate: $what', async ({ policy, request, allowed }) => {
    expect(await isAllowed([policy], request)).toBe(allowed);
  });

  test.each(CASES.filter(({ call }) => call !== undefined))('MiniStack: $what', async ({ policy, call, allowed }) => {
    const { service = '', operation = '', params = {} } = call ?? {};
    const refusal = await aws.call(service, operation, params, keys.get(policy)).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (refusal !== undefined && !(refusal instanceof AwsError)) throw refusal;
    // What there is no function for is permitted as well.
    expect(refusal?.code === 'AccessDeniedException').toBe(!allowed);
  });

  test('an insert by PartiQL never replaces an item, neither alone nor in a batch', async () => {
    const Statement = `INSERT INTO "${TABLE}" VALUE {'bot_id': ?, 'text': ?}`;
    const insert = (text: string) => ({ Statement, Parameters: [{ S: 'once' }, { S: text }] });
    await aws.call('dynamodb', 'execute_statement', insert('first'));
    const again = aws.call('dynamodb', 'execute_statement', insert('second'));
    await expect(again).rejects.toMatchObject({ code: 'DuplicateItemException' });
    const { Responses } = await aws.call('dynamodb', 'batch_execute_statement', { Statements: [insert('third')] });
    expect(Responses).toEqual([expect.objectContaining({ Error: expect.objectContaining({ Code: 'DuplicateItem' }) })]);
    const { Item } = await aws.call('dynamodb', 'get_item', { TableName: TABLE, Key: { bot_id: { S: 'once' } } });
    expect(Item.text).toEqual({ S: 'first' });
  });
});
