/** A WebSocket, server side (RFC 6455), for the short messages of an exchange. Answers pings and the end by itself. */

import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
/** Larger messages are neither read nor sent. */
const MOST_BYTES = 64 * 1024;

export interface WebSocket {
  readonly send: (text: string) => void;
  onText(listener: (text: string) => void): void;
  /** Once, however it ends. */
  onEnd(happen: () => void): void;
}

/** Undefined: the request does not ask for one. */
export function acceptWebSocket(request: IncomingMessage, socket: Duplex): WebSocket | undefined {
  const key = request.headers['sec-websocket-key'];
  if (key === undefined) return undefined;
  const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64');
  socket.on('error', () => undefined);
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  let onMessage: (text: string) => void = () => undefined;
  let waiting = Buffer.alloc(0);
  socket.on('data', chunk => {
    waiting = Buffer.concat([waiting, chunk]);
    for (let frame = frameIn(waiting); frame !== undefined; frame = frameIn(waiting)) {
      waiting = waiting.subarray(frame.bytes);
      if (frame.opcode === TEXT) onMessage(frame.payload.toString('utf8'));
      if (frame.opcode === PING) write(socket, PONG, frame.payload);
      if (frame.opcode !== CLOSE) continue;
      write(socket, CLOSE, frame.payload);
      socket.end();
    }
    if (waiting.length > MOST_BYTES) socket.destroy();
  });
  return {
    send: text => write(socket, TEXT, Buffer.from(text)),
    onText: listener => {
      onMessage = listener;
    },
    onEnd: happen => void socket.once('close', happen),
  };
}

function write(socket: Duplex, opcode: number, payload: Buffer): void {
  if (!socket.writable || payload.length >= MOST_BYTES) return;
  const { length } = payload;
  const size = length < 126 ? [length] : [126, length >> 8, length & 0xff];
  socket.write(Buffer.concat([Buffer.from([0x80 | opcode, ...size]), payload]));
}

interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
  readonly bytes: number;
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
