/**
 * The whole of flatline in one stack, for one environment of the exchange.
 *
 *   rule, each minute ──▶ watchdog ──▶ liquidator ◀── bots, people, control panel, daily preflight
 *                            │  ╲       ╱ │  ╲
 *                           bots  liquidations  secrets
 *                                 audit
 *   logs of both ──▶ notifier ──▶ topic ──▶ mail, chat
 *
 * It belongs to no account and no region until it is deployed, so `cdk synth` needs neither.
 */

import { type App, ArnFormat, Stack } from 'aws-cdk-lib';
import { Alarms } from './alarms.ts';
import { Alerts } from './alerts.ts';
import { BotAccess } from './bot-access.ts';
import { ControlPanel } from './control-panel.ts';
import { Dashboard } from './dashboard.ts';
import { type Deployment, stackName } from './deployment.ts';
import { ExchangeSecrets } from './exchange-secrets.ts';
import { FixedEgress } from './fixed-egress.ts';
import type { Grant, Names } from './granting.ts';
import { Liquidator } from './liquidator.ts';
import { Notifier } from './notifier.ts';
import { addOutputs } from './outputs.ts';
import { Preflights } from './preflights.ts';
import { SavedQueries } from './saved-queries.ts';
import { Stores } from './stores.ts';
import { addTags } from './tags.ts';
import { TestEvents } from './test-events.ts';
import { Watchdog } from './watchdog.ts';

export class FlatlineStack extends Stack {
  constructor(app: App, deployment: Deployment) {
    const name = stackName(deployment);
    const isProduction = deployment.environment === 'production';
    super(app, name, {
      description: `flatline: emergency liquidation on Binance USDⓈ-M futures, ${deployment.environment}`,
      terminationProtection: isProduction,
    });
    const stores = new Stores(this, deployment);
    const secrets = new ExchangeSecrets(this, deployment);
    const alerts = new Alerts(this, deployment);
    const egress = deployment.fixedIp ? new FixedEgress(this) : undefined;

    const { deadLetters } = alerts;
    // Named, because people look for it on a bad day, and because its own role has to name it before it exists.
    const names: Names = {
      liquidations: stores.liquidations.tableName,
      audit: stores.audit.tableName,
      bots: stores.bots.tableName,
      liquidator: `${name}-liquidator`,
      alertTopic: alerts.topic.topicArn,
      chatSecret: deployment.chatSecret,
    };
    const liquidatorArn = this.functionArn(names.liquidator);
    const arns: Grant['arns'] = {
      ...stores.arns,
      liquidator: [liquidatorArn],
      deadLetters: [deadLetters.queueArn],
    };
    const liquidator = new Liquidator(this, deployment, { names, arns, secrets, deadLetters, vpc: egress?.vpc })
      .function;
    const functionName = `${name}-watchdog`;
    const watchdog = new Watchdog(this, deployment, { functionName, names, arns, deadLetters }).function;
    new Preflights(this, deployment, liquidator.lambda);
    const botArns = { bots: stores.bots.tableArn, liquidator: liquidatorArn };
    const { policyArns } = new BotAccess(this, deployment, botArns);

    const panelName = `${name}-control-panel`;
    const panel = new ControlPanel(this, deployment, { functionName: panelName, names, arns, deadLetters });

    const logGroups = [liquidator.logGroup, watchdog.logGroup];
    const notifierName = `${name}-notifier`;
    const notifier = new Notifier(this, deployment, { functionName: notifierName, names, alerts, logGroups });

    const functions = {
      liquidator: liquidator.lambda,
      watchdog: watchdog.lambda,
      notifier: notifier.function.lambda,
    };
    const { alarms } = new Alarms(this, deployment, { alerts, functions });
    const dashboard = new Dashboard(this, deployment, { controlPanel: panel.widget, alarms, logGroups });
    new SavedQueries(this, deployment, logGroups);
    if (deployment.testEvents) new TestEvents(this, names.liquidator, deployment.bots);

    addTags(this, deployment);
    addOutputs(this, {
      names: {
        LiquidatorName: liquidator.lambda.functionName,
        WatchdogName: watchdog.lambda.functionName,
        ControlPanelName: panel.function.lambda.functionName,
        LiquidationsTable: names.liquidations,
        AuditTable: names.audit,
        BotsTable: names.bots,
        AlertTopicArn: alerts.topic.topicArn,
        DashboardUrl: dashboard.url,
        ...Object.fromEntries((egress?.addresses ?? []).map((address, index) => [`FixedIp${index + 1}`, address])),
      },
      bots: deployment.bots,
      policyArns,
    });
  }

  private functionArn(resourceName: string): string {
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    return this.formatArn({ service: 'lambda', resource: 'function', resourceName, arnFormat });
  }
}
