/**
 * A proxy between one caller and the local cloud: passes every request of the SDK on, and notes it as IAM would judge it,
 * an action on a target. Each caller has a proxy of its own, so that it is known whose call it was.
 */

import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { IN_SERVICE } from '../../lambda/aliases.ts';
import { FUNCTION_NAMES, type LocalCloud } from '../../simulator/cloud/local-cloud.ts';
import { TOPIC_ARN, WATCHER_TOPIC_ARN } from '../../simulator/cloud/topic-endpoint.ts';

export interface RecordingProxy {
  /** The SDK's own variables, for a caller in a process. */
  readonly env: Readonly<Record<string, string>>;
  readonly url: string;
  /** `dynamodb:Query dueIndex`, each once, in the words of lambda/permissions.ts. */
  readonly calls: ReadonlySet<string>;
  close(): Promise<void>;
}

export async function openRecordingProxy({
  tables,
  secrets,
  lambda,
  topic,
  queues,
}: LocalCloud): Promise<RecordingProxy> {
  const calls = new Set<string>();
  const server = createServer((incoming, response) => {
    pass(incoming, response).catch(() => response.destroy());
  });

  async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { service, call } = judged(incoming, body);
    calls.add(call);
    const to = {
      dynamodb: tables.url,
      secretsmanager: secrets.url,
      lambda: lambda.url,
      sns: topic.url,
      sqs: queues.service.url,
    }[service];
    const { method = 'POST', url = '/', headers } = incoming;
    const outgoing = request(new URL(url, to), { method, headers }, answer => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    outgoing.end(body);
  }

  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    calls,
    env: {
      AWS_ENDPOINT_URL_DYNAMODB: url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
      AWS_ENDPOINT_URL_LAMBDA: url,
      AWS_ENDPOINT_URL_SNS: url,
      AWS_ENDPOINT_URL_SQS: url,
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const TOPICS = [
  [TOPIC_ARN, 'alertTopic'],
  [WATCHER_TOPIC_ARN, 'watcherTopic'],
] as const;

type Service = 'dynamodb' | 'secretsmanager' | 'lambda' | 'sns' | 'sqs';

/** By which a chat's secret is distinguished from those of the exchange. */
export const CHAT_SECRET = 'flatline/chat';

/** Which action on which target a request asks for. What has no name among the targets is named as it is. */
function judged(
  { headers, url = '' }: IncomingMessage,
  body: Buffer,
): { readonly service: Service; readonly call: string } {
  const [protocol = '', operation = ''] = String(headers['x-amz-target'] ?? '').split('.');
  if (protocol.startsWith('DynamoDB')) {
    const { TableName, IndexName } = JSON.parse(body.toString()) as { TableName?: string; IndexName?: string };
    const target = IndexName === undefined ? TableName : `${IndexName}Index`;
    return { service: 'dynamodb', call: `dynamodb:${operation} ${target}` };
  }
  if (protocol === 'secretsmanager') {
    const { SecretId } = JSON.parse(body.toString()) as { SecretId?: string };
    const target = SecretId === CHAT_SECRET ? 'chatSecret' : 'secrets';
    return { service: 'secretsmanager', call: `secretsmanager:${operation} ${target}` };
  }
  if (protocol === 'AmazonSQS') return { service: 'sqs', call: `sqs:${operation} notificationQueue` };
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    const form = new URLSearchParams(body.toString());
    // A subscription belongs to its topic, by which IAM judges it.
    const about = form.get('TopicArn') ?? form.get('SubscriptionArn') ?? '';
    const target = TOPICS.find(([arn]) => about.startsWith(arn))?.[1] ?? about;
    return { service: 'sns', call: `sns:${form.get('Action')} ${target}` };
  }
  const [, name = '', path = ''] = /\/functions\/([^/]+)\/(\w+)/.exec(url) ?? [];
  const [functionName, alias] = decodeURIComponent(name).split(':');
  const ours = alias === undefined || alias === IN_SERVICE ? 'liquidator' : 'liquidatorOfBot';
  const target = functionName === FUNCTION_NAMES.liquidator ? ours : functionName;
  return { service: 'lambda', call: `lambda:${LAMBDA_ACTIONS[path] ?? path} ${target}` };
}

/** AWS Lambda, API Reference: the paths of what is asked of a function, and the actions that IAM knows them by. */
const LAMBDA_ACTIONS: Readonly<Record<string, string>> = {
  invocations: 'InvokeFunction',
  configuration: 'GetFunctionConfiguration',
};
