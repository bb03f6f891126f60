/**
 * All of flatline in one stack, for one environment of the exchange.
 *
 *   rule, each minute ──▶ watchdog ──▶ liquidator ◀── bots, people, control panel, daily preflight
 *                            │  ╲       ╱ │  ╲
 *                           bots  liquidations  secrets
 *                                 audit
 *   logs of both ──▶ notifier ──▶ queue ──▶ notifier ──▶ topic ──▶ mail, chat
 *
 * It has no account and no region until it is deployed, so `cdk synth` needs neither.
 */

import { Annotations, type App, ArnFormat, Stack } from 'aws-cdk-lib';
import { IN_SERVICE } from '../lambda/aliases.ts';
import { Alarms } from './alarms.ts';
import { Alerts } from './alerts.ts';
import { BotAccess } from './bot-access.ts';
import { Budget } from './budget.ts';
import { ControlPanel } from './control-panel.ts';
import { Dashboard } from './dashboard.ts';
import { type Deployment, stackName, watcherName } from './deployment.ts';
import { ExchangeSecrets } from './exchange-secrets.ts';
import { FixedEgress } from './fixed-egress.ts';
import type { Grant, ResourceNames } from './grants.ts';
import { HealthCheck } from './health-check.ts';
import { Liquidator } from './liquidator.ts';
import { Notifier } from './notifier.ts';
import { addOutputs } from './outputs.ts';
import { Ping } from './ping.ts';
import { Preflights } from './preflights.ts';
import { SavedQueries } from './saved-queries.ts';
import { SecretGuards } from './secret-guards.ts';
import { Stores } from './stores.ts';
import { addTags } from './tags.ts';
import { TestEvents } from './test-events.ts';
import { TrailCopy } from './trail-copy.ts';
import { Watchdog } from './watchdog.ts';

/**
 * AWS CloudFormation allows 500 resources. Up to this number of bots, each has two more: its alias's settings for
 * asynchronous calls, and a policy at its secret. With more bots, Lambda's defaults apply, and secrets have no policy.
 */
export const BOTS_WITH_EXTRAS_MAX = 60;

export class FlatlineStack extends Stack {
  constructor(app: App, deployment: Deployment) {
    const name = stackName(deployment);
    super(app, name, {
      description: `flatline ${deployment.version}: emergency liquidation on Binance futures, ${deployment.environment}`,
      terminationProtection: deployment.environment === 'production',
    });
    const stores = new Stores(this, deployment);
    const secrets = new ExchangeSecrets(this, deployment);
    const alerts = new Alerts(this, deployment);
    const egress = deployment.fixedIp ? new FixedEgress(this, deployment.fixedIpAllocations) : undefined;

    const { deadLetters } = alerts;
    // Named, because people search for it in an emergency, and because its role must name it before it exists.
    const names = {
      liquidations: stores.liquidations.tableName,
      audit: stores.audit.tableName,
      bots: stores.bots.tableName,
      liquidator: `${name}-liquidator:${IN_SERVICE}`,
      alertTopic: alerts.topic.topicArn,
      chatSecret: deployment.chatSecret,
      watcherTopic: this.watcherTopicArn(deployment),
    } satisfies ResourceNames;
    const liquidatorName = `${name}-liquidator`;
    const liquidatorArn = this.formatArn({
      ...{ service: 'lambda', resource: 'function', resourceName: `${liquidatorName}:${IN_SERVICE}` },
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const arns: Grant['arns'] = { ...stores.arns, liquidator: [liquidatorArn] };
    const withCallSettings = deployment.bots.length <= BOTS_WITH_EXTRAS_MAX;
    const { function: liquidator, inService } = new Liquidator(this, deployment, {
      ...{ functionName: liquidatorName, names, arns, secrets, withCallSettings },
      ...{ deadLetters: deadLetters.liquidations, vpc: egress?.vpc },
    });
    if (withCallSettings) new SecretGuards(this, secrets.secrets, liquidator.role, deployment.secretAdmins);
    else
      Annotations.of(this).addWarningV2(
        'flatline:secrets-without-policies',
        `${deployment.bots.length} bots: with more than ${BOTS_WITH_EXTRAS_MAX} the template has no room for a policy on each secret, so the secrets have no policy. Every identity that can read secrets in this account can read the keys. Deploy a second stack for the others (name = … under [deployment]) to keep the policies.`,
      );
    const ping = deployment.pingUrl
      ? new Ping(this, deployment, { functionName: `${name}-ping`, names, arns })
      : undefined;
    const watchdog = new Watchdog(this, deployment, {
      ...{ functionName: `${name}-watchdog`, names, arns, deadLetters: deadLetters.ticks, pingUrl: ping?.url },
    }).function;
    new Preflights(this, deployment, inService);
    const { policyArns } = new BotAccess(this, deployment, {
      ...{ bots: stores.bots.tableArn, liquidator: liquidator.lambda, withCallSettings },
    });

    const panel = new ControlPanel(this, deployment, { functionName: `${name}-control-panel`, names, arns });

    const healthCheck = new HealthCheck(this, deployment, {
      ...{ functionName: `${name}-health-check`, names },
      arns: { ...arns, alertTopic: [names.alertTopic], watcherTopic: [names.watcherTopic ?? ''] },
    }).function;

    const logGroups = [liquidator.logGroup, watchdog.logGroup];
    const notifier = new Notifier(this, deployment, {
      ...{ functionName: `${name}-notifier`, names, alerts },
      logGroups: [...logGroups, healthCheck.logGroup],
    });

    const trailCopy =
      deployment.trailCopyDays > 0
        ? new TrailCopy(this, deployment, { functionName: `${name}-trail-copy`, audit: stores.audit })
        : undefined;

    const functions = {
      liquidator: liquidator.lambda,
      watchdog: watchdog.lambda,
      notifier: notifier.function.lambda,
      'health-check': healthCheck.lambda,
      ...(ping === undefined ? {} : { ping: ping.function.lambda }),
      ...(trailCopy === undefined ? {} : { 'trail-copy': trailCopy.function }),
    };
    const { alarms } = new Alarms(this, deployment, { alerts, functions, undelivered: notifier.undelivered });
    const dashboard = new Dashboard(this, deployment, { controlPanel: panel.widget, alarms, logGroups });
    new SavedQueries(this, deployment, logGroups);
    if (deployment.testEvents) new TestEvents(this, liquidatorName, deployment.bots);

    if (deployment.monthlyBudgetUsd > 0) new Budget(this, deployment, alerts.topic);

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
        Version: deployment.version,
        ...(ping === undefined ? {} : { PingUrl: ping.url }),
        ...(trailCopy === undefined ? {} : { TrailCopyBucket: trailCopy.bucketName }),
        ...Object.fromEntries((egress?.addresses ?? []).map((address, index) => [`FixedIp${index + 1}`, address])),
      },
      bots: deployment.bots,
      policyArns,
    });
  }

  /** By its name: two stacks of two regions share nothing else. */
  private watcherTopicArn(deployment: Deployment): string | undefined {
    const { watcherRegion: region } = deployment;
    return region && this.formatArn({ service: 'sns', region, resource: watcherName(deployment) });
  }
}
