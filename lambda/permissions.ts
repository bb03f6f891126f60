/**
 * Who may do what, in one table: the stack builds its policies from it, docs/security.md shows it, and a test holds
 * the template to it. What is not listed is not allowed. Imports nothing, like the contract.
 */

export type Grantee =
  | 'liquidator'
  | 'watchdog'
  | 'controlPanel'
  | 'notifier'
  | 'healthCheck'
  | 'trailCopy'
  | 'ping'
  | 'watcher'
  | 'bot';

/** What an action may be done to. None of them is a wildcard but `network` and `anyStream`, where AWS leaves no choice. */
export const TARGETS = {
  liquidations: 'table `liquidations`',
  unfinishedIndex: 'index `unfinished` of table `liquidations`',
  recentIndex: 'index `recent` of table `liquidations`',
  audit: 'table `audit`',
  bots: 'table `bots`',
  dueIndex: 'index `due` of table `bots`',
  ownBotRow: 'table `bots`, the row of this bot only',
  clientAttributes: 'table `bots`, the attributes that a bot’s client writes',
  auditStream: 'the stream of table `audit`',
  anyStream: 'any (ListStreams names no stream)',
  trailCopyObjects: 'the objects of the audit log’s copy',
  canaryRow: 'table `bots`, the row of the canary only',
  watchedRow: 'table `bots` of the watched region, the row of the watchdog only',
  watchedFunction: 'the watchdog function of the watched region',
  secrets: 'the secrets of the configured bots',
  secretsKey: 'the KMS key of the secrets',
  liquidator: 'the liquidator function, the version in service',
  liquidatorOfBot: 'the liquidator function, the alias of this bot only',
  alertTopic: 'the alert topic',
  watcherTopic: 'the topic of the watcher, in its region',
  notificationQueue: 'the queue of the notifier',
  chatQueue: 'the queue of the chat',
  chatSecret: 'the secret with the chat’s address',
  deadLetters: 'its own dead-letter queue',
  ownLogs: 'its own log group',
  network: 'any (network interfaces have no names before they exist)',
} as const;
export type PermissionTarget = keyof typeof TARGETS;

/** What a stack may be deployed with, each as it is asked for; without it, some permissions are not given. */
export const OPTIONS = {
  kms: 'kms_key',
  fixedIp: 'fixed_ip',
  chat: 'chat_webhook_secret',
  watcher: 'watcher_region',
} as const;
export type Option = keyof typeof OPTIONS;

export interface Permission {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly on: PermissionTarget;
  readonly why: string;
  readonly onlyWith?: Option;
}

/**
 * Who writes the audit log neither changes nor deletes a record by these. PutItem may still replace one, and IAM cannot demand
 * the condition that the code sends with it; the copy in S3 (`trail_copy_days`) is what nobody can replace.
 */
const neitherChangesNorDeletes: Permission = {
  effect: 'Deny',
  actions: [
    'dynamodb:UpdateItem',
    'dynamodb:DeleteItem',
    'dynamodb:BatchWriteItem',
    'dynamodb:PartiQLUpdate',
    'dynamodb:PartiQLDelete',
  ],
  on: 'audit',
  why: 'records are neither changed nor deleted',
};

const writesItsLog: Permission = {
  effect: 'Allow',
  actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  on: 'ownLogs',
  why: 'logs and metrics',
};

/** AWS Lambda, "Using Lambda with Amazon SQS": what the event source mapping does with the function's role. */
const readsQueue = {
  effect: 'Allow',
  actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
} as const;

const whatLambdaNeeds: readonly Permission[] = [
  {
    effect: 'Allow',
    actions: ['sqs:SendMessage'],
    on: 'deadLetters',
    why: 'Lambda keeps the events that failed for good',
  },
  writesItsLog,
];

const whoActs: readonly Permission[] = [
  {
    effect: 'Allow',
    actions: ['dynamodb:PutItem'],
    on: 'audit',
    why: 'add to the audit log (a put may replace; see trail_copy_days)',
  },
  neitherChangesNorDeletes,
  {
    effect: 'Allow',
    actions: ['lambda:InvokeFunction'],
    on: 'liquidator',
    why: 'start or continue a liquidation',
  },
  ...whatLambdaNeeds,
];

