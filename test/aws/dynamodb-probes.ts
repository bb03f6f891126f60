/** Calls on tables, indexes and streams, each with the keys that AWS reads from it. */

import { TABLE_KEYS } from '../../lambda/contract.ts';
import { TRIP } from '../../lambda/core/heartbeat/row-values.ts';
import type { PermissionTarget } from '../../lambda/permissions.ts';
import { arnOf } from './emulator.ts';
import type { Probe } from './probe.ts';

interface Keys {
  readonly partition: string;
  readonly sort?: string;
}

export function tableProbes(
  target: PermissionTarget,
  table: string,
  keys: Keys,
  partition = 'probe',
): readonly Probe[] {
  const resource = arnOf('dynamodb', `table/${table}`);
  const Key = Object.fromEntries([
    [keys.partition, { S: partition }],
    ...(keys.sort === undefined ? [] : [[keys.sort, { S: 'probe' }]]),
  ]);
  const names = {
    ExpressionAttributeNames: { '#k': keys.partition },
    ExpressionAttributeValues: { ':k': { S: partition } },
  };
  /** An item is read or written with its key alone. */
  const contextOf = (params: object) => ({
    'dynamodb:LeadingKeys': [partition],
    ...('Key' in params || 'Item' in params ? { 'dynamodb:Attributes': Object.keys(Key) } : {}),
  });
  const probe = (operation: string, params: object, leading = true): Probe => ({
    ...{ target, resource, action: `dynamodb:${operation}` },
    ...(leading ? { context: contextOf(params) } : {}),
    call: { service: 'dynamodb', operation: snake(operation), params },
  });
  return [
    probe('GetItem', { TableName: table, Key }),
    probe('PutItem', { TableName: table, Item: Key }),
    probe('UpdateItem', { TableName: table, Key, ReturnValues: 'ALL_NEW' }),
    probe('Query', { TableName: table, KeyConditionExpression: '#k = :k', ...names }),
    probe('Scan', { TableName: table }, false),
    probe('BatchWriteItem', { RequestItems: { [table]: [{ PutRequest: { Item: Key } }] } }),
    probe('DeleteItem', { TableName: table, Key }),
    probe('UpdateTable', { TableName: table, DeletionProtectionEnabled: true }, false),
    probe('DescribeTable', { TableName: table }, false),
  ];
}

/** A write of one attribute into some bot's row. */
export function attributeProbes(target: string, table: string, attribute: string): readonly Probe[] {
  const { partition } = TABLE_KEYS.bots;
  const Key = { [partition]: { S: 'probe' } };
  const words = { ExpressionAttributeNames: { '#a': attribute }, ExpressionAttributeValues: { ':one': { N: '1' } } };
  const params = { TableName: table, Key, UpdateExpression: 'SET #a = :one', ...words };
  return [
    {
      ...{ target, resource: arnOf('dynamodb', `table/${table}`), action: 'dynamodb:UpdateItem' },
      context: { 'dynamodb:LeadingKeys': ['probe'], 'dynamodb:Attributes': [partition, attribute] },
      call: { service: 'dynamodb', operation: 'update_item', params },
    },
  ];
}

/**
 * Writes to single attributes of a bot's own row: some are the bot's to write. What a trip leaves, and what the watchdog notes,
 * is not.
 */
export function ownAttributeProbes(table: string, botId: string): readonly Probe[] {
  const { partition } = TABLE_KEYS.bots;
  const write = (target: string, attribute: string, isSet: boolean): Probe => ({
    ...{ target, resource: arnOf('dynamodb', `table/${table}`), action: 'dynamodb:UpdateItem' },
    context: { 'dynamodb:LeadingKeys': [botId], 'dynamodb:Attributes': [partition, attribute] },
    call: {
      service: 'dynamodb',
      operation: 'update_item',
      params: {
        ...{ TableName: table, Key: { [partition]: { S: botId } }, ExpressionAttributeNames: { '#a': attribute } },
        UpdateExpression: isSet ? 'SET #a = :v' : 'REMOVE #a',
        ...(isSet ? { ExpressionAttributeValues: { ':v': { S: 'probe' } } } : {}),
      },
    },
  });
  return [
    write('ownBotRow', 'watch_state', true),
    write('ownBotRow', 'failed_reason', true),
    ...[...TRIP, 'asked_heartbeat_ms', 'told_change_at_ms'].flatMap(attribute =>
      [true, false].map(isSet => write('a trip in its own row', attribute, isSet)),
    ),
  ];
}

export function indexProbes(
  target: PermissionTarget,
  table: string,
  index: { readonly name: string; readonly partition: string },
): readonly Probe[] {
  const resource = arnOf('dynamodb', `table/${table}/index/${index.name}`);
  const place = { TableName: table, IndexName: index.name };
  const names = {
    ExpressionAttributeNames: { '#k': index.partition },
    ExpressionAttributeValues: { ':k': { N: '0' } },
  };
  return [
    {
      ...{ target, resource, action: 'dynamodb:Query' },
      call: {
        service: 'dynamodb',
        operation: 'query',
        params: { ...place, KeyConditionExpression: '#k = :k', ...names },
      },
    },
    {
      ...{ target, resource, action: 'dynamodb:Scan' },
      call: { service: 'dynamodb', operation: 'scan', params: place },
    },
  ];
}

export function streamProbes(target: PermissionTarget, resource: string): readonly Probe[] {
  const onStream = ['DescribeStream', 'GetShardIterator', 'GetRecords'];
  return [
    ...onStream.map(operation => ({ target, resource, action: `dynamodb:${operation}` })),
    // It names no stream, so AWS authorises it on everything or not at all.
    { target: 'anyStream', resource: '*', action: 'dynamodb:ListStreams' },
  ];
}

const snake = (name: string): string => name.replace(/(?<!^)[A-Z]/g, '_$&').toLowerCase();
