/** The health check's handler: called by its rules, each hour and twice each morning. */

import type { Context } from 'aws-lambda';
import { type HealthReport, healthCheck } from '../app/health/health-check.ts';
import { healthContainer } from './health-check-wiring.ts';

const container = healthContainer(process.env);

/** Accepts any event. Throws when something did not answer, so that Lambda repeats it and counts the failure. */
export async function handler(event: unknown, context: Context): Promise<HealthReport> {
  return healthCheck(container.ports({ request_id: context.awsRequestId }), container.config, event);
}
