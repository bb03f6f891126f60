/**
 * How the functions are bundled: the one definition, used by the drill on this machine and by the stack.
 * Imports nothing, like the contract.
 */

/** Entry points by function, relative to the repository's root. */
export const FUNCTION_ENTRIES = {
  liquidator: 'lambda/handlers/liquidator.ts',
  watchdog: 'lambda/handlers/watchdog.ts',
  'control-panel': 'lambda/handlers/control-panel.ts',
  notifier: 'lambda/handlers/notifier.ts',
  'health-check': 'lambda/handlers/health-check.ts',
  'trail-copy': 'lambda/handlers/trail-copy.ts',
} as const;

export type FunctionName = keyof typeof FUNCTION_ENTRIES;

/**
 * esbuild's own options. ESM with `module` before `main` gives the smallest SDK; `keepNames`, because minified error
 * classes would show up in logs as "t"; the banner, because CommonJS dependencies ask for `require`.
 */
export const ESBUILD_OPTIONS = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: true,
  legalComments: 'none',
  alias: {
    '@aws-sdk/credential-provider-node': './lambda/handlers/environment-credentials.ts',
    'node:http': './lambda/handlers/lean-http.ts',
    http: './lambda/handlers/lean-http.ts',
  },
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
} as const;
