/** Every command of the AWS CLI in the documents is run as it stands, against a deployed stack of production. */

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { IN_SERVICE } from '../../lambda/aliases.ts';
import { listFiles, readDocument } from '../docs/markdown.ts';
import { type Checkout, checkOut } from './checkout.ts';
import { type DeployedStack, idsOf, readStack } from './deployed-stack.ts';
import { documentCommands, PATHS } from './document-commands.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { createRole } from './identities.ts';

const tools = inject('awsTools');
const commands = documentCommands();
/** What the block sets up that troubleshooting.md begins with; its other blocks depend on it. */
const SETUP = commands.find(({ script }) => script.includes('LIQUIDATOR=$('))?.script ?? '';
const VARIABLES = [...SETUP.matchAll(/^([A-Z]+)=/gm)].map(([, name = '']) => name);
/**
 * The documents are written for version 2 of the AWS CLI; the one on PyPI is version 1. It has no such option, because
 * it reads JSON as it is without, and it knows the place of SQS better than AWS_ENDPOINT_URL.
 */
const VERSION_2 = `aws() {
  local words=()
  while [ $# -gt 0 ]; do
    if [ "$1" = --cli-binary-format ]; then shift 2; else words+=("$1"); shift; fi
  done
  command aws --endpoint-url "$AWS_ENDPOINT_URL" "\${words[@]}"
}`;
/** The token is in a mail, and no mail is sent here. */
const WITH_A_MAIL = /^.* --token TOKEN$/gm;
/** The CDK asks before it removes something. */
const NOBODY_TO_ASK = { CDK_FORCE: 'true' };
const BOTS = '\n[bot:default]\n\n[bot:alpha]\n';
const KEY = '{"apiKey": "a", "apiSecret": "b"}';
const ROLE = 'trader';

test('the documents show how the AWS CLI is used', () => {
  expect(commands.length).toBeGreaterThan(25);
  expect(SETUP).not.toBe('');
});

