/** Saves the queries of query-list.ts in the console: Logs Insights, Saved queries. */

import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type Deployment, stackName } from './deployment.ts';
import { type FlatlineQuery, QUERIES } from './query-list.ts';

export class SavedQueries extends Construct {
  constructor(scope: Construct, deployment: Deployment, logGroups: readonly logs.ILogGroup[]) {
    super(scope, 'SavedQueries');
    for (const [id, { name, lines }] of Object.entries<FlatlineQuery>(QUERIES)) {
      new logs.CfnQueryDefinition(this, id, {
        // A slash makes a folder.
        name: `${stackName(deployment)}/${name}`,
        logGroupNames: logGroups.map(({ logGroupName }) => logGroupName),
        queryString: lines.join('\n| '),
      });
    }
  }
}
