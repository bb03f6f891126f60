/** Checks the rules for sources (docs/decisions.md): allowed imports, no import circles, no ambient time or randomness. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Source {
  readonly path: string;
  readonly text: string;
  /** Repository paths of own files, names of packages. `typeOnly` when nothing of it remains at run time. */
  readonly imports: readonly { readonly to: string; readonly typeOnly: boolean }[];
}

const sources: readonly Source[] = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts'], { cwd: ROOT })
  .toString()
  .split('\n')
  .filter(path => path !== '' && !path.endsWith('.d.ts'))
  .map(path => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    return { path, text, imports: importsOf(path, text) };
  });

function importsOf(path: string, text: string): Source['imports'] {
  const statement = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...text.matchAll(statement)].map(([, typeOnly, from, dynamic]) => {
    const name = from ?? dynamic ?? '';
    return { to: name.startsWith('.') ? normalize(join(dirname(path), name)) : name, typeOnly: typeOnly !== undefined };
  });
}

/** A layer, and what it may import: own path prefixes, packages by name. Types may also come from `types`. */
interface Floor {
  readonly floor: RegExp;
  readonly may: readonly RegExp[];
  readonly types?: readonly RegExp[];
}

const CONTRACT = /^lambda\/(contract|events|aliases|bot-row|bundling|guide-link|permissions)\.ts$/;
const CORE = /^lambda\/core\//;
const VIEWS = /^lambda\/views\//;
const PORTS = /^lambda\/ports\.ts$/;
const APP = /^lambda\/app\//;
const PURE_NODE = /^node:(crypto|util)$/;
const ANY_NODE = /^node:/;
/** The folder of this installation, and its version. */
const PACKAGE = /^package\/(root|version|cdk-packages)\.ts$/;
/** What the commands share. Everything else belongs to one command. */
const SHARED_BY_COMMANDS = /^bin\/(terminal|incident|connect|liquidation|bots)\//;

