/**
 * One call for each thing that somebody with a foot in the stack might try, on each of its resources: what the functions
 * do all day, and what must be refused. Harmless where they are permitted.
 */

import { aliasOf, CANARY_BOT_ID, IN_SERVICE } from '../../lambda/aliases.ts';
import { INDEXES, TABLE_KEYS } from '../../lambda/contract.ts';
import type { PermissionTarget } from '../../lambda/permissions.ts';
import { type DeployedStack, idsOf } from './deployed-stack.ts';
import { attributeProbes, indexProbes, ownAttributeProbes, streamProbes, tableProbes } from './dynamodb-probes.ts';
import { ACCOUNT, arnOf } from './emulator.ts';
import type { PolicyDocument } from './iam-evaluator.ts';
import { keyProbes, networkProbes } from './option-probes.ts';
import type { Probe } from './probe.ts';

/** The bot whose policy is tried. */
export const BOT_ID = 'default';

/** What only the watchdog and people write: else a bot could end its own trip. */
export const OTHER_ATTRIBUTES = 'attributes of a bot that its client does not write';

/** What belongs to the one who asks. */
export interface Belongings {
  readonly logGroup: string | undefined;
  /** ARN of the role it runs as. */
  readonly role: string | undefined;
  /** ARN of the queue for its lost events. */
  readonly deadLetters: string | undefined;
}

/** What belongs to all of them, by ARN. */
export interface Shared {
  /** The queues that a function reads. */
  readonly queues: ReadonlyMap<string, PermissionTarget>;
  readonly auditStream: string;
  /** The policy at the key of the secrets. */
  readonly keyPolicy: PolicyDocument;
}

export function probesOf(
  stack: DeployedStack,
  own: Belongings,
  { queues, auditStream, keyPolicy }: Shared,
): readonly Probe[] {
  const { outputs } = stack;
  const name = (output: string): string => {
    const value = outputs[output];
    if (value === undefined) throw new Error(`The stack has no output ${output}.`);
    return value;
  };
  const liquidations = name('LiquidationsTable');
  const bots = name('BotsTable');
  return [
    ...tableProbes('liquidations', liquidations, TABLE_KEYS.liquidations),
    ...tableProbes('audit', name('AuditTable'), TABLE_KEYS.audit),
    ...tableProbes('bots', bots, TABLE_KEYS.bots),
    ...tableProbes('ownBotRow', bots, TABLE_KEYS.bots, BOT_ID).filter(({ action }) =>
      /:(Update|Put|Get|Delete)Item$/.test(action),
    ),
    ...ownAttributeProbes(bots, BOT_ID),
    ...tableProbes('canaryRow', bots, TABLE_KEYS.bots, CANARY_BOT_ID).filter(({ action }) =>
      /:(Update|Put|Get|Delete)Item$/.test(action),
    ),
    ...attributeProbes('clientAttributes', bots, 'last_beat_at_ms'),
    ...attributeProbes(OTHER_ATTRIBUTES, bots, 'correlation_id'),
    ...streamProbes('auditStream', auditStream),
    ...objectProbes('trailCopyObjects', name('TrailCopyBucket')),
    ...indexProbes('unfinishedIndex', liquidations, INDEXES.unfinished),
    ...indexProbes('recentIndex', liquidations, INDEXES.recent),
    ...indexProbes('dueIndex', bots, INDEXES.due),
    ...functionProbes('liquidator', `${name('LiquidatorName')}:${IN_SERVICE}`),
    ...functionProbes('liquidatorOfBot', `${name('LiquidatorName')}:${aliasOf(BOT_ID)}`),
    ...functionProbes('the alias of another bot', `${name('LiquidatorName')}:${aliasOf('alpha')}`),
    ...functionProbes('the liquidator around its aliases', name('LiquidatorName')),
    ...functionProbes('another function', name('WatchdogName')),
    ...idsOf(stack, 'AWS::SecretsManager::Secret').flatMap(arn =>
      secretProbes(/secret:flatline\/chat/.test(arn) ? 'chatSecret' : 'secrets', arn),
    ),
    ...secretProbes('a secret of others', arnOf('secretsmanager', 'secret:others-AbCdEf')),
    ...topicProbes('alertTopic', name('AlertTopicArn')),
    ...topicProbes(
      'watcherTopic',
      `arn:aws:sns:eu-west-1:${ACCOUNT}:${name('LiquidatorName').replace(/-liquidator$/, '-watcher')}`,
    ),
    ...idsOf(stack, 'AWS::SQS::Queue').flatMap(url => {
      const arn = arnOf('sqs', url.split('/').at(-1) ?? '');
      return queueProbes(arn === own.deadLetters ? 'deadLetters' : (queues.get(arn) ?? 'another queue'), arn, url);
    }),
    ...idsOf(stack, 'AWS::Logs::LogGroup').flatMap(group =>
      logProbes(group === own.logGroup ? 'ownLogs' : 'logs of others', group),
    ),
    ...keyProbes(stack, keyPolicy, own.role),
    ...networkProbes('network'),
    ...accountProbes(stack),
  ];
}

const probesOn =
  (service: string, target: string, resource: string) =>
  (action: string, operation: string, params: object): Probe => ({
    ...{ target, resource, action: `${service}:${action}` },
    call: { service, operation, params },
  });

