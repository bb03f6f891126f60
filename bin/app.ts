/**
 * The CDK's entry point: reads and checks the configuration, and builds the stack from it. An invalid configuration is
 * rejected here with all its findings, so it can never be deployed.
 *
 *   npx cdk deploy                          config/production.ini
 *   npx cdk deploy -c environment=testnet   config/testnet.ini
 *   npx cdk deploy -c stack=watcher         the watcher of production in another region ([deployment] watcher_region)
 *   npx cdk deploy -c config=FILE           a second stack of production, with `name = desk2` in its file
 *
 * Runs without the CDK's command line as well (`node bin/app.ts`, CDK_OUTDIR=folder): no network, no account.
 */

import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { App } from 'aws-cdk-lib';
import { readConfigFile } from '../lambda/adapters/config-file.ts';
import { formatFinding, type SettingsReading, toJson } from '../lambda/core/config/read-settings.ts';
import { defaultBot, type FileSettings } from '../lambda/core/config/settings.ts';
import { CANARY } from '../lambda/core/heartbeat/canary.ts';
import { type Choices, contradictions, readChoices } from '../lib/choices.ts';
import type { Deployment } from '../lib/deployment.ts';
import { BOTS_WITH_EXTRAS_MAX, FlatlineStack } from '../lib/flatline-stack.ts';
import { outOfReach } from '../lib/out-of-reach.ts';
import { addSecurityChecks } from '../lib/security-checks.ts';
import { WatcherStack } from '../lib/watcher.ts';
import { configFolder, ROOT } from '../package/root.ts';
import { versionText } from '../package/version.ts';

process.exitCode = main();

/** Returns the exit code. */
function main(): number {
  const app = new App({ context: featureFlags(), autoSynth: false, analyticsReporting: false });
  const reading = readChoices(name => app.node.tryGetContext(name), process.env.FLATLINE_ENVIRONMENT);
  if (!reading.ok) return stop(reading.problems);

  const file = pathOf(reading.choices);
  const config = readConfiguration(reading.choices, file);
  const findings = config.findings.map(formatFinding);
  if (!config.ok) return stop([...findings, 'Nothing was synthesised: the configuration is invalid.']);
  const { settings } = config;
  const place = { account: process.env.CDK_DEFAULT_ACCOUNT, region: deployingRegion() };
  const contradicted = [
    ...contradictions(reading.choices.claims, settings.deployment, file),
    ...outOfReach(settings, place),
  ];
  if (contradicted.length > 0) return stop([...findings, ...contradicted]);
  for (const remark of [...findings, ...sharedSecrets(settings), ...missingExtras(settings)]) console.error(remark);

  addSecurityChecks(app);
  const deployment = deploymentOf(settings, reading.choices);
  if (reading.choices.stack === 'watcher') {
    const problem = addWatcher(app, deployment, settings.deployment.watcherRegion);
    if (problem !== undefined) return stop([problem]);
  } else {
    new FlatlineStack(app, deployment);
  }
  try {
    app.synth();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'TooManyResourcesInStack') throw error;
    return stop([
      `[ERROR] ${settings.bots.length} bots with these options of [deployment] need more than the 500 resources that AWS CloudFormation allows; put some of them into a second stack, with a name of its own (docs/operations.md)`,
      'Nothing was synthesised.',
    ]);
  }
  return 0;
}

/** Returns why it cannot be added, if so. */
function addWatcher(app: App, deployment: Deployment, region: string | undefined): string | undefined {
  const watched = deployingRegion();
  const says = '[ERROR] deployment.watcher_region';
  if (region === undefined) return `${says} is not set: name another region, like watcher_region = eu-west-1`;
  if (watched === undefined) return `${says}: the region of the deployment is not known; set AWS_REGION`;
  if (watched === region) return `${says} = ${region}: this is the region of the deployment; name another one`;
  new WatcherStack(app, deployment, { region, watched });
  return undefined;
}

/** Set by the CDK's command line, or by the user. */
function deployingRegion(): string | undefined {
  return process.env.CDK_DEFAULT_REGION ?? process.env.AWS_REGION;
}

function stop(lines: readonly string[]): number {
  for (const line of lines) console.error(line);
  return 1;
}

/** The context of cdk.json, which only the CDK's command line reads by itself. */
function featureFlags(): Record<string, unknown> {
  return JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')).context;
}

function pathOf({ environment, configPath }: Choices): string {
  return configPath ?? relative(process.cwd(), join(configFolder(), `${environment}.ini`));
}

/** A file given by `config` may be the bot's own, with sections of other programs. */
function readConfiguration({ environment, configPath }: Choices, file: string): SettingsReading {
  const region = deployingRegion();
  const context = { environment, ...(region === undefined ? {} : { awsRegion: region }) };
  return readConfigFile(file, { ...context, ...(configPath === undefined ? {} : { foreignSections: 'ignore' }) });
}

/** A stack creates its secrets. If another stack already has a name, CloudFormation fails in the middle of the deployment. */
function sharedSecrets({ bots, alerts, deployment: { name } }: FileSettings): readonly string[] {
  if (name === undefined) return [];
  const chat = alerts.chatWebhookSecret;
  const usual = bots.filter(
    ({ botId, secretName, secretArn }) => secretArn === undefined && secretName === defaultBot(botId).secretName,
  );
  const taken = 'if it already exists in this account and region, this stack cannot be created';
  return [
    ...usual.map(
      ({ botId, secretName }) =>
        `[WARNING] bot:${botId}.secret: ${secretName} is the name that a stack without a name uses; ${taken}; write secret = ${secretName}-${name}, or secret_arn to use the existing one`,
    ),
    ...(chat === undefined || chat.endsWith(`-${name}`)
      ? []
      : [
          `[WARNING] alerts.chat_webhook_secret: ${chat} may be in use by another stack; ${taken}; write chat_webhook_secret = ${chat}-${name}`,
        ]),
  ];
}

function missingExtras({ bots }: FileSettings): readonly string[] {
  if (bots.length <= BOTS_WITH_EXTRAS_MAX) return [];
  return [
    `[WARNING] ${bots.length} bots are too many for CloudFormation to also have a policy for each secret and call settings for each alias; to have both, split them into stacks of at most ${BOTS_WITH_EXTRAS_MAX} bots (docs/security.md)`,
  ];
}

function deploymentOf(settings: FileSettings, { environment }: Choices): Deployment {
  const { name, fixedIpAllocations, secretAdmins, watcherRegion, region: _, ...lasting } = settings.deployment;
  return {
    environment,
    suffix: name,
    version: versionText(),
    configJson: toJson({
      ...settings,
      bots: [...settings.bots, ...(settings.deployment.canary ? [CANARY] : [])],
    }),
    timeoutMs: settings.liquidation.timeoutMs,
    bots: settings.bots.map(({ botId, secretName, secretArn, role }) => ({ botId, secretName, secretArn, role })),
    alertEmail: settings.alerts.email,
    docsUrl: settings.alerts.docsUrl,
    chatSecret: settings.alerts.chatWebhookSecret,
    dailyMessage: settings.alerts.dailyMessage ?? true,
    fixedIpAllocations,
    secretAdmins,
    watcherRegion,
    ...lasting,
  };
}
