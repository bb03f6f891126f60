import { describe, expect, test } from 'vitest';
import { resource, templateOf } from './synthesised.ts';

const production = templateOf();
const testnet = templateOf({ environment: 'testnet' });
const TABLE = 'AWS::DynamoDB::Table';

describe('the tables', () => {
  test.each([
    ['StoresLiquidations', [{ AttributeName: 'correlation_id', KeyType: 'HASH' }]],
    [
      'StoresAudit',
      [
        { AttributeName: 'correlation_id', KeyType: 'HASH' },
        { AttributeName: 'at_seq', KeyType: 'RANGE' },
      ],
    ],
    ['StoresBots', [{ AttributeName: 'bot_id', KeyType: 'HASH' }]],
  ])('%s has the keys that the functions use', (id, keys) => {
    expect(resource(production, TABLE, id).Properties.KeySchema).toEqual(keys);
  });

  test.each(['StoresLiquidations', 'StoresAudit', 'StoresBots'])(
    '%s is paid by request, can be restored to any second, and outlives a deletion by mistake in production',
    id => {
      const { Properties, DeletionPolicy } = resource(production, TABLE, id);
      expect(Properties.BillingMode).toBe('PAY_PER_REQUEST');
      expect(Properties.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
      expect(Properties.DeletionProtectionEnabled).toBe(true);
      expect(DeletionPolicy).toBe('Retain');
    },
  );

  test.each(['StoresLiquidations', 'StoresAudit', 'StoresBots'])('%s needs no KMS in an emergency', id => {
    // False means a key that AWS owns, not that nothing is encrypted.
    expect(resource(production, TABLE, id).Properties.SSESpecification).toEqual({ SSEEnabled: false });
  });

  test('the evidence is kept in the testnet as well; the rows of bots are not', () => {
    expect(resource(testnet, TABLE, 'StoresLiquidations').DeletionPolicy).toBe('Retain');
    expect(resource(testnet, TABLE, 'StoresAudit').DeletionPolicy).toBe('Retain');
    expect(resource(testnet, TABLE, 'StoresBots').DeletionPolicy).toBe('Delete');
  });

  test('records expire, bots never', () => {
    const expiry = { AttributeName: 'expires_at', Enabled: true };
    expect(resource(production, TABLE, 'StoresLiquidations').Properties.TimeToLiveSpecification).toEqual(expiry);
    expect(resource(production, TABLE, 'StoresAudit').Properties.TimeToLiveSpecification).toEqual(expiry);
    expect(resource(production, TABLE, 'StoresBots').Properties.TimeToLiveSpecification).toBeUndefined();
  });
});

describe('the indexes hold keys only', () => {
  test.each([
    ['StoresBots', 'due', 'watch_shard', 'next_check_at_ms'],
    ['StoresLiquidations', 'unfinished', 'resume_shard', 'resume_at_ms'],
    ['StoresLiquidations', 'recent', 'recent_shard', 'first_started_at_ms'],
  ])('%s: %s over two numbers', (id, name, partition, sort) => {
    const { GlobalSecondaryIndexes, AttributeDefinitions } = resource(production, TABLE, id).Properties;
    expect(GlobalSecondaryIndexes).toContainEqual({
      IndexName: name,
      KeySchema: [
        { AttributeName: partition, KeyType: 'HASH' },
        { AttributeName: sort, KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    });
    expect(AttributeDefinitions).toEqual(
      expect.arrayContaining([
        { AttributeName: partition, AttributeType: 'N' },
        { AttributeName: sort, AttributeType: 'N' },
      ]),
    );
  });
});
