/** The watch by hand, and what status and bots then say, against a served cloud with the real watchdog. */

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerAudit } from '../../bin/commands/audit.ts';
import { registerBeat } from '../../bin/commands/beat.ts';
import { registerBots } from '../../bin/commands/bots.ts';
import { registerCompletion } from '../../bin/commands/completion.ts';
import { registerDrill } from '../../bin/commands/drill.ts';
import { registerLiquidate } from '../../bin/commands/liquidate.ts';
import { registerSnooze } from '../../bin/commands/snooze.ts';
import { registerStatus } from '../../bin/commands/status.ts';
import { registerArm, registerDisarm, registerRearm } from '../../bin/commands/watch-verbs.ts';
import { createBotStore } from '../../lambda/adapters/dynamo/bot-store.ts';
import { createLockStore } from '../../lambda/adapters/dynamo/lock-store.ts';
import type { PreflightNote } from '../../lambda/ports.ts';
import { fail } from '../support/bot-actions.ts';
import { type ServedForTests, serveForTests, unasked } from './served-cloud.ts';

let served: ServedForTests;
beforeAll(async () => {
  served = await serveForTests({ bots: ['default', 'alpha'], positions: 1 });
});
afterAll(() => served.close());

const REGISTERS = [
  registerLiquidate,
  registerStatus,
  registerBots,
  registerArm,
  registerDisarm,
  registerDrill,
  registerRearm,
  registerSnooze,
  registerBeat,
  registerAudit,
  registerCompletion,
];
const flatline = (...args: readonly string[]) => served.here(REGISTERS, [...args, '--local']);
const rowOf = (botId: string) =>
  createBotStore({ client: served.cloud.tables.client, tableName: 'bots' }).read(botId, 5_000);

describe('a watch by hand', () => {
  test('beat arms a bot, disarm ends the watch, beat is refused then, and arm or beat --arm start it again', async () => {
    const first = await flatline('beat', '--by', 'ada');
    expect([first.code, unasked(first)]).toEqual([0, '']);
    expect(first.stdout).toMatch(
      /^default sent a heartbeat\.\nIt is alive: late in \d s, dead in 1?\d s without a heartbeat; armed\s(just\snow|\d\ss\sago)\sby\sada\.\n$/,
    );

    const asked = await flatline('disarm');
    expect(asked.code).toBe(3);
    expect(asked.stderr).toMatch(/Nothing was done: the confirmation needs a terminal/);

    const gone = await flatline('disarm', '--yes', '--by', 'ada', '--reason', 'stopped for good', '--json');
    expect(gone.code).toBe(0);
    expect(JSON.parse(gone.stdout)).toMatchObject({
      bot_id: 'default',
      done: true,
      bot: { condition: 'disarmed', last_change: { kind: 'disarmed', by: 'ada', reason: 'stopped for good' } },
    });
    expect(await rowOf('default')).toMatchObject({ watch_state: 'disarmed', changed_by: 'ada' });

    const refused = await flatline('beat');
    expect(refused.code).toBe(1);
    expect(refused.stdout).toBe(
      'Refused: default is disarmed. Use flatline arm --bot default --local, or flatline beat --bot default --local --arm.\n',
    );
    expect((await flatline('beat', '--arm')).code).toBe(0);
    const twice = await flatline('arm');
    expect(twice.code).toBe(1);
    expect(twice.stdout).toMatch(/^Could not arm default: it is armed\./);
  });

  test('a stored change is reported as done although the row cannot be read afterwards', async () => {
    const unreadable = { kind: 'fail', status: 400, error: 'AccessDeniedException' } as const;
    served.cloud.tables.faults.next(unreadable, { operation: 'Scan' });
    const told = await flatline('snooze', '--for', '30m', '--yes', '--json');
    expect(served.cloud.tables.faults.calls).toContainEqual(expect.objectContaining({ fault: 'fail' }));
    expect(told).toMatchObject({ code: 0, stderr: '' });
    const document = JSON.parse(told.stdout);
    expect(document).toMatchObject({ done: true, bot: null });
    expect(document.sentence).toMatch(/default is NOT watched until/);
    await flatline('snooze', '--end', '--yes');
  });

  test('snooze prints its end, can be ended by --end, and refuses invalid times', async () => {
    const told = await flatline('snooze', '--for', '30m', '--yes', '--reason', 'moving');
    expect(told.stdout).toMatch(
      /^default is NOT watched until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\.\nIt is snoozed: not watched for 29 min more/,
    );
    expect(await flatline('arm')).toMatchObject({
      code: 1,
      stdout:
        'Nothing was done: default is snoozed, so it is not watched now. To end the snooze: flatline snooze --bot default --local --end\n',
    });
    expect((await flatline('snooze', '--end', '--yes')).stdout).toMatch(/is watched again/);
    for (const [wrong, sentence] of [
      [['--for', '30'], /A duration is a whole number with its unit/],
      [['--for', '25h'], /A snooze lasts at most 24 hours/],
      [[], /give a duration, as in --for 30m, or use --end/],
      [['--for', '30m', '--end'], /--for and --end cannot be combined/],
    ] as const) {
      const { code, stderr } = await flatline('snooze', '--yes', ...wrong);
      expect(code).toBe(3);
      expect(stderr).toMatch(sentence);
    }
    await flatline('disarm', '--yes');
  });

  test('is refused for an unknown bot, with the nearest name', async () => {
    const { code, stderr } = await flatline('arm', '--bot', 'alhpa');
    expect(code).toBe(3);
    expect(stderr).toMatch(/"alhpa" is not in the configuration of the local cloud\. Did you mean alpha\?/);
    const unseen = await flatline('rearm', '--bot', 'alhpa', '--yes');
    expect(unseen).toMatchObject({ code: 1, stdout: expect.stringMatching(/it has never reported/) });
  });
});

