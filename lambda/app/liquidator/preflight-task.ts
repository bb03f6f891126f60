/** One accepted request for the self-test. */

import type { EffectiveSettings } from '../../core/config/effective-settings.ts';
import type { BotSettings, Settings } from '../../core/config/settings.ts';
import type { Deadline } from '../../core/liquidation/timing.ts';

export interface PreflightTask {
  readonly config: EffectiveSettings;
  readonly settings: Settings;
  readonly bot: BotSettings;
  readonly correlationId: string;
  readonly deadline: Deadline;
}