export const PERMISSIONS: Readonly<Record<Grantee, readonly Permission[]>> = {
  liquidator: [
    {
      effect: 'Allow',
      actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      on: 'liquidations',
      why: 'acquire, read and release the lock, record the last preflight',
    },
    { effect: 'Allow', actions: ['dynamodb:GetItem'], on: 'bots', why: 'check that the trip is still valid' },
    {
      effect: 'Allow',
      actions: ['secretsmanager:GetSecretValue'],
      on: 'secrets',
      why: 'sign requests to the exchange',
    },
    { effect: 'Allow', actions: ['kms:Decrypt'], on: 'secretsKey', why: 'read the secrets', onlyWith: 'kms' },
    {
      // AWS Lambda, "Giving Lambda functions access to resources in an Amazon VPC": the execution role needs them.
      effect: 'Allow',
      actions: [
        'ec2:CreateNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:DeleteNetworkInterface',
        'ec2:AssignPrivateIpAddresses',
        'ec2:UnassignPrivateIpAddresses',
      ],
      on: 'network',
      why: 'Lambda attaches the function to the VPC',
      onlyWith: 'fixedIp',
    },
    ...whoActs,
  ],
  watchdog: [
    {
      effect: 'Allow',
      actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      on: 'bots',
      why: 'read heartbeats, claim the trip of a bot, record its own runs',
    },
    { effect: 'Allow', actions: ['dynamodb:Query'], on: 'dueIndex', why: 'find the bots that are due for a check' },
    {
      effect: 'Allow',
      actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      on: 'liquidations',
      why: 'resume or give up unfinished liquidations',
    },
    { effect: 'Allow', actions: ['dynamodb:Query'], on: 'unfinishedIndex', why: 'find unfinished liquidations' },
    ...whoActs,
  ],
  controlPanel: [
    {
      effect: 'Allow',
      actions: ['dynamodb:GetItem', 'dynamodb:Scan', 'dynamodb:UpdateItem'],
      on: 'bots',
      why: 'show the state of the bots, snooze, re-arm',
    },
    {
      effect: 'Allow',
      actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      on: 'liquidations',
      why: 'show how liquidations and preflights ended, end those of a bot that is re-armed',
    },
    { effect: 'Allow', actions: ['dynamodb:Query'], on: 'recentIndex', why: 'find the last liquidations' },
    { effect: 'Allow', actions: ['dynamodb:Query'], on: 'unfinishedIndex', why: 'find unfinished liquidations' },
    {
      effect: 'Allow',
      actions: ['lambda:InvokeFunction'],
      on: 'liquidator',
      why: 'preflight, dry run, liquidate',
    },
    {
      effect: 'Allow',
      actions: ['lambda:GetFunctionConfiguration'],
      on: 'liquidator',
      why: 'see whether protection is switched off',
    },
    writesItsLog,
  ],
  notifier: [
    { effect: 'Allow', actions: ['sns:Publish'], on: 'alertTopic', why: 'notify people of what happens' },
    {
      effect: 'Allow',
      actions: ['sqs:SendMessage'],
      on: 'notificationQueue',
      why: 'let log lines wait for the one that publishes',
    },
    { ...readsQueue, on: 'notificationQueue', why: 'Lambda takes the lines from the queue' },
    { ...readsQueue, on: 'chatQueue', why: 'Lambda takes the messages from the queue', onlyWith: 'chat' },
    {
      effect: 'Allow',
      actions: ['secretsmanager:GetSecretValue'],
      on: 'chatSecret',
      why: 'post to the chat',
      onlyWith: 'chat',
    },
    writesItsLog,
  ],
  healthCheck: [
    {
      effect: 'Allow',
      actions: ['dynamodb:GetItem', 'dynamodb:Scan'],
      on: 'bots',
      why: 'report the state of the bots',
    },
    {
      effect: 'Allow',
      actions: ['dynamodb:UpdateItem'],
      on: 'canaryRow',
      why: 'write the heartbeat of the canary, and stop its watch',
    },
    {
      effect: 'Allow',
      actions: ['dynamodb:GetItem'],
      on: 'liquidations',
      why: 'see how preflights and the canary ended',
    },
    {
      effect: 'Allow',
      actions: ['sns:ListSubscriptionsByTopic', 'sns:GetSubscriptionAttributes'],
      on: 'alertTopic',
      why: 'see whether anybody is subscribed',
    },
    {
      effect: 'Allow',
      actions: ['sns:ListSubscriptionsByTopic', 'sns:GetSubscriptionAttributes'],
      on: 'watcherTopic',
      why: 'see whether the watcher reaches anybody',
      onlyWith: 'watcher',
    },
    writesItsLog,
  ],
  trailCopy: [
    {
      effect: 'Allow',
      actions: ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream'],
      on: 'auditStream',
      why: 'Lambda reads what is added to the audit log',
    },
    {
      // AWS Service Authorization Reference, Amazon DynamoDB: this action has no resource; on a stream it grants nothing.
      effect: 'Allow',
      actions: ['dynamodb:ListStreams'],
      on: 'anyStream',
      why: 'Lambda asks for it before it reads a stream',
    },
    {
      effect: 'Allow',
      actions: ['s3:PutObject'],
      on: 'trailCopyObjects',
      why: 'add to the copy, which nobody can change',
    },
    writesItsLog,
  ],
  ping: [
    {
      effect: 'Allow',
      actions: ['dynamodb:GetItem'],
      on: 'bots',
      why: 'compare the secret of a ping with its hash, and find the run (only with `ping_url`)',
    },
    {
      effect: 'Allow',
      actions: ['dynamodb:UpdateItem'],
      on: 'clientAttributes',
      why: 'write heartbeats, begin and end a run, report a failure (only with `ping_url`)',
    },
    writesItsLog,
  ],
  watcher: [
    {
      effect: 'Allow',
      actions: ['lambda:GetFunctionConfiguration'],
      on: 'watchedFunction',
      why: 'learn the name of the table (only with `watcher_region`)',
    },
    {
      effect: 'Allow',
      actions: ['dynamodb:GetItem'],
      on: 'watchedRow',
      why: 'see when the watchdog last ran (only with `watcher_region`)',
    },
    writesItsLog,
  ],
  bot: [
    {
      effect: 'Allow',
      actions: ['dynamodb:UpdateItem'],
      on: 'ownBotRow',
      why: 'write heartbeats, disarm, report a failure',
    },
    { effect: 'Allow', actions: ['lambda:InvokeFunction'], on: 'liquidatorOfBot', why: 'liquidate its own account' },
  ],
};

/** Who needs which permission, given the options of a deployment. */
export function permissionsOf(
  grantee: Grantee,
  options: Readonly<Partial<Record<Option, boolean>>>,
): readonly Permission[] {
  return PERMISSIONS[grantee].filter(({ onlyWith }) => onlyWith === undefined || options[onlyWith] === true);
}
