/** The help of each command: its paragraphs fill the lines of the screen, and the shape of a document keeps its lines. */

import { expect, test } from 'vitest';
import { registerAudit } from '../../bin/commands/audit.ts';
import { registerBeat } from '../../bin/commands/beat.ts';
import { registerBots } from '../../bin/commands/bots.ts';
import { registerBundle } from '../../bin/commands/bundle.ts';
import { registerCompletion } from '../../bin/commands/completion.ts';
import { registerDeploy } from '../../bin/commands/deploy.ts';
import { registerDrill } from '../../bin/commands/drill.ts';
import { registerGuard } from '../../bin/commands/guard.ts';
import { registerInit } from '../../bin/commands/init.ts';
import { registerLiquidate } from '../../bin/commands/liquidate.ts';
import { registerMessages } from '../../bin/commands/messages.ts';
import { registerPingUrl } from '../../bin/commands/ping-url.ts';
import { registerPreflight } from '../../bin/commands/preflight.ts';
import { registerReport } from '../../bin/commands/report.ts';
import { registerSnooze } from '../../bin/commands/snooze.ts';
import { registerStatus } from '../../bin/commands/status.ts';
import { registerValidate } from '../../bin/commands/validate.ts';
import { registerAcknowledge, registerArm, registerDisarm, registerRearm } from '../../bin/commands/watch-verbs.ts';
import { widthOf } from '../../bin/terminal/layout.ts';
import { runHere } from './served-cloud.ts';

const REGISTERS = [
  registerAcknowledge,
  registerArm,
  registerAudit,
  registerBeat,
  registerBots,
  registerBundle,
  registerCompletion,
  registerDeploy,
  registerDisarm,
  registerDrill,
  registerGuard,
  registerInit,
  registerLiquidate,
  registerMessages,
  registerPingUrl,
  registerPreflight,
  registerRearm,
  registerReport,
  registerSnooze,
  registerStatus,
  registerValidate,
];
const COMMANDS = [
  ...['drill', 'preflight', 'liquidate', 'guard', 'status', 'bots', 'arm', 'disarm', 'rearm', 'snooze', 'acknowledge'],
  ...['beat', 'ping-url', 'audit list', 'audit show', 'audit tail', 'audit stats', 'audit verify', 'report', 'init'],
  ...['validate', 'deploy', 'messages', 'completion', 'bundle'],
];

async function helpOf(command: string, columns = 80): Promise<string> {
  return (await runHere(REGISTERS, [...command.split(' '), '--help'], { COLUMNS: String(columns) })).stdout;
}

const shapeIn = (help: string): string => /^The JSON document:\n(?:.+\n)*/m.exec(help)?.[0] ?? '';

test('the tests of the help cover all commands', async () => {
  const { stdout } = await runHere(REGISTERS, ['--help'], {});
  const listed = [...stdout.matchAll(/^ {2}([a-z][a-z-]*) {2,}/gm)].map(([, name]) => name);
  const known = new Set(COMMANDS.map(command => command.split(' ')[0]));
  expect(listed.filter(name => name !== 'help' && !known.has(name ?? ''))).toEqual([]);
});

test.each(COMMANDS)(
  'the help of %s: no line is wider than the screen, and each example says what it does',
  async command => {
    const help = await helpOf(command);
    expect(help).toContain(`Usage: flatline ${command}`);
    expect(help.split('\n').filter(line => widthOf(line) > 80)).toEqual([]);
    expect(help).not.toMatch(/^ +$/m);
  },
);

test.each(COMMANDS)('the help of %s: the shape of its document has the same lines on a wide screen', async command => {
  expect(shapeIn(await helpOf(command))).toBe(shapeIn(await helpOf(command, 200)));
});

test.each(['guard', 'report', 'audit verify'])(
  'the help of %s: a paragraph is broken only at the end of the screen',
  async command => {
    const paragraphs = (await helpOf(command))
      .split('\n\n')
      .filter(text => /^[A-Z]/.test(text) && !/^(?:Usage|Arguments|Options|Examples|The JSON|Exit codes)/.test(text));
    expect(paragraphs.length).toBeGreaterThan(1);
    for (const paragraph of paragraphs) {
      const lines = paragraph.trimEnd().split('\n');
      for (const [index, line] of lines.slice(0, -1).entries()) {
        const [next = ''] = (lines[index + 1] ?? '').split(' ');
        expect(widthOf(`${line} ${next}`), line).toBeGreaterThan(80);
      }
    }
  },
);
