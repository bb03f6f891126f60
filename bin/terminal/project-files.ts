/**
 * The files of `flatline init`: a folder that deploys, on any machine, exactly the flatline that wrote it. It contains the
 * tarball, and the lock file has its hash, so `npm ci` installs the same version later.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CDK_PACKAGES } from '../../package/cdk-packages.ts';
import { ROOT } from '../../package/root.ts';

/** Content by path. `tarball` is the name of the packed flatline beside them. */
export function projectFiles(tarball: string): ReadonlyMap<string, string> {
  return new Map([
    ['package.json', json(manifestOf(tarball))],
    ['cdk.json', json({ ...JSON.parse(ours('cdk.json')), app: 'node app.mjs' })],
    ['app.mjs', ours('package/project/app.mjs')],
    ['.gitignore', IGNORED],
    ['config/production.ini', ours('config/production.ini')],
    ['config/testnet.ini', ours('config/testnet.ini')],
  ]);
}

/** What npm and the CDK make, what the tools write, and the files with secrets that the documents have somebody make. */
const IGNORED = 'node_modules/\ncdk.out/\n*.html\nflatline-bundle-*.tar.gz\nkey.json\nwebhook.txt\n';

/** With the CDK in the versions that this flatline was tested with. */
function manifestOf(tarball: string): object {
  const { cdk, devDependencies } = JSON.parse(ours('package.json'));
  const pinned = cdk ?? Object.fromEntries(CDK_PACKAGES.map(name => [name, devDependencies[name]]));
  return {
    name: 'flatline-deployment',
    private: true,
    type: 'module',
    scripts: { flatline: 'flatline', deploy: 'flatline deploy' },
    dependencies: { flatline: `file:${tarball}`, ...pinned },
  };
}

const ours = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