describe('status', () => {
  test('what is wrong comes first, and exits 1: the watchdog has never run', async () => {
    const { code, stdout } = await flatline('status');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^the local cloud\n {2}✗ the watchdog has never run: no silent bot is liquidated\n/);
    expect(stdout).toMatch(/^ {2}flatline .+$/m);
    expect(stdout).toMatch(/✗ default, alpha: the preflight has never run, [^✗]* run it:\s+flatline preflight --local/);
    expect(stdout).toMatch(/\nPreflights\n {2}default {2}- {2}never tested\n {2}alpha {4}- {2}never tested\n/);
  });

  test('a bot that reported its failure is liquidated by the next watchdog run, tripped, and re-armed by hand', async () => {
    await flatline('beat', '--bot', 'alpha');
    const bots = createBotStore({ client: served.cloud.tables.client, tableName: 'bots' });
    await fail(bots, { botId: 'alpha', atMs: Date.now(), by: 'alpha', reason: 'lost the feed' }, 5_000);
    expect((await flatline('bots')).stdout).toMatch(/reported a failure \(lost the feed\)/);
    await served.tick();
    await expect.poll(() => served.accounts.get('alpha')?.truth().positions.length).toBe(0);

    const [status, told, beaten] = await Promise.all([
      flatline('status'),
      flatline('status', '--json', '--preflight'),
      flatline('beat', '--bot', 'alpha'),
    ]);
    expect(status.code).toBe(1);
    expect(status.stdout).toMatch(/✗ alpha is tripped: check its account, then flatline rearm --bot alpha\s+--local/);
    expect(status.stdout).toMatch(/Liquidations\n {2}liq_\w+ +alpha +.*FLAT, by the\s+watchdog/);
    const document = JSON.parse(told.stdout);
    expect(document).toMatchObject({
      ok: false,
      switched_off: false,
      watchdog: { blind: false },
      liquidations: [{ bot_id: 'alpha', state: 'completed', headline: 'FLAT', open: false }],
      preflights: [
        { bot_id: 'default', ready: true, headline: 'READY', failed_checks: [] },
        { bot_id: 'alpha', ready: true },
      ],
    });
    expect(beaten.code).toBe(1);
    expect(beaten.stdout).toMatch(/^Refused: alpha was liquidated \(liq_\w+\) and must not trade\./);

    const [liquidation] = document.liquidations;
    const one = await flatline('status', liquidation.correlation_id);
    expect(one).toMatchObject({ code: 0, stdout: expect.stringMatching(/║ FLAT[\s\S]*flatline audit show liq_/) });

    const back = await flatline('rearm', '--bot', 'alpha', '--yes', '--by', 'ada', '--reason', 'looked at it');
    expect(back).toMatchObject({ code: 0, stdout: expect.stringMatching(/^alpha is armed again/) });
    // It has sent heartbeats before, so it waits for a heartbeat, not for its first.
    expect((await flatline('status')).stdout).toMatch(/✗ alpha is armed and waits for a heartbeat/);
    await flatline('beat', '--bot', 'alpha');
    const well = await flatline('status');
    expect(well).toMatchObject({ code: 0, stdout: expect.stringMatching(/✓ no problems/) });
    expect(well.stdout).toMatch(/\nPreflights\n {2}default {2}(just now|\d+ s ago) +READY\n/);
  });

  test('status exits 1 and names the disarmed bots when no bot is watched', async () => {
    await flatline('disarm', '--bot', 'alpha', '--yes');
    const { code, stdout } = await flatline('status');
    expect(stdout).toMatch(/✗ no bot is watched: alpha, default are disarmed/);
    expect(stdout).not.toMatch(/no problems/);
    expect(code).toBe(1);
    expect(JSON.parse((await flatline('status', '--json')).stdout)).toMatchObject({ ok: false });
    // A snoozed bot is watched again by itself.
    await flatline('arm', '--bot', 'alpha');
    await flatline('beat', '--bot', 'alpha');
    await flatline('snooze', '--bot', 'alpha', '--for', '1h', '--yes');
    expect((await flatline('status')).stdout).toMatch(/✓ no problems/);
    await flatline('snooze', '--bot', 'alpha', '--end', '--yes');
  });

  /** A bot that was silent for 6 s is a problem of its own. */
  const statusOfLiving = async () => {
    await flatline('beat', '--bot', 'alpha');
    return flatline('status');
  };
  const HOUR_MS = 3_600_000;
  const noteOf = (changes: Partial<PreflightNote>): PreflightNote => ({
    ...{ botId: 'alpha', correlationId: 'liq_20261121_053033_2f7d914a', headline: 'READY', failedChecks: [] },
    finishedAtMs: Date.now(),
    ...changes,
  });
  test.each([
    [
      'failed',
      { headline: 'NOT READY', failedChecks: ['secret', 'test order'] } as const,
      /✗ alpha: NOT READY .{5,10}, failed at secret, test order; details: flatline preflight --bot alpha --local /,
      /Preflights .* alpha .{5,10} NOT READY: secret, test order /,
    ],
    [
      'is too long ago',
      { finishedAtMs: Date.now() - 27 * HOUR_MS },
      /✗ alpha: the last preflight was 1 d 3 h ago, and should run daily; run it: flatline preflight --bot alpha --local /,
      /Preflights .* alpha 1 d 3 h ago READY, but too long ago /,
    ],
  ])('a bot whose last preflight %s is a problem, until the next one', async (_what, changes, wrong, row) => {
    const locks = createLockStore({ client: served.cloud.tables.client, tableName: 'liquidations' });
    await locks.notePreflight(noteOf(changes), 5_000);
    const { code, stdout } = await flatline('status');
    expect(code).toBe(1);
    const text = stdout.replace(/\s+/g, ' ');
    expect(text).toMatch(wrong);
    expect(text).toMatch(row);
    const { ok, preflights } = JSON.parse((await flatline('status', '--json')).stdout);
    expect([ok, preflights[1].ready]).toEqual([false, false]);
    await locks.notePreflight(noteOf({}), 5_000);
    expect((await statusOfLiving()).code).toBe(0);
  });

  test('a market that is not covered and holds something is shown, and is nothing wrong', async () => {
    const locks = createLockStore({ client: served.cloud.tables.client, tableName: 'liquidations' });
    const notCovered = 'COIN-M holds 1 open position (BTCUSD_PERP 12) and is not covered';
    await locks.notePreflight(noteOf({ headline: 'READY, WITH WARNINGS', notCovered }), 5_000);
    const { code, stdout } = await statusOfLiving();
    expect([code, stdout.replace(/\s+/g, ' ')]).toEqual([0, expect.stringContaining(`! alpha: ${notCovered}`)]);
    const { preflights } = JSON.parse((await flatline('status', '--json')).stdout);
    expect(preflights[1].not_covered).toBe(notCovered);
    await locks.notePreflight(noteOf({}), 5_000);
    expect((await flatline('status')).stdout).not.toContain('COIN-M');
  });

  test('a preflight without permission is a problem, and the rest is shown', async () => {
    const refused = { kind: 'fail', status: 403, error: 'AccessDeniedException' } as const;
    served.cloud.lambda.faults.always(refused, { operation: 'Invoke' });
    const ended = await flatline('status', '--preflight');
    served.cloud.lambda.faults.clear();
    expect([ended.code, unasked(ended)]).toEqual([1, '']);
    expect(ended.stdout.replace(/\s+/g, ' ')).toMatch(
      /✗ alpha: the preflight gave no answer\. Could not invoke \S+: your AWS identity has no permission for this\. It needs lambda:InvokeFunction on .* Bots bot state .* alpha - no answer Liquidations /,
    );
  });

  test('exits 1 for an unknown ID, and names it', async () => {
    const { code, stderr } = await flatline('status', 'liq_20261121_053033_2f7d914a');
    expect(code).toBe(1);
    expect(stderr).toMatch(/has no liquidation liq_20261121_053033_2f7d914a/);
  });
});

