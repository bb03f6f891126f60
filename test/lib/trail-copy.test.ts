/** W13: a copy of the audit log that nobody can change. What a record becomes, and what the template promises. */

import { describe, expect, test } from 'vitest';
import { copyRecords } from '../../lambda/app/trail-copy/copy-records.ts';
import { copiedRecord } from '../../lambda/core/audit/trail-copy.ts';
import { resource, resourcesOf, templateOf } from './synthesised.ts';

const record = (n: number, over: object = {}) => ({
  eventName: 'INSERT',
  dynamodb: {
    SequenceNumber: String(n),
    NewImage: {
      correlation_id: { S: 'liq_20261121_031200_a1b2c3d4' },
      at_seq: { S: `2026-11-21T03:12:07.00000${n}Z#a1#00000${n}` },
      timestamp: { S: `2026-11-21T03:12:07.00000${n}Z` },
    },
  },
  ...over,
});

describe('a record of the audit log', () => {
  test('becomes one object, named for its day, its run and its place', () => {
    expect(copiedRecord(record(1))?.key).toBe(
      '2026-11-21/liq_20261121_031200_a1b2c3d4/2026-11-21T03=3a12=3a07.000001Z=23a1=23000001.json',
    );
    expect(JSON.parse(copiedRecord(record(1))?.body ?? '')).toEqual(record(1).dynamodb.NewImage);
  });

  test('that was replaced is kept beside the first one', () => {
    const replaced = copiedRecord(record(1, { eventName: 'MODIFY' }))?.key;
    expect(replaced).toMatch(/\.replaced-1\.json$/);
  });

  test('that expired adds nothing', () => {
    expect(copiedRecord({ eventName: 'REMOVE', dynamodb: { Keys: {} } })).toBeUndefined();
  });

  test.each([[null], [{}], [{ dynamodb: { NewImage: { at_seq: { N: '1' } }, SequenceNumber: '7' } }]])(
    'from elsewhere breaks nothing: %j',
    strange => {
      expect(() => copiedRecord(strange)).not.toThrow();
    },
  );
});

test('a batch is stored in order, and begins again where it failed', async () => {
  const stored: string[] = [];
  const put = async (key: string): Promise<void> => {
    if (stored.length === 2) throw new Error('SlowDown');
    stored.push(key);
  };
  const told: unknown[] = [];
  const report = (key: string, error: unknown) => told.push([key, error]);
  const result = await copyRecords({ put, report }, { Records: [record(1), record(2), record(3), record(4)] });
  expect(stored).toHaveLength(2);
  expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: '3' }] });
  // Lambda counts such a batch as a success: without a line nobody could find out what S3 said.
  expect(told).toEqual([[copiedRecord(record(3))?.key, new Error('SlowDown')]]);
});

describe('in the template', () => {
  const template = templateOf({ trailCopyDays: 400 });

  test('the bucket locks each object for as long as is asked for, and outlives the stack', () => {
    const { Properties, DeletionPolicy } = resource(template, 'AWS::S3::Bucket', 'TrailCopyBucket');
    expect(Properties).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 400 } } },
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
    });
    expect(DeletionPolicy).toBe('RetainExceptOnCreate');
  });

  test('the function can add and nothing else: neither unlock, nor delete, nor read', () => {
    const { Policies } = resource(template, 'AWS::IAM::Role', 'TrailCopy').Properties;
    const actions = Policies.flatMap(({ PolicyDocument }: { PolicyDocument: { Statement: { Action: string }[] } }) =>
      PolicyDocument.Statement.flatMap(({ Action }) => Action),
    );
    expect(actions.filter((action: string) => action.startsWith('s3:'))).toEqual(['s3:PutObject']);
  });

  test('the writers of the audit log have no way to the copy', () => {
    for (const id of ['Liquidator', 'Watchdog']) {
      expect(JSON.stringify(resource(template, 'AWS::IAM::Role', id).Properties)).not.toContain('TrailCopy');
    }
  });

  test('what has expired does not stay as an old version, nor as the mark that it was deleted', () => {
    const { LifecycleConfiguration } = resource(template, 'AWS::S3::Bucket', 'TrailCopyBucket').Properties;
    expect(LifecycleConfiguration.Rules).toEqual([
      { Status: 'Enabled', ExpirationInDays: 401, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
      // Amazon S3 takes this in a rule without days only.
      { Status: 'Enabled', ExpiredObjectDeleteMarker: true },
    ]);
  });

  test('W12: the alarm is raised long before the stream, which keeps a record for a day, has lost one that was not stored', () => {
    const alarms = (of: typeof template) =>
      [...resourcesOf(of, 'AWS::CloudWatch::Alarm').values()].filter(({ Properties }) =>
        Properties.AlarmName.endsWith('-trail-copy-behind'),
      );
    expect(alarms(template).map(({ Properties }) => Properties)).toMatchObject([
      {
        ...{ Namespace: 'AWS/Lambda', MetricName: 'IteratorAge', Statistic: 'Maximum', Threshold: 3_600_000 },
        Dimensions: [{ Name: 'FunctionName', Value: { Ref: expect.stringContaining('TrailCopy') } }],
      },
    ]);
    expect(alarms(templateOf())).toEqual([]);
  });

  test('there is none unless it is asked for', () => {
    expect(resourcesOf(templateOf(), 'AWS::S3::Bucket').size).toBe(0);
    expect(resource(templateOf(), 'AWS::DynamoDB::Table', 'StoresAudit').Properties).not.toHaveProperty(
      'StreamSpecification',
    );
  });
});