test('no other document shows a command that is not run here', () => {
  const shown = listFiles('*.md').filter(path =>
    /(^ *|`|\$\()aws [a-z0-9-]+ [a-z][a-z-]* +--/m.test(readDocument(path).text),
  );
  expect(shown.toSorted()).toEqual(PATHS.toSorted());
});

describe.skipIf(tools.kind === 'missing')('the commands of the documents on an independent AWS', () => {
  let aws: Emulator;
  let work: Checkout;
  let stack: DeployedStack;
  /** What SETUP comes to, so that it need not be asked for again. */
  let setUp: string;

  beforeAll(async () => {
    if (tools.kind === 'missing') return;
    aws = await startEmulator(tools);
    work = checkOut(aws);
    work.edit('config/production.ini', text =>
      text.replace('[alerts]', `${BOTS}\n[alerts]\nchat_webhook_secret = flatline/chat-webhook`),
    );
    await work.run('aws configure set region "$AWS_REGION"');
    await aws.bootstrap();
    // test/aws/death.test.ts puts the key into the one that the stack makes.
    await aws.call('secretsmanager', 'create_secret', { Name: 'flatline/default-testnet' });
    await work.run('npx cdk deploy');
    stack = await readStack(aws, 'flatline-production');
    await createRole(aws, ROLE);
    setUp = await work.run(`${VERSION_2}\n${SETUP}\ndeclare -p ${VARIABLES.join(' ')}\ndeclare -f output ask`);
    for (const SecretString of [KEY, KEY]) {
      await aws.call('secretsmanager', 'put_secret_value', { SecretId: 'flatline/alpha', SecretString });
    }
  });
  afterAll(() => aws?.close());

  /** With what the words in capitals stand for. */
  async function fill(script: string): Promise<string> {
    const [table = ''] = idsOf(stack, 'AWS::DynamoDB::Table');
    const [rule = ''] = idsOf(stack, 'AWS::Events::Rule');
    const words: Readonly<Record<string, string>> = {
      ROLE,
      POLICY_ARN: stack.outputs.BotPolicyArnOfalpha ?? '',
      ARN: stack.outputs.AlertTopicArn ?? '',
      TABLE: table,
      BOTS_TABLE: stack.outputs.BotsTable ?? '',
      AUDIT_TABLE: stack.outputs.AuditTable ?? '',
      RULE: rule,
      TIME: new Date().toISOString(),
      ...(script.includes('VERSION') ? { VERSION: await versionInService() } : {}),
      ...(script.includes('OLD') ? await secretVersions() : {}),
    };
    return script.replaceAll(/(?<![$"\w])[A-Z]+(?:_[A-Z]+)*(?![\w=])/g, word => words[word] ?? word);
  }

  async function versionInService(): Promise<string> {
    const of = { FunctionName: stack.outputs.LiquidatorName, Name: IN_SERVICE };
    return (await aws.call('lambda', 'get_alias', of)).FunctionVersion;
  }

  async function secretVersions() {
    const { Versions } = await aws.call('secretsmanager', 'list_secret_version_ids', { SecretId: 'flatline/alpha' });
    const idWith = (stage: string): string =>
      Versions.find((version: { VersionStages: readonly string[] }) => version.VersionStages.includes(stage))
        ?.VersionId;
    return { OLD: idWith('AWSPREVIOUS'), NEW: idWith('AWSCURRENT') };
  }

  /** What stands before a script, in the same shell. */
  const preamble = (path: string): string =>
    [VERSION_2, `QUEUE='${idsOf(stack, 'AWS::SQS::Queue')[0]}'`, `RULE='${idsOf(stack, 'AWS::Events::Rule')[0]}'`]
      .concat(path === 'docs/troubleshooting.md' ? [setUp] : [])
      .join('\n');

  /** Deletion of a secret is undone by nothing else, and can be undone only then. */
  async function prepare(script: string): Promise<void> {
    work.write('key.json', KEY);
    work.write('webhook.txt', 'https://chat.example.org/hook');
    const [, SecretId] = /--secret-id (\S+)/.exec(script) ?? [];
    if (SecretId === undefined) return;
    const { DeletedDate } = await aws.call('secretsmanager', 'describe_secret', { SecretId });
    const isWanted = script.includes('restore-secret');
    if ((DeletedDate !== undefined && DeletedDate !== null) === isWanted) return;
    await aws.call('secretsmanager', isWanted ? 'delete_secret' : 'restore_secret', { SecretId });
  }

  test('W14: the switch is in force once the lines of operations.md have put a version with it in service', async () => {
    const [{ script: lines } = { script: '' }] = commands.filter(({ script }) => script.includes('publish-version'));
    const FunctionName = stack.outputs.LiquidatorName ?? '';
    const variablesOf = async (name: string): Promise<Readonly<Record<string, string>>> =>
      (await aws.call('lambda', 'get_function_configuration', { FunctionName: name })).Environment.Variables;
    const { ...before } = await variablesOf(FunctionName);
    const set = async (Variables: object): Promise<void> => {
      await aws.call('lambda', 'update_function_configuration', { FunctionName, Environment: { Variables } });
    };
    const wrong = async (): Promise<readonly string[]> => {
      const { stdout } = await work.try('npm run -s flatline -- status --json');
      return JSON.parse(stdout).wrong;
    };
    const liquidated = async (): Promise<string> => {
      const Payload = JSON.stringify({ trigger: 'manual', bot_id: 'alpha' });
      const answer = await aws.call('lambda', 'invoke', { FunctionName: `${FunctionName}:alpha`, Payload });
      return JSON.parse(answer.Payload).headline;
    };
    await set({ ...before, EMERGENCY_LIQUIDATION_DISABLED: 'true' });
    expect(await wrong()).toContainEqual(expect.stringContaining('LIQUIDATION IS STILL ON'));
    await work.run(`${VERSION_2}\n${lines}`);
    expect((await wrong())[0]).toContain('LIQUIDATION IS SWITCHED OFF');
    expect(await liquidated()).toBe('SKIPPED BY CONFIGURATION');
    await set(before);
    await work.run(`${VERSION_2}\n${lines}`);
    for (const alias of [IN_SERVICE, 'alpha', 'default'])
      expect(await variablesOf(`${FunctionName}:${alias}`)).toEqual(before);
    expect(await wrong()).not.toContainEqual(expect.stringContaining('LIQUIDATION IS'));
  });

  test.each(commands)('$path: $script', async ({ path, script }) => {
    await prepare(script);
    // docs/reliability.md is about the testnet; one stack is enough here.
    const runnable = (await fill(script))
      .replaceAll(WITH_A_MAIL, '')
      .replaceAll('flatline-testnet-', 'flatline-production-');
    // What is typed in is the key. Through `cat`, because /dev/stdout cannot be opened where Node reads.
    await work.run(`{ ${preamble(path)}\n${runnable}\n} | cat`, NOBODY_TO_ASK, KEY);
  });

  test('the removal has removed the stack, and the table that was given up', async () => {
    await expect(readStack(aws, 'flatline-production')).rejects.toThrow('does not exist');
    const { TableNames } = await aws.call('dynamodb', 'list_tables');
    const [given = '', ...others] = idsOf(stack, 'AWS::DynamoDB::Table');
    expect(TableNames).not.toContain(given);
    expect(TableNames).toEqual(expect.arrayContaining(others));
  });
});
