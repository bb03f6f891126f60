/** Tables and Lambda on loopback for the client's tests, and a liquidator whose answers the test orders. */

import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { startClock } from '../../../lambda/adapters/clock.ts';
import { fromItem } from '../../../lambda/adapters/dynamo/attributes.ts';
import { type Answer, type AnswerState, ENV } from '../../../lambda/contract.ts';
import type { InvocationResult } from '../../../simulator/cloud/function-host.ts';
import { type LambdaEndpoint, startLambdaEndpoint } from '../../../simulator/cloud/lambda-endpoint.ts';
import { startTables, TABLE_NAMES, type Tables } from '../../../simulator/cloud/tables.ts';
import { remainingOf } from '../../support/stored-records.ts';

export interface ClientCloud {
  readonly tables: Tables;
  readonly lambda: LambdaEndpoint;
  /** The variables that a bot's process needs. */
  readonly env: Readonly<Record<string, string>>;
  /** What the liquidator does with each event from now on. */
  respond(make: (event: Readonly<Record<string, unknown>>) => Promise<InvocationResult>): void;
  row(botId: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  close(): Promise<void>;
}

const LIQUIDATOR = 'liquidator';

export async function startClientCloud(): Promise<ClientCloud> {
  const clock = startClock();
  const [tables, lambda] = await Promise.all([startTables({ clock }), startLambdaEndpoint({ clock })]);
  let respond: Parameters<ClientCloud['respond']>[0] = async () => answers('completed');
  lambda.register(LIQUIDATOR, {
    invoke: event => respond(event as Readonly<Record<string, unknown>>),
  });
  return {
    tables,
    lambda,
    env: {
      [ENV.botsTable]: TABLE_NAMES.bots,
      [ENV.liquidator]: LIQUIDATOR,
      AWS_ENDPOINT_URL_DYNAMODB: tables.url,
      AWS_ENDPOINT_URL_LAMBDA: lambda.url,
      AWS_REGION: 'ap-northeast-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    },
    respond: make => {
      respond = make;
    },
    row: async botId => {
      const { Items = [] } = await tables.client.send(new ScanCommand({ TableName: TABLE_NAMES.bots }));
      return Items.map(fromItem).find(item => item.bot_id === botId);
    },
    close: async () => {
      await Promise.all([tables.close(), lambda.close()]);
    },
  };
}

const HEADLINE: Readonly<Record<AnswerState, string>> = {
  ...{ idle: '', in_progress: 'IN PROGRESS, ANOTHER CALL IS LIQUIDATING', completed: 'FLAT' },
  ...{ partial: 'NOT FLAT, RETRYING UNTIL 12:15:00', failed: 'NOT FLAT, CHECK BY HAND' },
  skipped: 'SKIPPED BY CONFIGURATION',
};

/** An answer of the liquidator that ended in `state`. */
export function answers(state: AnswerState, changes: Partial<Answer> = {}): InvocationResult {
  const payload: Answer = {
    ...{ headline: HEADLINE[state], state, success: state === 'completed', correlation_id: null, bot_id: 'alpha' },
    ...{ trigger: 'shutdown', positions_closed: 0, positions_failed: 0, orders_cancelled: 0, rounds: 1 },
    ...{ total_realized_pnl: '0', realized_pnl: {}, pnl_is_estimate: false, commissions: {}, duration_seconds: 0.1 },
    ...{ errors: [], warnings: [], remaining: remainingOf() },
    ...{ replayed: false, dry_run: false, attempt: 1 },
    ...{ started_at: '2024-02-29T12:00:00.000000Z', finished_at: '2024-02-29T12:00:00.100000Z' },
    ...changes,
  };
  return { kind: 'answered', payload, cold: false, maxRssKb: 1 };
}
