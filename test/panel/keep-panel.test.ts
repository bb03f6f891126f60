/** `flatline drill --panel` as a person runs it: an address, a page behind it, and nothing left after Ctrl-C. */

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { CONTEXT } from './panel-rig.ts';

const FLATLINE = fileURLToPath(new URL('../../bin/flatline.ts', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'panel-test-'));
/** Its own, so that a local cloud of whoever runs the tests is left alone. */
const localFile = join(scratch, 'local.json');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function start(...words: readonly string[]) {
  const child = spawn(process.execPath, [FLATLINE, 'drill', '--panel', ...words], {
    env: { ...process.env, TMPDIR: scratch, NO_COLOR: '1', FLATLINE_LOCAL_FILE: localFile },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const told = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', text => {
    told.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', text => {
    told.err += text;
  });
  const ended = new Promise<number | null>(resolve => child.once('close', resolve));
  return { child, told, ended };
}

test('the local panel serves the printed address until Ctrl-C', async () => {
  const { child, told, ended } = start('--positions', '2');
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const [, found] = /The control panel is at (http:\/\/127\.0\.0\.1:\d+\/[\w-]+\/) /.exec(told.out) ?? [];
      if (found !== undefined) resolve(found);
    });
    void ended.then(code => reject(new Error(`ended with ${code}: ${told.err}`)));
  });
  const page = await fetch(url);
  expect(await page.text()).toContain('custom-widget.js');
  const panel = (await (await fetch(`${url}panel.json`)).json()) as { readonly endpoint: string; bots: unknown };
  expect(panel.bots).toEqual([
    { botId: 'alpha', beats: true },
    { botId: 'beta', beats: true },
    { botId: 'gamma', beats: false },
  ]);
  // The widget is called by the name it was given, its buttons by the one that the function writes into them.
  const press = async (endpoint: string, event: object): Promise<unknown> => {
    const body = JSON.stringify({ endpoint, event: { ...event, widgetContext: CONTEXT } });
    return (await fetch(`${url}invoke`, { method: 'POST', body })).json();
  };
  const drawn = await press(panel.endpoint, {});
  expect(drawn).toMatchObject({ kind: 'answered' });
  const [, endpoint = ''] = /<cwdb-action [^>]*endpoint=\\?"([^"\\]+)/.exec(JSON.stringify(drawn)) ?? [];
  expect(await press(endpoint, { press: 'dry_run', bot_id: 'alpha' })).toMatchObject({
    kind: 'answered',
    payload: expect.stringContaining('Closes at market: 2 positions.'),
  });
  expect(await press('flatline-nobody', {})).toEqual({ kind: 'failed', why: 'there is no such function' });
  expect(existsSync(localFile)).toBe(true);
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(told.out).toContain('The local cloud is gone.');
  expect(readdirSync(scratch).filter(name => name.startsWith('flatline-'))).toEqual([]);
  expect(existsSync(localFile)).toBe(false);
});

test('an invalid option starts nothing', async () => {
  const { told, ended } = start('--positions', '0');
  expect(await ended).toBe(3);
  expect(told.err).toContain('--positions is "0"');
});
