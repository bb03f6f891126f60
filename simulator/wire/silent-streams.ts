/**
 * WebSocket streams that open and answer subscriptions and pings, but send no events, for clients that do not trade without a
 * stream. RFC 6455, server side, for the short frames that clients of an exchange send.
 */

import { createHash } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const MOST_BYTES = 64 * 1024;
/** The base addresses of Binance: one without a folder, one for each kind of stream, and that of a portfolio margin account. */
const PATH = /^\/((public|market|private|pm)\/)?(ws|stream)\b/;

export function openSilentStreams(server: Server): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    const key = request.headers['sec-websocket-key'];
    if (key === undefined || !PATH.test(request.url ?? '')) return void socket.destroy();
    const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64');
    socket.on('error', () => undefined);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    let waiting = Buffer.alloc(0);
    socket.on('data', chunk => {
      waiting = Buffer.concat([waiting, chunk]);
      for (let frame = frameIn(waiting); frame !== undefined; frame = frameIn(waiting)) {
        waiting = waiting.subarray(frame.bytes);
        answer(socket, frame);
      }
      if (waiting.length > MOST_BYTES) socket.destroy();
    });
  });
}

interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
  readonly bytes: number;
}

function answer(socket: Duplex, { opcode, payload }: Frame): void {
  if (opcode === PING) send(socket, PONG, payload);
  if (opcode === CLOSE) {
    send(socket, CLOSE, payload);
    socket.end();
  }
  if (opcode !== TEXT) return;
  // Binance, "Live subscribing to streams": {"result": null, "id": 1}.
  const id = /"id"\s*:\s*(\d+|"[^"]{1,64}")/.exec(payload.toString('utf8'))?.[1];
  if (id !== undefined) send(socket, TEXT, Buffer.from(`{"result":null,"id":${id}}`));
}

function send(socket: Duplex, opcode: number, payload: Buffer): void {
  if (socket.writable && payload.length < 126)
    socket.write(Buffer.concat([Buffer.from([0x80 | opcode, payload.length]), payload]));
}

/** The first whole frame; clients mask theirs. */
function frameIn(buffer: Buffer): Frame | undefined {
  const [first = 0, second = 0] = buffer;
  const short = second & 0x7f;
  const isLong = short === 126;
  if (buffer.length < 2 || (isLong && buffer.length < 4) || short === 127) return undefined;
  const length = isLong ? buffer.readUInt16BE(2) : short;
  const start = (isLong ? 4 : 2) + 4;
  if (buffer.length < start + length) return undefined;
  const mask = buffer.subarray(start - 4, start);
  const payload = Buffer.from(
    buffer.subarray(start, start + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0)),
  );
  return { opcode: first & 0x0f, payload, bytes: start + length };
}
