/** What stands in the examples for supervisors fits the guard's own exit codes and times. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { GUARD_EXIT } from '../../bin/commands/guard/exit-codes.ts';

const at = (file: string): URL => new URL(`../../examples/guard/${file}`, import.meta.url);
const unit = readFileSync(at('flatline-guard@.service'), 'utf8');
const supervisord = readFileSync(at('supervisord.conf'), 'utf8');
const dockerfile = readFileSync(at('Dockerfile'), 'utf8');
const [app] = createRequire(import.meta.url)('../../examples/guard/ecosystem.config.cjs').apps;

/** A person must check first. The bot's own codes, another guard, nobody who watches, and a hang may pass. */
const { notFlat, tripped, failed, notExecutable, notFound } = GUARD_EXIT;
const FOR_A_PERSON = [notFlat, tripped, failed, notExecutable, notFound];

test('systemd does not restart a bot that needs a person', () => {
  expect(unit).toContain(`\nRestartPreventExitStatus=${FOR_A_PERSON.join(' ')}\n`);
});

test('PM2 does not restart it either, nor a bot that has ended', () => {
  expect(app.stop_exit_codes).toEqual([0, ...FOR_A_PERSON]);
});

test('supervisord does not restart either, and stops the guard alone', () => {
  expect(supervisord).toContain(`\nautorestart=unexpected\nexitcodes=0,${FOR_A_PERSON.join(',')}\n`);
  expect(supervisord).toContain('\nstopasgroup=false\nkillasgroup=false\n');
});

test('PM2 loads nothing into the guard: its metrics end a process whose PM2 is gone, in the middle of a liquidation', () => {
  expect(app).toMatchObject({ pmx: false, treekill: false });
});

test('each allows the guard its grace, its time until flat and half a minute', () => {
  const [GRACE_S, UNTIL_FLAT_S, SPARE_S] = [10, 60, 30];
  expect(app.kill_timeout).toBe((GRACE_S + UNTIL_FLAT_S + SPARE_S) * 1_000);
  expect(unit).toContain(`\nTimeoutStopSec=${GRACE_S + UNTIL_FLAT_S + SPARE_S}\n`);
  expect(supervisord).toContain(`\nstopwaitsecs=${GRACE_S + UNTIL_FLAT_S + SPARE_S}\n`);
});

test('the image runs the package: of the repository its last stage has the toy bot alone', () => {
  const [, last = ''] = dockerfile.split(/^(?=FROM node:24-slim$)/m);
  expect([...last.matchAll(/^COPY (.+) \S+$/gm)].map(([, from]) => from)).toEqual([
    '--from=packed /src/flatline-*.tgz',
    'examples/guard/toy-bot.mjs',
  ]);
  expect(last).toContain('\nENTRYPOINT ["flatline", "guard", ');
  expect(dockerfile).toContain('npm run package');
});
