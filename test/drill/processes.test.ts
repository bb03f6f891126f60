/** The command as a person runs it: exit codes, what it prints and where, and that it leaves nothing behind. */

import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, test } from 'vitest';
import { isBroken } from '../../bin/commands/drill/check-scenario.ts';
import { widthOf } from '../../bin/terminal/layout.ts';
import { COMMAND_LINE } from '../support/command-line.ts';

const scratch = mkdtempSync(join(tmpdir(), 'drill-test-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
/** A folder for the temporary files of one test, so that what it leaves behind is seen. */
const ownHome = (): string => mkdtempSync(join(scratch, 'own-'));
const leftBehind = (home: string): readonly string[] => readdirSync(home).filter(name => name.startsWith('flatline-'));

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `home` is where its temporary files go. */
function start(
  args: readonly string[],
  home: string,
  env: NodeJS.ProcessEnv = {},
): { readonly child: ChildProcess; readonly ended: Promise<Run> } {
  const child = spawn(process.execPath, [COMMAND_LINE, ...args], {
    env: { ...process.env, TMPDIR: home, COLUMNS: '80', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', text => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  const ended = new Promise<Run>(resolve => child.once('close', code => resolve({ code, stdout, stderr })));
  return { child, ended };
}

const run = (args: readonly string[], home: string): Promise<Run> => start(args, home).ended;

/** Keys and secrets of a run are 64 hexadecimal digits, and so are signatures; hashes of the audit log are named as such. */
function secretsIn({ stdout, stderr }: Run): readonly string[] {
  const text = (stdout + stderr).replace(/"(prev_)?hash": "[0-9a-f]{64}"/g, '');
  return text.match(/[0-9a-f]{64}|signature=|x-mbx-apikey|apiSecret/gi) ?? [];
}

/** They wait for leases and deadlines rather than work, so they do it together; that they can is shown by it. */
describe.concurrent('a drill in its own process, at the same time as others', () => {
  test('crash, as JSON: one document on stdout, the progress on stderr', async ({ expect }) => {
    const home = ownHome();
    const one = await run(['drill', '--scenario', 'crash', '--json', '--rtt', '5'], home);
    expect(one.code, one.stderr).toBe(0);
    expect(secretsIn(one)).toEqual([]);
    expect(one.stderr).toContain('SIGKILL');
    const document = JSON.parse(one.stdout);
    expect(Object.keys(document)).toEqual(['verified', 'seed', 'rtt_ms', 'scenarios']);
    expect(document).toMatchObject({
      verified: true,
      seed: 1,
      rtt_ms: 5,
      scenarios: [{ name: 'crash', verified: true }],
    });
    const [crash] = document.scenarios;
    expect(crash).toMatchObject({ headline: 'FLAT', hedge: false, timeout_ms: 10_000, violations: [] });
    expect(crash.checks.filter(isBroken)).toEqual([]);
    expect(crash.calls).toMatchObject([
      { call: 'first', outcome: 'ended by SIGKILL', answer: null },
      { call: 'at once' },
      { call: 'takeover', answer: { state: 'completed' } },
      // The read after FLAT may have begun meanwhile.
      ...crash.calls.slice(3),
    ]);
    expect(crash.before.positions).toHaveLength(3);
    expect(crash.after).toEqual({ positions: [], orders: [], conditionals: [] });
    expect(crash.incidents).toMatchObject([{ correlation_id: crash.calls[0].correlation_id }]);
    expect(crash.requests.length).toBeGreaterThan(10);
    expect(leftBehind(home)).toEqual([]);
  });

  test('watchdog: a dead bot’s account is flat, warning and trip are printed, the bot is locked out', async ({
    expect,
  }) => {
    const home = ownHome();
    const one = await run(['drill', '--scenario', 'watchdog', '--json', '--rtt', '5'], home);
    expect(one.stderr).toMatch(/late: silent for more than 3\.0 s[\s\S]*dead: the deadline passed \d+ ms ago/);
    expect(secretsIn(one)).toEqual([]);
    const [watchdog] = JSON.parse(one.stdout).scenarios;
    expect(watchdog.checks.filter(isBroken)).toEqual([]);
    expect(one.code, one.stderr).toBe(0);
    expect(watchdog).toMatchObject({ name: 'watchdog', headline: 'FLAT', calls: [{ call: 'watchdog' }] });
    expect(watchdog.bots[0].beats[0]).toMatchObject({ at_ms: expect.any(Number), outcome: 'taken' });
    expect(watchdog.bots[0].beats.at(-1)).toMatchObject({
      outcome: 'tripped',
      correlation_id: watchdog.calls[0].correlation_id,
    });
    expect(watchdog.ticks).toMatchObject([{ report: { late: ['drill'], fired: [{ bot_id: 'drill' }] } }]);
    expect(leftBehind(home)).toEqual([]);
  });

  test('a wrong argument: the error on stderr, nothing on stdout, nothing started, exit 3', async ({ expect }) => {
    const home = ownHome();
    const { code, stdout, stderr } = await run(['drill', '--scenario', 'hegde'], home);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toEqual([
      "flatline drill: Option '--scenario <name>' argument 'hegde' is invalid. Did you mean hedge?",
      'See flatline drill --help.',
    ]);
    expect(leftBehind(home)).toEqual([]);
  });

  test('--help prints the help', async ({ expect }) => {
    const { code, stdout } = await run(['drill', '--help'], scratch);
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: flatline drill [options]');
    expect(stdout.split('\n').filter(line => widthOf(line) > 80)).toEqual([]);
  });

  test('Ctrl-C in the middle: exit 130, and neither a process nor a file stays behind', async ({ expect }) => {
    const home = ownHome();
    // With its own bundles, whose folder names its processes.
    const { child, ended } = start(['drill', '--scenario', 'crash'], home, { FLATLINE_BUNDLES: undefined });
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', text => {
        if (String(text).includes('started cold')) resolve();
      });
      void ended.then(({ stdout, stderr }) => reject(new Error(`It ended by itself:\n${stdout}${stderr}`)));
    });
    const [folder] = leftBehind(home);
    expect(folder).toBeDefined();
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toBe('\ndrill: interrupted by SIGINT\n');
    expect(leftBehind(home)).toEqual([]);
    await expect.poll(() => processesNaming(folder ?? '')).toEqual([]);
  });
});

/** Afterwards, so that nobody's deadline waits for their work. */
describe('a drill in its own process, alone on the machine', () => {
  test.concurrent('normal: FLAT comes first, the audit log last, and no line is too wide', async ({ expect }) => {
    const home = ownHome();
    const one = await run(['drill', '--hedge', '--seed', '7', '--scenario', 'normal'], home);
    expect(one.stderr).toBe('');
    expect(one.code, one.stderr).toBe(0);
    expect(secretsIn(one)).toEqual([]);
    const lines = one.stdout.trimEnd().split('\n');
    expect(lines.filter(line => widthOf(line) > 80)).toEqual([]);
    expect(one.stdout).not.toContain('\u001b');
    expect(one.stdout).not.toContain('\u00a0');
    const verdict = lines.findIndex(line => line.includes('║ FLAT  '));
    const auditLog = lines.findIndex(line => line.startsWith('Audit log of liq_'));
    expect(verdict).toBeGreaterThan(0);
    expect(lines.filter(line => /^ {2}[✓○] /.test(line)).length).toBeGreaterThanOrEqual(10);
    expect(auditLog).toBeGreaterThan(verdict);
    // On a busy machine the confirming read has begun by then: its attempt has no seal yet.
    expect(lines.slice(auditLog).join('\n')).toMatch(/^ {2}(✓ PROVEN|! NOT PROVEN)/m);
    expect(leftBehind(home)).toEqual([]);
  });

  test.concurrent('a reader who stops reading is no error', async ({ expect }) => {
    const pipeline = `'${process.execPath}' '${COMMAND_LINE}' drill --scenario normal 2>&1 | head -n 1`;
    const env = { ...process.env, TMPDIR: ownHome() };
    const { stdout } = await promisify(execFile)('bash', ['-o', 'pipefail', '-c', pipeline], { env });
    expect(stdout).toBe('drill normal  A bot shuts down and calls the liquidator\n');
  });

  test.concurrent('Ctrl-C while the function is being bundled: exit 130, and nothing stays behind', async ({
    expect,
  }) => {
    const home = ownHome();
    const { child, ended } = start(['drill'], home, { FLATLINE_BUNDLES: undefined });
    await expect.poll(() => childrenOf(child.pid), { interval: 5 }).not.toEqual([]);
    const bundlers = childrenOf(child.pid);
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    // The bundler is a process of its own and needs a moment to notice.
    await expect.poll(() => processes().filter(({ pid }) => bundlers.includes(pid))).toEqual([]);
    expect(leftBehind(home)).toEqual([]);
  });
});

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Those that run: one that has ended (`Z`) stays listed until its parent takes notice. */
function processes(): readonly Process[] {
  const lines = execFileSync('ps', ['-eo', 'stat=,pid=,ppid=,args=']).toString().trim().split('\n');
  return lines.flatMap(line => {
    const [state = '', pid, parent, ...words] = line.trim().split(/\s+/);
    return state.startsWith('Z') ? [] : [{ pid: Number(pid), parent: Number(parent), command: words.join(' ') }];
  });
}

const processesNaming = (text: string): readonly Process[] =>
  processes().filter(({ command }) => command.includes(text));

const childrenOf = (parent: number | undefined): readonly number[] =>
  processes()
    .filter(one => one.parent === parent)
    .map(({ pid }) => pid);
