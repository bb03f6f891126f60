/** The ping URL: the bundled ping function behind a function URL on this machine, as the stack deploys it (lib/ping.ts). */

import { createBotStore } from '../../../lambda/adapters/dynamo/bot-store.ts';
import { systemRandom } from '../../../lambda/adapters/random.ts';
import { ENV } from '../../../lambda/contract.ts';
import { toJson } from '../../../lambda/core/config/read-settings.ts';
import { newTokenChange, pingToken, SECRET_DIGITS } from '../../../lambda/core/heartbeat/ping.ts';
import type { Clock } from '../../../lambda/ports.ts';
import { startFunctionUrl } from '../../../simulator/cloud/function-url.ts';
import type { LocalCloud } from '../../../simulator/cloud/local-cloud.ts';
import { TABLE_NAMES } from '../../../simulator/cloud/tables.ts';
import type { Scenario } from '../../../simulator/scenarios/scenario.ts';
import type { ScenarioStage } from '../../../simulator/scenarios/stage.ts';
import type { Bot } from './bot.ts';
import { createCurlBot } from './curl-bot.ts';
import type { ReportProgress } from './progress.ts';
import { drillSettings } from './stage.ts';

/** As in the stack. */
const RESERVED_CONCURRENCY = 5;

export async function startPingFunction(
  cloud: LocalCloud,
  { configText, onLog }: { readonly configText: string; readonly onLog?: (line: string) => void },
) {
  const host = cloud.deploy('ping', { configText, ...(onLog && { onLog }) });
  const url = await startFunctionUrl(host, { reservedConcurrency: RESERVED_CONCURRENCY });
  return {
    url,
    close: async () => {
      await url.close();
      await host.close();
    },
  };
}

const STORE_MS = 10_000;
/** It cannot reach an exchange. */
const NO_EXCHANGE = 'http://127.0.0.1:9';

/** The ping function with a secret for each bot of the scenario. */
export async function openPings(
  scenario: Scenario,
  stage: ScenarioStage,
  {
    cloud,
    clock,
    reportProgress,
    onLine,
  }: {
    readonly cloud: LocalCloud;
    readonly clock: Clock;
    readonly reportProgress: ReportProgress;
    readonly onLine: (line: string) => void;
  },
) {
  const configText = toJson(drillSettings(scenario, stage, NO_EXCHANGE));
  const ping = await startPingFunction(cloud, { configText, onLog: onLine });
  const base = ping.url.url;
  const rows = createBotStore({ client: cloud.tables.client, tableName: TABLE_NAMES.bots });
  const secrets: string[] = [];
  const bots = new Map<string, Bot>();
  for (const settings of scenario.bots ?? []) {
    const { botId } = settings;
    const secret = systemRandom.hex(SECRET_DIGITS);
    secrets.push(secret);
    const token = { before: undefined, priorUntilMs: undefined, atMs: clock.nowMs(), by: 'drill' };
    await rows.change(newTokenChange(botId, secret, token), STORE_MS);
    const url = new URL(pingToken(botId, secret), base).href;
    bots.set(botId, createCurlBot(settings, { url, clock, reportProgress }));
  }
  return {
    ...ping,
    /** For the watchdog, which pings too. */
    env: { [ENV.pingUrl]: base },
    /** Shell scripts that ping, by ID. */
    bots,
    /** Texts that no log may contain. */
    secrets,
  };
}
