/** `npm run test:mutants -- engine-rules`: each mutation of engine-rules.ts in a process of its own, and what noticed it. */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { RULE_MUTATIONS } from './engine-rules.ts';

const HOOK = new URL('mutate-source.ts', import.meta.url).href;
const JUDGE = fileURLToPath(new URL('judge-engine.ts', import.meta.url));

/** Longer than any of them takes, on a slow machine: one that never ends is noticed by that. */
const LONGEST_MS = 180_000;

/** Gives the number of mutations that nothing noticed as it should. */
export function runEngineRules(): number {
  let missed = 0;
  RULE_MUTATIONS.forEach(({ rule, by }, index) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', HOOK, JUDGE], {
      env: { ...process.env, FLATLINE_MUTATION: String(index), FLATLINE_MUTATION_BY: by },
      encoding: 'utf8',
      timeout: LONGEST_MS,
    });
    const noticed: readonly string[] =
      status === 0 ? JSON.parse(stdout) : [`ended with ${status}: ${stderr.slice(0, 200)}`];
    const isCaught = noticed.some(name => name.startsWith(by));
    if (!isCaught) missed += 1;
    console.log(
      `${isCaught ? 'caught' : 'MISSED'}  ${rule}: ${isCaught ? by : `by "${by}"; noticed: ${noticed.join(' · ') || 'nothing'}`}`,
    );
  });
  console.log(
    `${RULE_MUTATIONS.length - missed} of ${RULE_MUTATIONS.length} mutations of the engine's rules are caught`,
  );
  return missed;
}
