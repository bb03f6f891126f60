/**
 * A bot dies on an independent AWS: it beats with the Python client under its own policy, the rule of each minute runs
 * the watchdog, the watchdog invokes the liquidator, the account goes flat, people are notified.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startClock } from '../../lambda/adapters/clock.ts';
import { WATCHDOG_ROW } from '../../lambda/bot-row.ts';
import { type Account, createExchange } from '../../simulator/exchange.ts';
import { type ExchangeServer, startExchangeServer } from '../../simulator/wire/server.ts';
import { readDocument } from '../docs/markdown.ts';
import type { Key } from './boto-session.ts';
import { type Checkout, checkOut } from './checkout.ts';
import { type DeployedStack, idsOf, readStack } from './deployed-stack.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { assumeRole, createRole } from './identities.ts';
import { deliverLogs, type LogDelivery } from './log-delivery.ts';
import { oneAfterAnother } from './one-after-another.ts';

const tools = inject('awsTools');
const STACK = 'flatline-testnet';
const KEY = { apiKey: 'k'.repeat(64), apiSecret: 's'.repeat(64) };
const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

describe.skipIf(tools.kind === 'missing')('a bot that dies on an independent AWS', () => {
  let aws: Emulator;
  let work: Checkout;
  let server: ExchangeServer;
  let account: Account;
  let stack: DeployedStack;
  let logs: LogDelivery;
  let queueUrl: string;
  const bots = new Set<ChildProcess>();
  /** What the functions have logged so far. */
  const said = (): readonly string[] => [...(logs?.lines.values() ?? [])].flat();
  oneAfterAnother(() => [...(aws?.log ?? []), ...said()]);

  beforeAll(async () => {
    if (tools.kind === 'missing') return;
    const exchange = createExchange({ clock: startClock() });
    account = exchange.addAccount(KEY);
    server = await startExchangeServer(exchange);
    account.open('BTCUSDT', '0.500');
    account.open('ETHUSDT', '-4.000');
    account.watch();

    aws = await startEmulator(tools);
    work = checkOut(aws, server.url);
    work.edit('config/testnet.ini', text =>
      text.replace(/^\[bot:default\]$/m, '$&\nheartbeat_seconds = 1\nlate_after_seconds = 5\ndead_after_seconds = 15'),
    );
    await aws.bootstrap();
    await work.run('npx cdk deploy -c environment=testnet');
    stack = await readStack(aws, STACK);
    queueUrl = await subscribeQueue();
    logs = deliverLogs(aws, idsOf(stack, 'AWS::Logs::LogGroup'));
  });
  afterAll(async () => {
    for (const bot of bots) bot.kill('SIGKILL');
    await logs?.stop();
    await aws?.close();
    await server?.close();
  });

  const flatline = (words: string) => work.run(`npm run -s flatline -- ${words}`);

  /** A subscriber of the topic that can be asked what it got. */
  async function subscribeQueue(): Promise<string> {
    const { QueueUrl } = await aws.call('sqs', 'create_queue', { QueueName: 'people' });
    const { Attributes } = await aws.call('sqs', 'get_queue_attributes', { QueueUrl, AttributeNames: ['QueueArn'] });
    const topic = stack.outputs.AlertTopicArn;
    const policy = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: Attributes.QueueArn,
          Condition: { ArnEquals: { 'aws:SourceArn': topic } },
        },
      ],
    };
    await aws.call('sqs', 'set_queue_attributes', { QueueUrl, Attributes: { Policy: JSON.stringify(policy) } });
    await aws.call('sns', 'subscribe', { TopicArn: topic, Protocol: 'sqs', Endpoint: Attributes.QueueArn });
    return QueueUrl;
  }

  /** What the topic's subscriber got so far. */
  const received: { readonly subject: string; readonly text: string }[] = [];
  async function receive(): Promise<void> {
    const { Messages = [] } = await aws.call('sqs', 'receive_message', { QueueUrl: queueUrl, MaxNumberOfMessages: 10 });
    for (const { Body, ReceiptHandle } of Messages) {
      const { Subject, Message } = JSON.parse(Body);
      received.push({ subject: Subject, text: Message });
      await aws.call('sqs', 'delete_message', { QueueUrl: queueUrl, ReceiptHandle });
    }
  }

  /** What a bot runs as: a role with the policy of the stack, attached by the line of docs/operations.md. */
  async function identity(): Promise<Key> {
    const role = await createRole(aws, 'trader');
    const [line = ''] = readDocument('docs/operations.md').text.match(/aws iam attach-role-policy .*/) ?? [];
    await work.run(line.replace('ROLE', 'trader').replace('POLICY_ARN', stack.outputs.BotPolicyArnOfdefault ?? ''));
    return assumeRole(aws, role);
  }

  function startBot(key: Key) {
    if (tools.kind === 'missing') throw new Error(tools.why);
    const child = spawn(join(tools.pythonBin, 'python'), [folder('tools/beating_bot.py')], {
      env: {
        PATH: aws.env.PATH,
        AWS_REGION: aws.env.AWS_REGION,
        AWS_ENDPOINT_URL: aws.url,
        AWS_CA_BUNDLE: aws.env.AWS_CA_BUNDLE,
        AWS_ACCESS_KEY_ID: key.AccessKeyId,
        AWS_SECRET_ACCESS_KEY: key.SecretAccessKey,
        AWS_SESSION_TOKEN: key.SessionToken,
        PYTHONPATH: folder('../../client/python'),
        PYTHONDONTWRITEBYTECODE: '1',
        FLATLINE_BOT_ID: 'default',
        FLATLINE_BOTS_TABLE: stack.outputs.BotsTable,
        // docs/operations.md, "A new bot": the bot's own alias.
        FLATLINE_LIQUIDATOR: `${stack.outputs.LiquidatorName}:default`,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    bots.add(child);
    const said: Readonly<Record<string, unknown>>[] = [];
    createInterface({ input: child.stdout }).on('line', line => said.push(JSON.parse(line)));
    return { child, said };
  }
  let bot: ReturnType<typeof startBot>;
  let key: Key;
  let correlationId: string;

  test('takes the key from a file, as the README says', async () => {
    const block = readDocument('README.md').blocks.find(({ text }) => text.includes('put-secret-value'))?.text ?? '';
    await work.run(block, {}, JSON.stringify(KEY));
    const { SecretString } = await aws.call('secretsmanager', 'get_secret_value', {
      SecretId: stack.outputs.SecretNameOfdefault,
    });
    expect(JSON.parse(SecretString)).toEqual(KEY);
  });

  test('is ready by the preflight of the deployed liquidator', async () => {
    expect(await flatline('preflight --env testnet')).toContain('READY');
  });

  test('sends heartbeats with the Python client under its own policy', async () => {
    key = await identity();
    bot = startBot(key);
    await expect.poll(() => bot.said).toHaveLength(1);
    expect(bot.said).toEqual([{ started: 'armed' }]);
    expect(await flatline('bots --env testnet')).toContain('alive');
  });

  /** When the watchdog's last tick began to watch. */
  async function tickedAtMs(): Promise<number> {
    const of = { TableName: stack.outputs.BotsTable, Key: { bot_id: { S: WATCHDOG_ROW } }, ConsistentRead: true };
    const { Item } = await aws.call('dynamodb', 'get_item', of);
    return Number(Item?.ticked_at_ms?.N ?? 0);
  }

  test('is liquidated by the rule of each minute after it was killed', async () => {
    // Between two ticks nobody sees it late, only dead.
    const before = await tickedAtMs();
    await expect.poll(tickedAtMs).toBeGreaterThan(before);
    bot.child.kill('SIGKILL');
    await expect.poll(() => account.truth().positions).toEqual([]);
    expect(account.violations).toEqual([]);
  });

  test('has its audit log read back and proven by the command line', async () => {
    await expect.poll(() => flatline('audit list --env testnet')).toContain('FLAT');
    const list = JSON.parse(await flatline('audit list --env testnet --json'));
    correlationId = JSON.stringify(list).match(/"correlation_id":"([^"]+)"/)?.[1] ?? '';
    const story = await flatline(`audit show ${correlationId} --env testnet`);
    expect(story).toContain('bot dead');
    expect(story).toContain('FLAT');
    await expect.poll(() => said().join('\n')).toContain('"message":"liquidation_completed"');
    // Where a claim takes longer than 300 ms, on a machine with other things to do, it goes on without the lock, as it
    // should; the name that the lock would have given it may then stay without a seal.
    const isLocked = !said().some(line => line.includes('The lock could not be reached'));
    const verified = await work.try(`npm run -s flatline -- audit verify ${correlationId} --env testnet --strict`);
    expect([isLocked, verified]).toEqual([
      isLocked,
      isLocked
        ? { code: 0, stdout: expect.stringContaining('PROVEN: no record'), stderr: '' }
        : expect.objectContaining({ stdout: expect.stringMatching(/PROVEN: no record|no contradiction was found/) }),
    ]);
  });

  test('raises its alarms, and people are notified once of each', async () => {
    const verdicts = [/^LATE/, /^SILENT: LIQUIDATING/, /^FLAT/, /^ALARM: .*-bot-dead/, /^ALARM: .*-bot-late/];
    // An alarm may have ended before this check; its message stays.
    await expect
      .poll(() => receive().then(() => received.map(({ subject }) => subject)))
      .toEqual(expect.arrayContaining(verdicts.map(verdict => expect.stringMatching(verdict))));
    const about = (verdict: RegExp) => received.filter(({ subject }) => verdict.test(subject));
    for (const verdict of verdicts) expect([verdict, about(verdict).length]).toEqual([verdict, 1]);
    expect(about(/^FLAT/)).toEqual([
      { subject: expect.stringContaining('default'), text: expect.stringContaining(correlationId) },
    ]);
  });

  test('has its heartbeats refused until an operator re-arms it, and is watched again from then on', async () => {
    const tripped = startBot(key);
    await expect
      .poll(() => tripped.said)
      .toEqual(expect.arrayContaining([{ started: 'tripped' }, { tripped: correlationId }]));
    tripped.child.kill('SIGKILL');
    expect(await flatline('rearm --bot default --yes --env testnet --reason "looked at"')).toContain('armed again');
    const again = startBot(key);
    await expect.poll(() => again.said).toEqual([{ started: 'armed' }]);
    expect(await flatline('bots --env testnet')).toContain('alive');
  });
});
