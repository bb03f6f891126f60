/**
 * Who may do what, judged by two evaluators of IAM that we did not write: MiniStack's, at the wire and with real calls,
 * and iam-simulate, on the same deployed policies. Both must allow exactly what lambda/permissions.ts lists.
 */

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  type Grantee,
  PERMISSIONS,
  type Permission,
  type PermissionTarget,
  permissionsOf,
} from '../../lambda/permissions.ts';
import { AwsError, type Key } from './boto-session.ts';
import { checkOut } from './checkout.ts';
import { type DeployedStack, readStack } from './deployed-stack.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { openEvaluator, type PolicyDocument } from './iam-evaluator.ts';
import { belongingsOf, deployedPolicies, keyOf, keyPolicyOf, keyWith, queuesOf, streamOf } from './identities.ts';
import { OTHER_ATTRIBUTES, probesOf } from './permission-probes.ts';
import type { Probe } from './probe.ts';

const tools = inject('awsTools');
const STACK = 'flatline-testnet';
/** What this stack is deployed with: everything that a permission depends on. */
const OPTIONS = { chat: true, kms: true, fixedIp: true, watcher: true };
/** What a permission on the table of bots, or on some attributes in it, means besides. The probes write the key alone. */
const OF_BOTS: Readonly<Partial<Record<PermissionTarget, readonly string[]>>> = {
  bots: ['ownBotRow', 'canaryRow', 'clientAttributes', OTHER_ATTRIBUTES, 'a trip in its own row'],
  clientAttributes: ['bots', 'ownBotRow', 'canaryRow'],
};
/** The watcher is a stack of another region; test/aws/watcher.test.ts tries its role. */
const GRANTEES = (Object.keys(PERMISSIONS) as readonly Grantee[]).filter(grantee => grantee !== 'watcher');

describe.skipIf(tools.kind === 'missing')('the deployed policies, judged by others', () => {
  let aws: Emulator;
  let stack: DeployedStack;
  let isAllowed: Awaited<ReturnType<typeof openEvaluator>>;
  const keys = new Map<Grantee, Key>();
  const policies = new Map<Grantee, readonly PolicyDocument[]>();
  const probes = new Map<Grantee, readonly Probe[]>();

  beforeAll(async () => {
    if (tools.kind === 'missing') return;
    aws = await startEmulator(tools);
    const work = checkOut(aws);
    work.edit('config/testnet.ini', text =>
      text
        .replace('[alerts]', '[bot:alpha]\nsecret = flatline/alpha-testnet\n\n[alerts]')
        .replace('[alerts]', '[alerts]\nemail = ops@example.com\nchat_webhook_secret = flatline/chat-testnet')
        .replace(
          '[deployment]',
          '[deployment]\ntrail_copy_days = 30\nping_url = true\nwatcher_region = eu-west-1\naccount_concurrency = 1000',
        )
        .replace('fixed_ip = false', 'fixed_ip = true')
        .replace('kms_key = none', 'kms_key = stack'),
    );
    await aws.bootstrap();
    await work.run('npx cdk deploy -c environment=testnet');
    stack = await readStack(aws, STACK);
    isAllowed = await openEvaluator(tools);
    const shared = {
      queues: await queuesOf(aws, stack),
      auditStream: await streamOf(aws, stack.outputs.AuditTable),
      keyPolicy: await keyPolicyOf(aws, stack),
    };
    for (const grantee of GRANTEES) {
      const documents = await deployedPolicies(aws, stack, grantee);
      policies.set(grantee, documents);
      probes.set(grantee, probesOf(stack, await belongingsOf(aws, stack, grantee), shared));
      keys.set(grantee, await keyOf(aws, stack, grantee));
    }
  });
  afterAll(() => aws?.close());

  /** By the table of the product. */
  const isListed = (grantee: Grantee, { target, action }: Probe): boolean => {
    const isMeant = ({ on }: Permission) => on === target || (OF_BOTS[on]?.includes(target) ?? false);
    const on = permissionsOf(grantee, OPTIONS).filter(isMeant);
    const effects = on.filter(({ actions }) => actions.includes(action)).map(({ effect }) => effect);
    return effects.includes('Allow') && !effects.includes('Deny');
  };
  const probesFor = (grantee: Grantee): readonly Probe[] => probes.get(grantee) ?? [];
  /** What is permitted of it, one line each. */
  const allowedOf = async (tried: readonly Probe[], judge: (probe: Probe) => unknown): Promise<readonly string[]> => {
    const verdicts = await Promise.all(tried.map(async probe => [probe, await judge(probe)] as const));
    return verdicts.filter(([, allowed]) => allowed).map(([{ action, target }]) => `${action} on ${target}`);
  };

  test.each(GRANTEES)('every permission of the %s is tried', grantee => {
    const tried = new Set(probesFor(grantee).map(({ action, target }) => `${action} on ${target}`));
    const permitted = permissionsOf(grantee, OPTIONS)
      .filter(({ effect }) => effect === 'Allow')
      .flatMap(({ actions, on }) => actions.map(action => `${action} on ${on}`));
    expect(permitted.filter(permission => !tried.has(permission))).toEqual([]);
  });

  test.each(GRANTEES)('MiniStack lets the %s make the calls that are listed, and no other', async grantee => {
    const key = keys.get(grantee);
    const tried = probesFor(grantee).filter(({ call }) => call !== undefined);
    const allowed = await allowedOf(tried, async ({ call: { service = '', operation = '', params = {} } = {} }) => {
      try {
        await aws.call(service, operation, params, key);
        return true;
      } catch (error) {
        if (error instanceof AwsError)
          return !/AccessDenied|AuthorizationError|UnauthorizedOperation/i.test(error.code);
        throw error;
      }
    });
    expect(allowed).toEqual(await allowedOf(tried, probe => isListed(grantee, probe)));
    expect(allowed.length).toBeGreaterThan(1);
  });

  test.each(GRANTEES)('iam-simulate lets the %s make the calls that are listed, and no other', async grantee => {
    const tried = probesFor(grantee);
    const allowed = await allowedOf(tried, probe => isAllowed(policies.get(grantee) ?? [], probe));
    expect(allowed).toEqual(await allowedOf(tried, probe => isListed(grantee, probe)));
  });

  test('a secret is read by the liquidator alone, whatever another policy allows', async () => {
    const readsAll: PolicyDocument = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' }],
    };
    const key = await keyWith(aws, 'somebody', [readsAll]);
    const SecretId = stack.outputs.SecretNameOfdefault;
    await aws.call('secretsmanager', 'put_secret_value', { SecretId, SecretString: '{}' }, key);
    const reading = (whose: Key | undefined) => aws.call('secretsmanager', 'get_secret_value', { SecretId }, whose);
    await expect(reading(key)).rejects.toMatchObject({ code: 'AccessDeniedException' });
    expect(await reading(keys.get('liquidator'))).toMatchObject({ SecretString: '{}' });
  });
});
