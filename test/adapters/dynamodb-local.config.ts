/**
 * Runs what is proved on the embedded DynamoDB on AWS's own DynamoDB Local as well: the same test files, with the engine
 * exchanged under them. Needs Java 17 and a folder with DynamoDBLocal.jar, from AWS's page "Setting up DynamoDB local" or
 * out of the npm package amplify-dynamodb-simulator, which need not be installed:
 *
 *   cd /tmp && npm pack amplify-dynamodb-simulator@2.9.30 && tar -xzf amplify-dynamodb-simulator-2.9.30.tgz
 *   FLATLINE_DYNAMODB_LOCAL=/tmp/package/emulator npm run test:dynamodb-local
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
