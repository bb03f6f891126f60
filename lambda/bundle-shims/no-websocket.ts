/**
 * What the bundles hold in the place of `isomorphic-ws`: the SDK mentions it beside its HTTP clients, and a function
 * opens no websocket. 53 kB less.
 */

export default class NoWebSocket {}
