/** cdk-nag's AwsSolutions rules: no finding for any choice of options, and the rules really run. */

import { type App, type AppProps, Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import type { Deployment } from '../../lib/deployment.ts';
import { FlatlineStack } from '../../lib/flatline-stack.ts';
import { addSecurityChecks } from '../../lib/security-checks.ts';
import { appWithFlags, botsNamed, PRODUCTION, UNCHECKED } from './synthesised.ts';

function checkedApp(overrides: Partial<Deployment> = {}, props: Partial<AppProps> = UNCHECKED): App {
  const app = appWithFlags(props);
  addSecurityChecks(app);
  new FlatlineStack(app, { ...PRODUCTION, ...overrides });
  return app;
}

describe('AwsSolutions', () => {
  test.each<{ what: string; overrides: Partial<Deployment>; props?: Partial<AppProps> }>([
    { what: 'production with two bots', overrides: { bots: botsNamed('alpha', 'beta') } },
    {
      what: 'a testnet with everything, with CloudFormation’s own rules as well,',
      overrides: {
        environment: 'testnet',
        chatSecret: 'flatline/chat',
        kmsKey: 'stack',
        fixedIp: true,
        testEvents: true,
        trailCopyDays: 400,
        monthlyBudgetUsd: 50,
      },
      props: {},
    },
  ])('finds nothing in $what that is not explained', ({ overrides, props }) => {
    expect(() => checkedApp(overrides, props).synth()).not.toThrow();
  });

  test('stops synth for a queue that does not require TLS', () => {
    const app = checkedApp();
    new Queue(new Stack(app, 'careless'), 'Queue');
    expect(() => app.synth()).toThrow(/careless[\s\S]*AwsSolutions-SQS4/);
  });
});
