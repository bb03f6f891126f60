/**
 * The CDK's entrance: reads and checks the configuration, and builds the stack from it. An invalid configuration ends
 * here, with everything that is wrong with it, so that it can never be deployed.
 *
 *   npx cdk deploy                          config/production.ini
 *   npx cdk deploy -c environment=testnet   config/testnet.ini
 *   npx cdk deploy -c name=desk2            a second stack of production, beside the first
 *   npx cdk deploy -c config=FILE -c kms=true -c fixedIp=true -c testEvents=true
 *
 * Runs without the CDK's command line as well (`node bin/app.ts`, CDK_OUTDIR=folder): no network, no account.
 */

import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { readConfigFile } from '../lambda/adapters/config-source.ts';
import { formatFinding, type Reading, toJson } from '../lambda/core/config/read-settings.ts';
import { defaultBot, type Settings } from '../lambda/core/config/settings.ts';
import { type Choices, readChoices } from '../lib/choices.ts';
import type { Deployment } from '../lib/deployment.ts';
import { FlatlineStack } from '../lib/flatline-stack.ts';
import { addSecurityChecks } from '../lib/security-checks.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

process.exitCode = main();

/** Gives the exit code. */
function main(): number {
  const app = new App({ context: featureFlags(), autoSynth: false, analyticsReporting: false });
  const reading = readChoices(name => app.node.tryGetContext(name), process.env.FLATLINE_ENVIRONMENT);
  if (!reading.ok) return stop(reading.problems);

  const config = readConfiguration(reading.choices);
  const findings = config.findings.map(formatFinding);
  if (!config.ok) return stop([...findings, 'Nothing was synthesised: the configuration is invalid.']);
  const remarks = [...findings, ...sharedSecrets(config.settings, reading.choices)];
  for (const remark of remarks) console.error(remark);

  addSecurityChecks(app);
  new FlatlineStack(app, deploymentOf(config.settings, reading.choices));
  app.synth();
  return 0;
}

function stop(lines: readonly string[]): number {
  for (const line of lines) console.error(line);
  return 1;
}

/** As the command line reads them from cdk.json; without it they would be missing. */
function featureFlags(): Record<string, unknown> {
  return JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')).context;
}

/** A file that was named may be the bot's own, with other sections beside ours. */
function readConfiguration({ environment, configPath }: Choices): Reading {
  const region = process.env.CDK_DEFAULT_REGION ?? process.env.AWS_REGION;
  const context = { environment, ...(region === undefined ? {} : { awsRegion: region }) };
  if (configPath !== undefined) return readConfigFile(configPath, { ...context, foreignSections: 'ignore' });
  return readConfigFile(relative(process.cwd(), join(ROOT, 'config', `${environment}.ini`)), context);
}

/** A stack makes its secrets, and a name that another stack has taken stops CloudFormation in the middle. */
function sharedSecrets({ bots, alerts }: Settings, { suffix }: Choices): readonly string[] {
  if (suffix === undefined) return [];
  const chat = alerts.chatWebhookSecret;
  const usual = bots.filter(({ botId, secretName }) => secretName === defaultBot(botId).secretName);
  const taken = 'if there is one in this account and region, this one cannot be created';
  return [
    ...usual.map(
      ({ botId, secretName }) =>
        `[WARNING] bot:${botId}.secret: ${secretName} is what a stack without a name would call it; ${taken}; write secret = ${secretName}-${suffix}`,
    ),
    ...(chat === undefined || chat.endsWith(`-${suffix}`)
      ? []
      : [
          `[WARNING] alerts.chat_webhook_secret: ${chat} may be what another stack calls it; ${taken}; write chat_webhook_secret = ${chat}-${suffix}`,
        ]),
  ];
}

function deploymentOf(settings: Settings, { environment, suffix, kms, fixedIp, testEvents }: Choices): Deployment {
  return {
    environment,
    suffix,
    configJson: toJson(settings),
    timeoutMs: settings.liquidation.timeoutMs,
    bots: settings.bots.map(({ botId, secretName }) => ({ botId, secretName })),
    alertEmail: settings.alerts.email,
    chatSecret: settings.alerts.chatWebhookSecret,
    kms,
    fixedIp,
    testEvents,
  };
}
