/**
 * What the bundles hold in the place of `node:http`. An import of the real one makes Node list all that it exports, and
 * with it load what nobody asked for: fetch and WebSocket, some ten milliseconds of a cold start.
 */

const http = process.getBuiltinModule('node:http');

export const { Agent, ClientRequest, IncomingMessage, METHODS, request, get, globalAgent } = http;
