/** The ping URL of a scenario whose bots are shell scripts: the bundled function at a function URL, a secret for each bot. */

import { createBotStore } from '../../../lambda/adapters/dynamo/bot-store.ts';
import { systemRandom } from '../../../lambda/adapters/random.ts';
import { ENV } from '../../../lambda/contract.ts';
import { toJson } from '../../../lambda/core/config/read-settings.ts';
import { newTokenChange, pingToken, SECRET_DIGITS } from '../../../lambda/core/heartbeat/ping.ts';
import type { Clock } from '../../../lambda/ports.ts';
import type { FunctionUrl } from '../../../simulator/cloud/function-url.ts';
import type { LocalCloud } from '../../../simulator/cloud/local-cloud.ts';
import { TABLE_NAMES } from '../../../simulator/cloud/tables.ts';
import type { Scenario } from '../../../simulator/scenarios/scenario.ts';
import type { Stage } from '../../../simulator/scenarios/stage.ts';
import type { Bot } from './bot.ts';
import { createCurlBot } from './curl-bot.ts';
import { drillSettings } from './drill-settings.ts';
import { startPingFunction } from './ping-function.ts';
import type { ReportProgress } from './progress.ts';

interface Pings {
  readonly url: FunctionUrl;
  /** For the watchdog, which pings too. */
  readonly env: Readonly<Record<string, string>>;
  /** By ID. */
  readonly bots: ReadonlyMap<string, Bot>;
  /** Texts that no log may contain. */
  readonly secrets: readonly string[];
  close(): Promise<void>;
}

interface PingTools {
  readonly cloud: LocalCloud;
  readonly clock: Clock;
  readonly reportProgress: ReportProgress;
  readonly onLine: (line: string) => void;
}

const STORE_MS = 10_000;
/** It cannot reach an exchange. */
const NO_EXCHANGE = 'http://127.0.0.1:9';

export async function openPings(
  scenario: Scenario,
  stage: Stage,
  { cloud, clock, reportProgress, onLine }: PingTools,
): Promise<Pings> {
  const configText = toJson(drillSettings(scenario, stage, NO_EXCHANGE));
  const { url, close } = await startPingFunction(cloud, { configText, onLog: onLine });
  const rows = createBotStore({ client: cloud.tables.client, tableName: TABLE_NAMES.bots });
  const secrets: string[] = [];
  const bots = new Map<string, Bot>();
  for (const settings of scenario.bots ?? []) {
    const { botId } = settings;
    const secret = systemRandom.hex(SECRET_DIGITS);
    secrets.push(secret);
    const token = { before: undefined, priorUntilMs: undefined, atMs: clock.nowMs(), by: 'drill' };
    await rows.change(newTokenChange(botId, secret, token), STORE_MS);
    bots.set(
      botId,
      createCurlBot(settings, { url: new URL(pingToken(botId, secret), url.url).href, clock, reportProgress }),
    );
  }
  return {
    url,
    env: { [ENV.pingUrl]: url.url },
    bots,
    secrets,
    close,
  };
}
