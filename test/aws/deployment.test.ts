import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Emulator, startEmulator } from './emulator.ts';
import { checkOut, type Checkout } from './checkout.ts';

const tools = inject('awsTools');

describe.skipIf(tools.kind === 'missing')('on an independent AWS', () => {
  let aws: Emulator;
  let work: Checkout;
  beforeAll(async () => {
    if (tools.kind === 'missing') return;
    aws = await startEmulator(tools);
    work = checkOut(aws);
  });
  afterAll(() => aws?.close());

  test('x', async () => {
    await work.run('npx cdk bootstrap');
    await work.run('npx cdk deploy -c environment=testnet');
    const x = await aws.call('cloudformation', 'describe_stacks', { StackName: 'flatline-testnet' });
    expect(x.Stacks[0].StackStatus).toBe('CREATE_COMPLETE');
    console.log(await work.run('npm run -s flatline -- status --env testnet || true'));
  });
});
