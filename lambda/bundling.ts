/** How the functions are bundled, by the drill and by the stack. */

/** Entry points by function, relative to the repository's root. */
export const FUNCTION_ENTRIES = {
  liquidator: 'lambda/handlers/liquidator.ts',
  watchdog: 'lambda/handlers/watchdog.ts',
  'control-panel': 'lambda/handlers/control-panel.ts',
  notifier: 'lambda/handlers/notifier.ts',
  'health-check': 'lambda/handlers/health-check.ts',
  'trail-copy': 'lambda/handlers/trail-copy.ts',
  ping: 'lambda/handlers/ping.ts',
  watcher: 'lambda/handlers/watcher.ts',
} as const;

export type FunctionName = keyof typeof FUNCTION_ENTRIES;

/**
 * esbuild's own options. ESM with `module` before `main` gives the smallest SDK; the banner, because CommonJS dependencies
 * ask for `require`. Names of functions are not kept: it takes a fifth of the processor time of a request to the exchange,
 * and the classes of errors that are logged, ours and the SDK's, state their names themselves.
 */
export const ESBUILD_OPTIONS = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: false,
  legalComments: 'none',
  // Smaller and faster replacements.
  alias: {
    '@aws-sdk/credential-provider-node': './lambda/bundle-shims/environment-credentials.ts',
    'node:http': './lambda/bundle-shims/node-http.ts',
    http: './lambda/bundle-shims/node-http.ts',
    axios: './lambda/bundle-shims/axios.ts',
    'isomorphic-ws': './lambda/bundle-shims/no-websocket.ts',
    '@smithy/core/event-streams': './lambda/bundle-shims/no-event-streams.ts',
    'mnemonist/lru-cache': './lambda/bundle-shims/lru-cache.ts',
  },
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
} as const;
