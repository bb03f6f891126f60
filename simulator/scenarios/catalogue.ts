/** All scenarios, in the order in which `all` plays them. */

import { amnesia } from './amnesia.ts';
import { blind } from './blind.ts';
import { brownout } from './brownout.ts';
import { confirmAfterFlat } from './confirm.ts';
import { crash } from './crash.ts';
import { duplicate } from './duplicate.ts';
import { frozen } from './frozen.ts';
import { coinm, disabled, hedge, normal, portfolioMargin, timeout } from './one-call.ts';
import { late, rollingRestart, watchdog } from './one-silent-bot.ts';
import { overload } from './overload.ts';
import { partial } from './partial.ts';
import { pingByCurl } from './ping.ts';
import { relapse } from './relapse.ts';
import type { Scenario } from './scenario.ts';
import { storm } from './storm.ts';
import { stubborn } from './stubborn.ts';

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
  confirmAfterFlat,
  frozen,
  pingByCurl,
  coinm,
  portfolioMargin,
];
