/**
 * Runs what is proved on the embedded DynamoDB on AWS's own DynamoDB Local as well: the same test files, with the engine
 * exchanged under them. Needs Java 17 and a folder with DynamoDBLocal.jar, from AWS's page "Setting up DynamoDB local" or
 * from the npm package amplify-dynamodb-simulator, installed anywhere but here:
 *
 *   npm install --ignore-scripts --prefix /tmp/dynamodb-local amplify-dynamodb-simulator@2.9.30
 *   FLATLINE_DYNAMODB_LOCAL=/tmp/dynamodb-local/node_modules/amplify-dynamodb-simulator/emulator npm run test:dynamodb-local
 */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { dynalite: fileURLToPath(new URL('dynamodb-local-engine.ts', import.meta.url)) } },
  test: {
    include: [
      'test/adapters/dynamo/**/*.test.ts',
      'test/adapters/bot-store.test.ts',
      'test/simulator-cloud/tables.test.ts',
      'test/app/watch-interleavings.test.ts',
      'test/adapters/dynamodb-local-limits.ts',
    ],
    // Each file has a Java of its own.
    fileParallelism: false,
    pool: 'threads',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
