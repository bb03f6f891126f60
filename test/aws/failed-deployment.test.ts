/** A first deployment fails half way and is done again; what protects production is in the way of its removal. */

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readDocument } from '../docs/markdown.ts';
import { type Checkout, checkOut } from './checkout.ts';
import { readStack, type Template } from './deployed-stack.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { oneAfterAnother } from './one-after-another.ts';

const tools = inject('awsTools');
const STACK = 'flatline-production';

describe.skipIf(tools.kind === 'missing')('a first deployment that fails on an independent AWS', () => {
  let aws: Emulator;
  let work: Checkout;
  oneAfterAnother(() => aws?.log ?? []);
  /** The name of an alarm of ours, which somebody has made by hand before. */
  let taken: string;

  beforeAll(async () => {
    if (tools.kind === 'missing') return;
    aws = await startEmulator(tools);
    work = checkOut(aws);
    await work.run('npx cdk bootstrap');
    const { Resources }: Template = JSON.parse(work.read(`cdk.out/${STACK}.template.json`));
    const alarms = Object.values(Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
    taken = alarms.at(-1)?.Properties.AlarmName;
    await aws.call('cloudwatch', 'put_metric_alarm', {
      ...{ AlarmName: taken, Namespace: 'x', MetricName: 'y', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1 },
      ...{ Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' },
    });
  });
  afterAll(() => aws?.close());

  test('is rolled back, and names what blocked it', async () => {
    const { code, stdout, stderr } = await work.try('npx cdk deploy');
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain(`${taken} already exists`);
    expect((await readStack(aws, STACK)).status).toBe('ROLLBACK_COMPLETE');
  });

  test('blocks the next one, because production is protected from the start', async () => {
    await aws.call('cloudwatch', 'delete_alarms', { AlarmNames: [taken] });
    const { code, stdout, stderr } = await work.try('npx cdk deploy');
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/termination ?protection/i);
  });

  test('is done again by the lines of docs/operations.md, with the names that the first one had', async () => {
    const [block] = readDocument('docs/operations.md').section('When a first deployment fails').blocks;
    await work.run(block?.text ?? '');
    expect((await readStack(aws, STACK)).status).toBe('CREATE_COMPLETE');
  });

  test('production is not removed by the CDK alone', async () => {
    const { code, stdout, stderr } = await work.try(`CDK_FORCE=true npx cdk destroy ${STACK}`);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/termination ?protection/i);
    expect((await readStack(aws, STACK)).status).toBe('CREATE_COMPLETE');
  });
});
