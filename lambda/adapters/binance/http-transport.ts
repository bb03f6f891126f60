/**
 * Carries one request over Node's own HTTP, on the container's connections: no redirect is followed (it would take the
 * key elsewhere), no proxy of the environment used, nothing repeated.
 */

import { type IncomingMessage, request as sendRequest } from 'node:http';
import type { Socket } from 'node:net';
import { urlToHttpOptions } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { RequestTrace } from '../../ports.ts';
import type { ConnectionPool } from '../connections/connection-pool.ts';
import type { HttpAnswer } from './response.ts';

export interface HttpRequest {
  readonly origin: string;
  readonly method: RequestTrace['method'];
  /** Path and query, encoded. */
  readonly target: string;
  /** Undefined for a public request. */
  readonly apiKey: string | undefined;
  /** On a connection that no request was sent on. */
  readonly afresh?: boolean;
}

/** A request that was sent or waits for a connection. `answer` rejects with the network's error; never show it: it may contain the request. */
export interface PendingRequest {
  readonly answer: Promise<HttpAnswer>;
  /** Ends it, if it has not ended, with its connection. */
  abandon(): void;
  /** False as long as there is no connection: then nothing of the request has left. */
  wasSent(): boolean;
  /** Whether the head of an answer came. */
  wasAnswered(): boolean;
  /** How long its connection had stood idle, in ms of the wall clock; undefined for a new one. */
  idleMsBefore(): number | undefined;
}

export type Transport = (request: HttpRequest) => PendingRequest;

export function createHttpTransport(pool: ConnectionPool): Transport {
  const hosts = new Map<string, Host>();
  return ({ origin, method, target, apiKey, afresh = false }) => {
    const host = hosts.get(origin) ?? hostOf(origin);
    hosts.set(origin, host);
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
    // An agent brings its own protocol, so this serves both schemes.
    const request = sendRequest({
      ...host.options,
      agent: (afresh ? pool.afresh : pool)[host.scheme],
      method,
      path: `${host.path}${target}`,
      headers: headersOf(host, method, apiKey),
    });
    let isAnswered = false;
    let isOver = false;
    request.on('response', response => {
      isAnswered = true;
      response.on('end', () => {
        isOver = true;
      });
      collect(response, resolve, reject);
    });
    request.on('error', reject);
    request.end();
    return {
      answer: promise,
      // After a complete answer the connection is back in the pool and must not be destroyed.
      abandon: () => {
        if (!isOver) request.destroy();
      },
      wasSent: () => isConnected(request.socket),
      wasAnswered: () => isAnswered,
      idleMsBefore: () => pool.idleMsBefore(request),
    };
  };
}

/** Node holds a request back until the connection stands, with TLS until the handshake is done. */
function isConnected(socket: Socket | null): boolean {
  return socket !== null && !socket.connecting && Reflect.get(socket, 'secureConnecting') !== true;
}

interface Host {
  readonly name: string;
  /** What a proxy has before the exchange's own paths; empty for none. */
  readonly path: string;
  readonly scheme: 'http' | 'https';
  readonly options: object;
}

function hostOf(origin: string): Host {
  const url = new URL(origin);
  const { protocol, hostname, port } = urlToHttpOptions(url);
  const scheme = protocol === 'https:' ? 'https' : 'http';
  const path = url.pathname.replace(/(?<!\/)\/+$/, '');
  return { name: url.host, path, scheme, options: { protocol, hostname, ...(port === undefined ? {} : { port }) } };
}

/** As a list, which Node writes out as it is; an object would be copied and checked twice. */
function headersOf({ name }: Host, method: HttpRequest['method'], apiKey: string | undefined): string[] {
  const headers = ['Host', name, 'User-Agent', 'flatline', 'Accept', 'application/json', 'Accept-Encoding', 'gzip'];
  if (apiKey !== undefined) headers.push('X-MBX-APIKEY', apiKey);
  // All parameters are in the query; without this Node announces a body in chunks.
  if (method === 'POST') headers.push('Content-Length', '0');
  return headers;
}

function collect(
  response: IncomingMessage,
  resolve: (answer: HttpAnswer) => void,
  reject: (error: unknown) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= LONGEST_BYTES) return void chunks.push(chunk);
    chunks.length = 0;
    reject(new TooLongError());
    response.destroy();
  });
  const finish = (): void => {
    const { statusCode: status = 0, headers } = response;
    const body = unpacked(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)).toString('utf8');
    resolve({ status, headers: { get: name => textOf(headers[name]) }, body });
  };
  response.on('end', finish);
  // The status of a refusal is enough: to go on after a 429 whose text broke off, or never ends, would lead to a ban.
  const { statusCode = 0 } = response;
  response.on('error', () => (statusCode >= 400 ? finish() : reject(new BrokenOffError())));
  if (statusCode === 429 || statusCode === 418) setTimeout(finish, TEXT_WAIT_MS).unref();
}

const TEXT_WAIT_MS = 500;

/** The largest answer, exchangeInfo, has one or two megabytes. */
const LONGEST_BYTES = 32 * 1024 * 1024;
const UNPACKED = { maxOutputLength: LONGEST_BYTES };

/** The first bytes say whether it is packed, whatever the header says. What cannot be unpacked is passed on as it came. */
function unpacked(sent: Buffer): Buffer {
  if (sent[0] !== 0x1f || sent[1] !== 0x8b) return sent;
  try {
    return gunzipSync(sent, UNPACKED);
  } catch {
    return sent;
  }
}

const textOf = (header: string | readonly string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : header?.join(', ');

class BrokenOffError extends Error {
  override readonly name = 'BrokenOffError';
  readonly code = 'ANSWER_BROKE_OFF';
}

class TooLongError extends Error {
  override readonly name = 'TooLongError';
  readonly code = 'ANSWER_TOO_LONG';
}
