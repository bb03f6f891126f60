/** `flatline audit`: the past, from the tables: what was liquidated, how it went, and whether the trail is as it was written. */

import type { Command } from 'commander';
import type { Cli } from '../terminal/cli.ts';
import { registerList } from './audit/list.ts';
import { registerShow } from './audit/show.ts';
import { registerStats } from './audit/stats.ts';
import { registerTail } from './audit/tail.ts';
import { registerVerify } from './audit/verify.ts';

export function registerAudit(program: Command, cli: Cli): void {
  const audit = program
    .command('audit')
    .summary('what was liquidated, and whether the trail is as it was written')
    .description('Reads the past: lists liquidations, shows and follows a trail, counts, and verifies the hash chain.')
    .usage('COMMAND [options]');
  for (const register of [registerList, registerShow, registerTail, registerStats, registerVerify]) {
    register(audit, cli);
  }
}
