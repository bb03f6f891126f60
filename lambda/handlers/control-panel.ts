/** The control panel's handler: a CloudWatch custom widget calls it, with the permissions of the user who opens the dashboard. */

import type { Context } from 'aws-lambda';
import { answerPanel } from '../app/panel/answer-panel.ts';
import { controlPanelContainer } from './control-panel-wiring.ts';

const container = controlPanelContainer(process.env);

/** Accepts any event, and answers HTML (Markdown when asked to describe itself). */
export async function handler(event: unknown, context: Context): Promise<string> {
  const ports = container.ports({ request_id: context.awsRequestId });
  return answerPanel(ports, container.config, event, {
    // With the alias, if there is one: the buttons must call what the widget calls.
    endpoint: context.invokedFunctionArn ?? context.functionName,
    remainingMs: context.getRemainingTimeInMillis(),
  });
}
