/** The ports of an invocation is put together as its parts promise. */

import { afterEach, expect, test, vi } from 'vitest';
import { ENV } from '../../lambda/contract.ts';
import { openContainer } from '../../lambda/handlers/wiring.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test('an invocation logs its requests after the work, and all of them at the end', () => {
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  const written: string[] = [];
  const take = (chunk: string | Uint8Array): boolean => {
    written.push(chunk.toString());
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(take);
  vi.spyOn(process.stderr, 'write').mockImplementation(take);
  const container = openContainer({ [ENV.disabled]: 'true' }, 'liquidator');
  const { telemetry } = container.ports({ request_id: 'r-1' });
  written.length = 0;
  telemetry.log('INFO', 'Exchange request');
  expect(written).toEqual([]);
  telemetry.flush();
  expect(written).toEqual([expect.stringContaining('"message":"Exchange request"')]);
});
