/** All scenarios, in the order in which `all` plays them. */

import { amnesia } from './amnesia.ts';
import { blind } from './blind.ts';
import { brownout } from './brownout.ts';
import { coinm } from './coinm.ts';
import { confirm } from './confirm.ts';
import { crash } from './crash.ts';
import { disabled } from './disabled.ts';
import { duplicate } from './duplicate.ts';
import { frozen } from './frozen.ts';
import { hedge } from './hedge.ts';
import { late } from './late.ts';
import { normal } from './normal.ts';
import { overload } from './overload.ts';
import { partial } from './partial.ts';
import { ping } from './ping.ts';
import { portfolioMargin } from './portfolio-margin.ts';
import { relapse } from './relapse.ts';
import { rollingRestart } from './rolling-restart.ts';
import type { Scenario } from './scenario.ts';
import { storm } from './storm.ts';
import { stubborn } from './stubborn.ts';
import { timeout } from './timeout.ts';
import { watchdog } from './watchdog.ts';

export const SCENARIOS: readonly Scenario[] = [
  normal,
  disabled,
  timeout,
  partial,
  crash,
  hedge,
  overload,
  duplicate,
  watchdog,
  late,
  stubborn,
  relapse,
  blind,
  amnesia,
  brownout,
  rollingRestart,
  storm,
  confirm,
  frozen,
  ping,
  coinm,
  portfolioMargin,
];
