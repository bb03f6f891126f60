/** `flatline audit`: past liquidations from the tables, and the verification of their audit log. */

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
    .summary('past liquidations, and verification of their audit log')
    .description(
      'Lists liquidations, shows and follows their audit log, prints statistics, and verifies the hash chain.',
    )
    .usage('COMMAND [options]');
  for (const register of [registerList, registerShow, registerTail, registerStats, registerVerify]) {
    register(audit, cli);
  }
}
