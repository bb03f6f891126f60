/**
 * The three tables on an embedded DynamoDB (dynalite) at a loopback port, with faults on request and a trace of calls.
 * Functions and clients reach it with the SDK's own AWS_ENDPOINT_URL_DYNAMODB. Atomic as the real one; it knows no
 * transactions, no TTL, and gives no old item on a failed condition.
 */

import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import {
  type AttributeDefinition,
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  type GlobalSecondaryIndex,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { INDEXES, TABLE_KEYS } from '../../lambda/contract.ts';
import type { SimulatorClock } from '../engine/clock.ts';
import { awsJson, type LoopbackService, startLoopbackService } from './loopback-service.ts';

export const TABLE_NAMES = { liquidations: 'liquidations', audit: 'audit', bots: 'bots' } as const;

export interface Tables extends LoopbackService {
  /** A plain client, for what the adapters do not read. */
  readonly client: DynamoDBClient;
}

interface TablesOptions {
  readonly clock: SimulatorClock;
  /** How long the creation of a table takes; until then it refuses calls. */
  readonly createMs?: number;
  /** Directory for the data, to survive a restart; in memory without it. */
  readonly path?: string;
}

/** Loopback credentials: the emulator checks that there are some, not which. */
export const LOOPBACK_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;
export const LOOPBACK_REGION = 'eu-central-1';

export async function startTables({ clock, path, createMs = 0 }: TablesOptions): Promise<Tables> {
  const emulator = dynalite({ createTableMs: createMs, deleteTableMs: 0, updateTableMs: 0, ...(path && { path }) });
  // This port is not used, but the emulator closes its store only if it has listened.
  await once(emulator.listen(0, '127.0.0.1'), 'listening');
  const atWork = new Set<ServerResponse>();
  const idle = new EventEmitter();
  const protocol = awsJson(({ TableName }) => (typeof TableName === 'string' ? TableName : ''));
  const service = await startLoopbackService(clock, protocol, (request, response) => {
    atWork.add(response);
    onEnd(response, () => {
      atWork.delete(response);
      if (atWork.size === 0) idle.emit('idle');
    });
    emulator.emit('request', request, response);
  });
  const client = new DynamoDBClient({
    endpoint: service.url,
    region: LOOPBACK_REGION,
    credentials: LOOPBACK_CREDENTIALS,
  });
  await createTables(client);
  return {
    ...service,
    client,
    close: async () => {
      client.destroy();
      await service.close();
      // A store that closes between two steps of a write throws where nobody can catch it.
      if (atWork.size > 0) await once(idle, 'idle');
      await new Promise<void>(resolve => emulator.close(() => resolve()));
    },
  };
}

/** Calls `ended` when the service has answered, whether or not the client is still there. */
function onEnd(response: ServerResponse, ended: () => void): void {
  const { end } = response;
  response.end = (...args: readonly unknown[]) => {
    ended();
    return Reflect.apply(end, response, args);
  };
}

async function createTables(client: DynamoDBClient): Promise<void> {
  for (const table of TABLES) {
    try {
      await client.send(new CreateTableCommand(table));
    } catch (error) {
      // With a directory of an earlier run the table is there already.
      if (!(error instanceof Error && error.name === 'ResourceInUseException')) throw error;
    }
  }
  for (const { TableName } of TABLES) await untilActive(client, TableName);
}

/** An earlier call would find no table. On a busy machine creation takes a moment even with `createMs` 0. */
async function untilActive(client: DynamoDBClient, TableName: string | undefined): Promise<void> {
  for (;;) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    if (Table?.TableStatus === 'ACTIVE') return;
  }
}

const { liquidations, audit, bots } = TABLE_KEYS;

const TABLES: readonly CreateTableCommandInput[] = [
  {
    TableName: TABLE_NAMES.liquidations,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: liquidations.partition, KeyType: 'HASH' }],
    AttributeDefinitions: [
      { AttributeName: liquidations.partition, AttributeType: 'S' },
      ...attributesOf(INDEXES.unfinished),
      ...attributesOf(INDEXES.recent),
    ],
    GlobalSecondaryIndexes: [sparse(INDEXES.unfinished), sparse(INDEXES.recent)],
  },
  {
    TableName: TABLE_NAMES.audit,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: audit.partition, KeyType: 'HASH' },
      { AttributeName: audit.sort, KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: audit.partition, AttributeType: 'S' },
      { AttributeName: audit.sort, AttributeType: 'S' },
    ],
  },
  {
    TableName: TABLE_NAMES.bots,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: bots.partition, KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: bots.partition, AttributeType: 'S' }, ...attributesOf(INDEXES.due)],
    GlobalSecondaryIndexes: [sparse(INDEXES.due)],
  },
];

type Index = (typeof INDEXES)[keyof typeof INDEXES];

function attributesOf({ partition, sort }: Index): readonly AttributeDefinition[] {
  return [
    { AttributeName: partition, AttributeType: 'N' },
    { AttributeName: sort, AttributeType: 'N' },
  ];
}

function sparse({ name, partition, sort }: Index): GlobalSecondaryIndex {
  return {
    IndexName: name,
    KeySchema: [
      { AttributeName: partition, KeyType: 'HASH' },
      { AttributeName: sort, KeyType: 'RANGE' },
    ],
    Projection: { ProjectionType: 'KEYS_ONLY' },
  };
}