describe('completion', () => {
  test('in bash: commands, their parts, options, and values that are known', async () => {
    const { code, stdout } = await served.here(REGISTERS, ['completion', 'bash']);
    expect(code).toBe(0);
    const path = join(served.folder, 'flatline.bash');
    writeFileSync(path, stdout);
    const complete = (...words: readonly string[]): readonly string[] =>
      execFileSync('bash', [
        ...['--norc', '-c'],
        `source '${path}'; COMP_WORDS=(flatline "$@"); COMP_CWORD=$#; _flatline; printf '%s\\n' "\${COMPREPLY[@]}"`,
        ...['bash', ...words],
      ])
        .toString()
        .trim()
        .split('\n');
    expect(complete('li')).toEqual(['liquidate']);
    expect(complete('liquidate', '--d')).toEqual(['--dry-run']);
    expect(complete('bots', '--env', 't')).toEqual(['testnet']);
    expect(complete('completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
    expect(complete('audit', 'sh')).toEqual(['show']);
    expect(complete('snooze', '--bot', 'alpha', '--f')).toEqual(['--for']);
    expect(complete('drill', '--')).toEqual([
      ...['--scenario', '--positions', '--hedge', '--rtt', '--seed', '--serve', '--json', '--help'],
    ]);
    expect(complete('drill', '--scenario', 'cr')).toEqual(['crash']);
    expect(complete('drill', '--scenario', 'al')).toEqual(['all']);
  });

  test('for zsh and fish, and for no other shell', async () => {
    const [zsh, fish, none] = await Promise.all(
      ['zsh', 'fish', 'tcsh'].map(shell => served.here(REGISTERS, ['completion', shell])),
    );
    expect(zsh?.stdout).toMatch(/^#compdef flatline\n[\s\S]*compadd -- [^\n]*liquidate/);
    // zshcompsys(1): the first Tab runs the file itself, which must complete then and not only from the second one on.
    expect(zsh?.stdout).toMatch(/\nif \[ "\$funcstack\[1\]" = "_flatline" \]; then _flatline "\$@"; else compdef /);
    expect(fish?.stdout).toMatch(/complete -c flatline -n '__fish_use_subcommand' -a liquidate -d 'close everything/);
    expect(fish?.stdout).toMatch(
      /'__fish_seen_subcommand_from drill' -l scenario -x -a '[^']*crash[^']*all' -d 'the scenario to run/,
    );
    expect(none).toMatchObject({ code: 3, stdout: '', stderr: expect.stringMatching(/bash, zsh, fish/) });
  });
});

test('a heartbeat by hand declares what the bot’s own run declares, and replaces nobody', async () => {
  const bots = createBotStore({ client: served.cloud.tables.client, tableName: 'bots' });
  const slow = { heartbeat_ms: 60_000, late_after_ms: 130_000, dead_after_ms: 400_000 };
  const set = { watch_state: 'armed', run_id: 'run-of-alpha', beats: 3, last_beat_at_ms: Date.now(), ...slow };
  const remove = ['tripped_at_ms', 'waiting_since_ms', 'snoozed_until_ms'] as const;
  await bots.change({ botId: 'alpha', doing: 'begin', requires: [], set, remove }, 5_000);
  expect((await flatline('beat', '--bot', 'alpha')).code).toBe(0);
  const row = await rowOf('alpha');
  expect(row).toMatchObject({ run_id: 'run-of-alpha', heartbeat_ms: 60_000 });
  expect(row?.beats).not.toBe(3);
});
