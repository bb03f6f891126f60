/**
 * The three tables. One region on purpose: a global table judges conditions against its local copy, and then two
 * regions could hold the same lock. AWS-owned keys on purpose: a key of one's own would put KMS into the path of
 * every emergency. (Amazon DynamoDB, "Global tables: consistency", "Encryption at rest".)
 */

import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { INDEXES, TABLE_KEYS } from '../lambda/contract.ts';
import type { PermissionTarget } from '../lambda/permissions.ts';
import type { Deployment } from './deployment.ts';

/** Epoch seconds at which DynamoDB tidies a record away; only what carries it ever expires. */
const EXPIRY_ATTRIBUTE = 'expires_at';

export class Stores extends Construct {
  readonly liquidations: dynamodb.Table;
  readonly audit: dynamodb.Table;
  readonly bots: dynamodb.Table;
  readonly arns: Readonly<Partial<Record<PermissionTarget, readonly string[]>>>;

  constructor(scope: Construct, { environment, trailCopyDays }: Deployment) {
    super(scope, 'Stores');
    const text = (name: string): dynamodb.Attribute => ({ name, type: dynamodb.AttributeType.STRING });

    this.liquidations = new dynamodb.Table(this, 'Liquidations', {
      ...LASTING,
      partitionKey: text(TABLE_KEYS.liquidations.partition),
      timeToLiveAttribute: EXPIRY_ATTRIBUTE,
    });
    addIndex(this.liquidations, INDEXES.unfinished);
    addIndex(this.liquidations, INDEXES.recent);

    this.audit = new dynamodb.Table(this, 'Audit', {
      ...LASTING,
      partitionKey: text(TABLE_KEYS.audit.partition),
      sortKey: text(TABLE_KEYS.audit.sort),
      ...(trailCopyDays > 0 ? { stream: dynamodb.StreamViewType.NEW_IMAGE } : {}),
      timeToLiveAttribute: EXPIRY_ATTRIBUTE,
    });

    // No expiry here: a bot that has been alive for years must not drop out of the watch.
    this.bots = new dynamodb.Table(this, 'Bots', {
      ...(environment === 'production' ? LASTING : PASSING),
      partitionKey: text(TABLE_KEYS.bots.partition),
    });
    addIndex(this.bots, INDEXES.due);

    const index = (table: dynamodb.Table, name: string): string => `${table.tableArn}/index/${name}`;
    this.arns = {
      liquidations: [this.liquidations.tableArn],
      unfinishedIndex: [index(this.liquidations, INDEXES.unfinished.name)],
      recentIndex: [index(this.liquidations, INDEXES.recent.name)],
      audit: [this.audit.tableArn],
      bots: [this.bots.tableArn],
      dueIndex: [index(this.bots, INDEXES.due.name)],
    };
  }
}

const PASSING = {
  billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
  encryption: dynamodb.TableEncryption.DEFAULT,
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  removalPolicy: RemovalPolicy.DESTROY,
} as const;

/**
 * Neither removing the stack nor a slip in the console takes these along. Not lib/keeping.ts: a first deployment that
 * fails would have to delete tables that are protected from it. Their names are CloudFormation's own, so that a retry
 * meets none of them; they stay behind empty (docs/operations.md, "Removing").
 */
const LASTING = { ...PASSING, deletionProtection: true, removalPolicy: RemovalPolicy.RETAIN } as const;

function addIndex(table: dynamodb.Table, index: (typeof INDEXES)[keyof typeof INDEXES]): void {
  const number = (name: string): dynamodb.Attribute => ({ name, type: dynamodb.AttributeType.NUMBER });
  table.addGlobalSecondaryIndex({
    indexName: index.name,
    partitionKey: number(index.partition),
    sortKey: number(index.sort),
    projectionType: dynamodb.ProjectionType.KEYS_ONLY,
  });
}
