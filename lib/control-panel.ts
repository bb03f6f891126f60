/**
 * The control panel: a function behind a custom widget of the dashboard. CloudWatch calls it with the permissions of the
 * viewer, so IAM alone controls access. Its own role reads bots and liquidations, changes a bot's watch and calls the
 * liquidator, and has no access to secrets or the audit log.
 */

import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { type Deployment, optionsOf } from './deployment.ts';
import { type CommonProps, FlatlineFunction } from './flatline-function.ts';

/** In units of the dashboard's grid. */
const WIDTH = 24;
const HEIGHT = 12;

export class ControlPanel extends Construct {
  readonly function: FlatlineFunction;
  readonly widget: cloudwatch.IWidget;

  constructor(scope: Construct, deployment: Deployment, { functionName, names, arns }: CommonProps) {
    super(scope, 'ControlPanel');
    this.function = new FlatlineFunction(this, 'Default', deployment, {
      name: 'control-panel',
      functionName,
      description: 'Renders the control panel on the dashboard and carries out its buttons',
      memoryMb: 512,
      // It waits for the liquidator's answer, which comes within 30 seconds (the longest timeout_seconds).
      timeout: Duration.seconds(60),
      // A person waits for the page and can press again; Lambda must not repeat a failed press.
      retryAttempts: 0,
      maxEventAge: Duration.seconds(60),
      grant: { grantee: 'controlPanel', options: optionsOf(deployment), arns },
      names,
    });
    this.widget = new cloudwatch.CustomWidget({
      title: 'Control panel',
      functionArn: this.function.lambda.functionArn,
      width: WIDTH,
      height: HEIGHT,
      updateOnRefresh: true,
      updateOnResize: true,
      // It shows the current state, whatever range the graphs show.
      updateOnTimeRangeChange: false,
    });
  }
}
