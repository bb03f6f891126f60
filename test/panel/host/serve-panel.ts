/**
 * The control panel on this machine, for tests in a browser: the served cloud, the bundled panel's
 * function, and a page that treats it as a CloudWatch dashboard treats a custom widget. Pressing LIQUIDATE really
 * flattens the simulated account.
 *
 *   browser ── page, /invoke ──▶ panel's function ──▶ tables, liquidator ──▶ simulated exchange
 *
 * What no machine but AWS's can show: how the console's own cleaning of HTML, its dialogs and its default styles
 * differ from the page's; whether it passes on the fields of a popup; what it shows to a viewer without the right to invoke.
 */

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  type ServedCloud,
  type ServedOptions,
  startServedCloud,
} from '../../../bin/commands/drill/served/served-cloud.ts';
import { createBotStore } from '../../../lambda/adapters/dynamo/bot-store.ts';
import { toJson } from '../../../lambda/core/config/read-settings.ts';
import { ROOT } from '../../../package/root.ts';
import { boundedBody, isLoopbackHost } from '../../../simulator/cloud/browser-guard.ts';
import type { FunctionHost } from '../../../simulator/cloud/function-host.ts';
import { partsOfName } from '../../../simulator/cloud/function-messages.ts';
import { FUNCTION_NAMES } from '../../../simulator/cloud/local-cloud.ts';
import { TABLE_NAMES } from '../../../simulator/cloud/tables.ts';
import { createHeartbeats, type Heartbeats } from './send-heartbeats.ts';

export interface PanelOptions extends Omit<ServedOptions, 'functions'> {
  /** Bots that live; by default all but the last, when there are several. */
  readonly alive?: readonly string[];
  /** Lambda's timeout of the panel; default 60 s. */
  readonly panelTimeoutMs?: number;
}

export interface ServedPanel {
  readonly url: string;
  readonly served: ServedCloud;
  readonly panel: FunctionHost;
  readonly heartbeats: Heartbeats;
  close(): Promise<void>;
}

/** Takes some three seconds. Rejects when something cannot be started; nothing is left behind then. */
export async function servePanel(options: PanelOptions): Promise<ServedPanel> {
  const { clock, panelTimeoutMs = 60_000, bots = ['alpha', 'beta', 'gamma'], alive } = options;
  await using opening = new AsyncDisposableStack();
  const served = await startServedCloud({ ...options, bots, functions: ['control-panel'] });
  opening.defer(() => served.close());
  const { cloud, settings } = served;
  const panel = cloud.deploy('control-panel', {
    configText: toJson(settings),
    timeoutMs: panelTimeoutMs,
    ...(options.env && { env: options.env }),
  });
  const heartbeats = createHeartbeats(
    createBotStore({ client: cloud.tables.client, tableName: TABLE_NAMES.bots }),
    clock,
  );
  opening.defer(() => heartbeats.close());
  for (const botId of alive ?? bots.slice(0, Math.max(1, bots.length - 1))) await heartbeats.start(botId);

  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const server = createServer((request, response) => {
    answer({ panel, heartbeats, bots, served, token }, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  opening.defer(
    () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const running = opening.move();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${token}`;
  return { url, served, panel, heartbeats, close: () => running.disposeAsync() };
}

interface PanelParts {
  readonly panel: FunctionHost;
  readonly heartbeats: Heartbeats;
  readonly bots: readonly string[];
  readonly served: ServedCloud;
  /** Begins every path: who does not have the address that was printed gets nothing. */
  readonly token: string;
}

const TOKEN_BYTES = 16;
/** What a button sends is some hundred bytes. */
const BODY_MAX_BYTES = 64 * 1024;

const PAGES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['dashboard.html', 'text/html; charset=utf-8'],
  '/custom-widget.js': ['custom-widget.js', 'text/javascript; charset=utf-8'],
};

async function answer(parts: PanelParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { panel, heartbeats, bots, served, token } = parts;
  const refusal = notOurPage(request.headers);
  if (refusal !== undefined) return sendJson(response, { why: refusal }, 403);
  const path = pathAfter(token, request.url ?? '');
  if (path === undefined) return sendJson(response, {}, 404);
  const asked = `${request.method} ${path}`;
  if (asked === 'POST /invoke') return sendJson(response, await invoke(panel, await bodyOf(request)));
  if (asked === 'POST /heartbeats') {
    const { botId, beats } = await bodyOf(request);
    if (typeof botId !== 'string' || !bots.includes(botId)) return sendJson(response, {}, 404);
    if (beats === true) await heartbeats.start(botId);
    else heartbeats.still(botId);
    return sendJson(response, {});
  }
  if (asked === 'POST /reopen') {
    for (const botId of bots) served.reopen(botId);
    return sendJson(response, {});
  }
  if (asked === 'GET /panel.json') {
    const endpoint = FUNCTION_NAMES['control-panel'];
    return sendJson(response, { endpoint, bots: bots.map(botId => ({ botId, beats: heartbeats.beats(botId) })) });
  }
  const [file, type] = (request.method === 'GET' && PAGES[path]) || [];
  if (file === undefined || type === undefined) return sendJson(response, {}, 404);
  const content = await readFile(join(ROOT, 'test/panel/host', file));
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(content);
}

/** As the dashboard calls: by the endpoint that the button names, and with the caller's rights, which here are all. */
async function invoke(panel: FunctionHost, { endpoint, event }: Readonly<Record<string, unknown>>): Promise<object> {
  const { name } = partsOfName(String(endpoint));
  if (name !== FUNCTION_NAMES['control-panel']) return { kind: 'failed', why: 'there is no such function' };
  const result = await panel.invoke(event);
  switch (result.kind) {
    case 'answered':
      return { kind: 'answered', payload: result.payload };
    case 'error':
      return { kind: 'failed', why: result.errorType };
    case 'timed-out':
      return { kind: 'failed', why: 'Task timed out' };
    case 'died':
      return { kind: 'failed', why: 'Runtime exited' };
  }
}

/** `/TOKEN/invoke` to `/invoke`; undefined without the token, which is compared in constant time. */
function pathAfter(token: string, url: string): string | undefined {
  const [, given = '', ...rest] = url.split('/');
  const isOurs = given.length === token.length && timingSafeEqual(Buffer.from(given), Buffer.from(token));
  return isOurs ? `/${rest.join('/')}` : undefined;
}

async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = JSON.parse(await boundedBody(request, BODY_MAX_BYTES));
  return typeof body === 'object' && body !== null ? { ...body } : {};
}

function sendJson(response: ServerResponse, content: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
}

/** As browser-guard.ts for a server of pages: its own pages may call it, and an address that somebody types may open it. */
function notOurPage({ host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders): string | undefined {
  if (!isLoopbackHost(host)) return `the host ${JSON.stringify(host ?? '')} is not this machine`;
  if (origin !== undefined && origin !== `http://${host}`)
    return `a page of ${JSON.stringify(origin)} may not call this server`;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'another page may not call this server';
  return undefined;
}
