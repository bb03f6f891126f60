/** cdk-nag's AwsSolutions rules: no finding for any choice of options, and the rules really run. */

import { type App, Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import type { Deployment } from '../../lib/deployment.ts';
import { FlatlineStack } from '../../lib/flatline-stack.ts';
import { addSecurityChecks } from '../../lib/security-checks.ts';
import { appWithFlags, botsNamed, PRODUCTION } from './synthesised.ts';

function checkedApp(overrides: Partial<Deployment> = {}): App {
  const app = appWithFlags();
  addSecurityChecks(app);
  new FlatlineStack(app, { ...PRODUCTION, ...overrides });
  return app;
}

describe('AwsSolutions', () => {
  test.each<readonly [string, Partial<Deployment>]>([
    ['production with two bots', { bots: botsNamed('alpha', 'beta') }],
    [
      'a testnet with everything',
      {
        environment: 'testnet',
        chatSecret: 'flatline/chat',
        kmsKey: 'stack',
        fixedIp: true,
        testEvents: true,
        trailCopyDays: 400,
        monthlyBudgetUsd: 50,
      },
    ],
  ])('finds nothing in %s that is not explained', (_name, overrides) => {
    expect(() => checkedApp(overrides).synth()).not.toThrow();
  });

  test('stops synth for a queue that does not require TLS', () => {
    const app = checkedApp();
    new Queue(new Stack(app, 'careless'), 'Queue');
    expect(() => app.synth()).toThrow(/careless[\s\S]*AwsSolutions-SQS4/);
  });
});