function objectProbes(target: PermissionTarget, Bucket: string): readonly Probe[] {
  const probe = probesOn('s3', target, `arn:aws:s3:::${Bucket}/probe`);
  const place = { Bucket, Key: 'probe' };
  return [
    probe('PutObject', 'put_object', place),
    probe('GetObject', 'get_object', place),
    probe('DeleteObject', 'delete_object', place),
    probe('PutObjectRetention', 'put_object_retention', { ...place, Retention: { Mode: 'GOVERNANCE' } }),
  ];
}

function functionProbes(target: string, FunctionName: string): readonly Probe[] {
  const probe = probesOn('lambda', target, arnOf('lambda', `function:${FunctionName}`));
  return [
    probe('InvokeFunction', 'invoke', { FunctionName, InvocationType: 'DryRun' }),
    probe('GetFunctionConfiguration', 'get_function_configuration', { FunctionName }),
    probe('GetFunction', 'get_function', { FunctionName }),
    probe('UpdateFunctionConfiguration', 'update_function_configuration', { FunctionName }),
    probe('PutFunctionConcurrency', 'put_function_concurrency', { FunctionName, ReservedConcurrentExecutions: 0 }),
    probe('DeleteFunction', 'delete_function', { FunctionName }),
  ];
}

function secretProbes(target: string, SecretId: string): readonly Probe[] {
  const probe = probesOn('secretsmanager', target, SecretId);
  return [
    probe('GetSecretValue', 'get_secret_value', { SecretId }),
    probe('DescribeSecret', 'describe_secret', { SecretId }),
    probe('PutSecretValue', 'put_secret_value', { SecretId, SecretString: '{}' }),
    probe('DeleteSecret', 'delete_secret', { SecretId }),
  ];
}

function topicProbes(target: string, TopicArn: string): readonly Probe[] {
  const probe = probesOn('sns', target, TopicArn);
  return [
    probe('Publish', 'publish', { TopicArn, Message: 'a probe' }),
    probe('Subscribe', 'subscribe', { TopicArn, Protocol: 'email', Endpoint: 'nobody@example.com' }),
    probe('ListSubscriptionsByTopic', 'list_subscriptions_by_topic', { TopicArn }),
    { target, resource: TopicArn, action: 'sns:GetSubscriptionAttributes' },
    probe('DeleteTopic', 'delete_topic', { TopicArn }),
  ];
}

function queueProbes(target: string, arn: string, QueueUrl: string): readonly Probe[] {
  const probe = probesOn('sqs', target, arn);
  const group = arn.endsWith('.fifo') ? { MessageGroupId: 'probe', MessageDeduplicationId: 'probe' } : {};
  return [
    probe('SendMessage', 'send_message', { QueueUrl, MessageBody: 'a probe', ...group }),
    probe('ReceiveMessage', 'receive_message', { QueueUrl }),
    probe('DeleteMessage', 'delete_message', { QueueUrl, ReceiptHandle: 'probe' }),
    probe('GetQueueAttributes', 'get_queue_attributes', { QueueUrl, AttributeNames: ['QueueArn'] }),
    probe('PurgeQueue', 'purge_queue', { QueueUrl }),
  ];
}

function logProbes(target: string, logGroupName: string): readonly Probe[] {
  const group = arnOf('logs', `log-group:${logGroupName}`);
  const logStreamName = 'probe';
  const logEvents = [{ timestamp: Date.now(), message: 'a probe' }];
  const probe = probesOn('logs', target, `${group}:*`);
  const inStream = probesOn('logs', target, `${group}:log-stream:${logStreamName}`);
  return [
    probe('CreateLogStream', 'create_log_stream', { logGroupName, logStreamName }),
    inStream('PutLogEvents', 'put_log_events', { logGroupName, logStreamName, logEvents }),
    probe('FilterLogEvents', 'filter_log_events', { logGroupName }),
    probe('DeleteLogGroup', 'delete_log_group', { logGroupName }),
  ];
}

/** What would switch the system off, or open it. */
function accountProbes(stack: DeployedStack): readonly Probe[] {
  const [Name = ''] = idsOf(stack, 'AWS::Events::Rule');
  const [RoleName = ''] = idsOf(stack, 'AWS::IAM::Role');
  const [AlarmName = ''] = idsOf(stack, 'AWS::CloudWatch::Alarm');
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  const StackName = RoleName.split('-').slice(0, 2).join('-');
  return [
    probesOn('events', 'a rule', arnOf('events', `rule/${Name}`))('DisableRule', 'disable_rule', { Name }),
    probesOn('cloudwatch', 'an alarm', arnOf('cloudwatch', `alarm:${AlarmName}`))('DeleteAlarms', 'delete_alarms', {
      AlarmNames: [AlarmName],
    }),
    probesOn('iam', 'a role', `arn:aws:iam::${ACCOUNT}:role/${RoleName}`)('PutRolePolicy', 'put_role_policy', {
      RoleName,
      PolicyName: 'more',
      PolicyDocument,
    }),
    probesOn('cloudformation', 'the stack', arnOf('cloudformation', `stack/${StackName}/0`))(
      'DeleteStack',
      'delete_stack',
      { StackName },
    ),
  ];
}