const FLOORS: readonly Floor[] = [
  { floor: CONTRACT, may: [], types: [CONTRACT] },
  { floor: CORE, may: [CORE, CONTRACT, PURE_NODE, /^zod\/mini$/, /^big\.js$/], types: [PORTS] },
  { floor: PORTS, may: [], types: [CORE, CONTRACT] },
  { floor: VIEWS, may: [VIEWS, CORE, CONTRACT, PURE_NODE, /^zod\/mini$/], types: [PORTS] },
  { floor: /^lambda\/app\/(notifier|panel)\//, may: [APP, VIEWS, CORE, CONTRACT, PORTS] },
  { floor: /^lambda\/app\/(?!notifier\/|panel\/)/, may: [APP, CORE, CONTRACT, PORTS], types: [VIEWS] },
  { floor: /^lambda\/adapters\/connections\//, may: [/^lambda\/adapters\/connections\//, ANY_NODE] },
  { floor: /^lambda\/bundle-shims\//, may: [ANY_NODE, /^@aws-sdk\//] },
  ...['aws', 'binance', 'chat', 'dynamo', 'telemetry'].map(
    (name): Floor => ({
      floor: new RegExp(`^lambda/adapters/${name}/`),
      may: [new RegExp(`^lambda/adapters/(${name}|connections)/`), CORE, CONTRACT, PORTS, ANY_NODE, /^[@a-z]/],
      types: [VIEWS],
    }),
  ),
  { floor: /^lambda\/adapters\/[a-z-]+\.ts$/, may: [CORE, CONTRACT, PORTS, ANY_NODE] },
  { floor: /^lambda\/handlers\//, may: [/^lambda\//, /^@aws-sdk\//], types: [/^aws-lambda$/] },
  {
    floor: /^simulator\/engine\//,
    may: [/^simulator\/engine\//, CONTRACT, PACKAGE, ANY_NODE, /^big\.js$/],
  },
  // The stores in memory keep the rules of lambda/adapters/dynamo; both pass the same tests.
  { floor: /^simulator\/stores\//, may: [/^simulator\/stores\//, CORE, CONTRACT, PORTS, ANY_NODE] },
  {
    floor: /^simulator\/(?!engine\/|stores\/)/,
    may: [/^simulator\//, CONTRACT, PACKAGE, ANY_NODE, /^(big\.js|dynalite|esbuild|@aws-sdk\/.*)$/],
  },
  { floor: /^package\//, may: [/^package\//, CONTRACT, /^simulator\/cloud\/bundle\.ts$/, ANY_NODE, /^esbuild$/] },
  { floor: /^client\//, may: [/^client\//, CONTRACT, ANY_NODE, /^@aws-sdk\//] },
  {
    floor: /^lib\//,
    may: [/^lib\//, CONTRACT, PACKAGE, ANY_NODE, /^(aws-cdk-lib|constructs|cdk-nag)/],
    types: [/^lambda\/core\/config\//],
  },
  {
    floor: /^bin\/app\.ts$/,
    may: [
      /^lib\//,
      CONTRACT,
      /^lambda\/core\/(config\/|heartbeat\/canary\.ts$)/,
      /^lambda\/adapters\/config-file\.ts$/,
      PACKAGE,
      ANY_NODE,
      /^aws-cdk-lib$/,
    ],
  },
  {
    floor: /^bin\/incident\//,
    may: [SHARED_BY_COMMANDS, VIEWS, CORE, CONTRACT, PORTS],
  },
  {
    floor: /^bin\/(commands|terminal|connect|liquidation|bots)\//,
    may: [
      /^bin\/commands\//,
      SHARED_BY_COMMANDS,
      // What alarms there are, as a list.
      /^lib\/alarm-list\.ts$/,
      /^lambda\/(app|adapters|core|views|ports|contract|bot-row|handlers\/(wiring|watchdog-wiring))/,
      CONTRACT,
      /^client\/typescript\//,
      /^simulator\//,
      PACKAGE,
      ANY_NODE,
      /^@aws-sdk\//,
      /^(commander|string-width|wrap-ansi)$/,
    ],
  },
];

test('the list of sources is not empty', () => {
  expect(sources.length).toBeGreaterThan(50);
});

describe('who may import whom', () => {
  test.each(FLOORS.map(floor => [String(floor.floor), floor] as const))('%s', (_name, { floor, may, types = [] }) => {
    const wrong = sources
      .filter(source => floor.test(source.path))
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ to, typeOnly }) => ![...may, ...(typeOnly ? types : [])].some(rule => rule.test(to)))
          .map(({ to }) => `${path} imports ${to}`),
      );
    expect(wrong).toEqual([]);
  });

  test('a command imports no other command', () => {
    const commandOf = (path: string): string | undefined => /^bin\/commands\/([a-z-]+)/.exec(path)?.[1];
    const wrong = sources
      .filter(({ path }) => /^bin\/(?!flatline\.ts|commands\/completion\.ts)/.test(path))
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ to }) => commandOf(to) !== undefined && commandOf(to) !== commandOf(path))
          .map(({ to }) => `${path} imports ${to}`),
      );
    expect(wrong).toEqual([]);
  });

  test('no file imports a test', () => {
    const wrong = sources
      .filter(({ path }) => !path.startsWith('test/'))
      .flatMap(({ path, imports }) =>
        imports.filter(({ to }) => to.startsWith('test/')).map(({ to }) => `${path} imports ${to}`),
      );
    expect(wrong).toEqual([]);
  });

  test('every file is in a folder that has rules', () => {
    const others = sources.filter(
      ({ path }) =>
        !FLOORS.some(({ floor }) => floor.test(path)) && !/^(test|bench|bin)\/|^vitest\.config\.ts$/.test(path),
    );
    expect(others.map(({ path }) => path)).toEqual([]);
  });
});

test('imports have no circle, types included', () => {
  const own = new Map(sources.map(({ path, imports }) => [path, imports.map(({ to }) => to)]));
  const done = new Set<string>();
  const rings: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      rings.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    if (done.has(path)) return;
    for (const next of own.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const { path } of sources) visit(path, []);
  expect(rings).toEqual([]);
});

test('every client of AWS in a function has connections that age by the wall clock', () => {
  const made = sources
    .filter(({ path }) => path.startsWith('lambda/'))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/\bnew (?:DynamoDB|Lambda|S3|SNS|SQS|SecretsManager|CloudWatch\w*)Client\([\s\S]{0,150}/g)].map(
        ([options]) => ({ path, options, text }),
      ),
    );
  expect(made.length).toBeGreaterThan(4);
  const wrong = made.filter(
    ({ options, text }) => !options.includes('requestHandler') || !text.includes('awsConnections('),
  );
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('the command line loads no AWS SDK before a command connects, so that help is quick', () => {
  const statics = new Map(
    sources.map(({ path, text, imports }) => {
      const dynamic = new Set(
        [...text.matchAll(/\bimport\('([^']+)'\)/g)].map(([, to = '']) => normalize(join(dirname(path), to))),
      );
      return [path, imports.filter(({ to, typeOnly }) => !typeOnly && !dynamic.has(to)).map(({ to }) => to)];
    }),
  );
  const loaded = new Set(['bin/flatline.ts']);
  for (const path of loaded) for (const to of statics.get(path) ?? []) loaded.add(to);
  expect(loaded.size).toBeGreaterThan(100);
  expect([...loaded].filter(name => name.startsWith('@aws-sdk/'))).toEqual([]);
});

describe('names', () => {
  test('no index, no utils, no helpers, no common; kebab-case', () => {
    const wrong = sources.filter(
      ({ path }) => /(^|\/)(index|utils?|helpers?|common|misc)(\.|\/)/.test(path) || /[A-Z_]/.test(path),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test('no exported name has two files; Lambda alone asks each entry for a `handler`', () => {
    const declared = sources
      .filter(({ path }) => /^(lambda|bin|lib|client|package|simulator|bench)\//.test(path))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/^export (?:async )?(?:const|function|class|interface|type) (\w+)/gm)].map(
          ([, name = '']) => ({
            name,
            path,
          }),
        ),
      );
    const owners = Map.groupBy(declared, ({ name }) => name);
    const wrong = [...owners].filter(([name, all]) => name !== 'handler' && new Set(all.map(one => one.path)).size > 1);
    expect(declared.length).toBeGreaterThan(500);
    expect(wrong.map(([name, all]) => `${name}: ${all.map(({ path }) => path).join(', ')}`)).toEqual([]);
  });
});

describe('pure code reads no ambient state', () => {
  const banned: readonly (readonly [string, RegExp, RegExp])[] = [
    [
      'time',
      /\bDate\.now\(|\bnew Date\(\)|\bperformance\.|\bsetTimeout\(|\bsetInterval\(|\bsetImmediate\(|process\.hrtime/,
      /^(lambda\/(core|views|app)|simulator\/(engine|wire|scenarios))\//,
    ],
    [
      'randomness',
      /\bMath\.random\(|\brandomBytes\b|\brandomUUID\b|\brandomInt\b|getRandomValues/,
      /^(lambda\/(core|views|app)|simulator\/(engine|wire|scenarios))\//,
    ],
    [
      'the environment',
      /\bprocess\.env\b/,
      /^lambda\/(?!handlers\/(liquidator|watchdog|control-panel|notifier|health-check|trail-copy|ping|watcher)\.ts)/,
    ],
    ['the console', /\bconsole\.|process\.std(out|err)/, /^lambda\/(core|app)\//],
  ];
  test.each(banned)('no ambient %s', (_name, pattern, where) => {
    const strip = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    const wrong = sources.filter(({ path, text }) => where.test(path) && pattern.test(strip(text)));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });
});

test('nothing names the machine it was written on, or a download address', () => {
  const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT })
    .toString()
    .trim()
    .split('\n');
  const leak = new RegExp(['"resolved": ' + '"http', `/${'work'}/[A-Za-z.]`, `/${'root'}/[A-Za-z.]`].join('|'));
  const wrong = tracked.filter(path => leak.test(readFileSync(join(ROOT, path), 'utf8')));
  expect(wrong).toEqual([]);
});
