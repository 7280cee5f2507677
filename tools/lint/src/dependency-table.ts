// Who may import whom: the only copy of the rule, read by lint, tidy and the documentation.

/** Every package names one of these in its package.json: `"nx": { "tags": ["layer:domain"] }`. */
export const layers = [
  'kernel',
  'contract',
  'protocol',
  'engine-port',
  'language',
  'keeper',
  'domain',
  'regional',
  'adapter',
  'app',
  'tool',
] as const;
export type Layer = (typeof layers)[number];

/**
 * - `declared`: those of its own package.json (so that the graph of packages, which has no cycle,
 *   shows it).
 * - `shared`: document-keeper and event-keeper.
 * - `own`: what `owners` gives to this domain.
 * - `shared and own`: the shared keepers, and what `owners` gives to this domain.
 * - `shared and wired`: the shared keepers, and those that a process connects to its domains.
 * - `manifest`: the root of the package, loaded with `import()`, so that a process holds only the
 *   domains that it hosts; types freely.
 */
export type Cell =
  'no' | 'yes' | 'declared' | 'own' | 'shared' | 'shared and own' | 'shared and wired' | 'manifest';

/** Packages from npm, and modules of Node itself: named ones, those declared, or all. */
export interface Row {
  readonly may: Readonly<Record<Layer, Cell>>;
  readonly npm: readonly string[] | 'declared';
  readonly node: readonly string[] | 'all';
}

const none: Readonly<Record<Layer, Cell>> = {
  kernel: 'no',
  contract: 'no',
  protocol: 'no',
  'engine-port': 'no',
  language: 'no',
  keeper: 'no',
  domain: 'no',
  regional: 'no',
  adapter: 'no',
  app: 'no',
  tool: 'no',
};
const core = { ...none, kernel: 'yes', contract: 'yes' } as const;
const wired = { ...core, protocol: 'yes', 'engine-port': 'yes' } as const;

export const dependencyTable: Readonly<Record<Layer, Row>> = {
  kernel: { may: none, npm: ['decimal.js'], node: [] },
  contract: { may: { ...none, kernel: 'yes' }, npm: ['zod'], node: ['async_hooks'] },
  protocol: { may: { ...core, protocol: 'declared' }, npm: ['zod'], node: [] },
  'engine-port': { may: core, npm: [], node: [] },
  language: {
    may: { ...core, protocol: 'declared', language: 'declared' },
    npm: ['zod', 'yaml', 'jsonata', 'iso8601-duration'],
    node: [],
  },
  keeper: {
    may: {
      ...{ ...core, protocol: 'declared', 'engine-port': 'yes' },
      ...{ language: 'declared', keeper: 'shared' },
    },
    npm: ['zod'],
    node: [],
  },
  domain: {
    may: { ...core, protocol: 'yes', language: 'own', keeper: 'shared and own' },
    npm: [],
    node: [],
  },
  regional: { may: { ...core, protocol: 'declared' }, npm: [], node: [] },
  adapter: { may: wired, npm: 'declared', node: 'all' },
  app: {
    may: {
      ...{ ...wired, language: 'declared', keeper: 'shared and wired' },
      ...{ domain: 'manifest', regional: 'manifest', adapter: 'yes', app: 'yes' },
    },
    npm: 'declared',
    node: 'all',
  },
  tool: {
    may: { ...wired, language: 'yes', keeper: 'yes', adapter: 'yes', app: 'yes', tool: 'yes' },
    npm: 'declared',
    node: 'all',
  },
};

/** Keepers that every domain and every other keeper may use. */
export const sharedKeepers = ['@morrow/document-keeper', '@morrow/event-keeper'] as const;

/** Keepers that whoever composes a process connects to its domains. */
export const wiredKeepers = ['@morrow/extension', '@morrow/workflow-keeper'] as const;

/** The one domain that each other keeper works in, and that speaks a language. */
export const owners: Readonly<Record<string, string>> = {
  '@morrow/book-keeper': '@morrow/finance',
  '@morrow/stock-keeper': '@morrow/wms',
  '@morrow/workflow-keeper': '@morrow/workflows',
  '@morrow/workflow-language': '@morrow/workflows',
};

/** What test files of every layer may import besides; also any `@morrow/…/suite`. */
export const testImports = [
  'vitest',
  'fast-check',
  '@morrow/dev-services',
  '@morrow/adapter-memory',
  '@morrow/adapter-embedded-postgres',
] as const;

const testSuffixes = /\.(spec|int-spec|e2e-spec|test-d|bench|scenarios|features)\.tsx?$/;
const testFolders = /\/src\/(?:.*\/)?(suite|scenarios)\/|^tools\/proofs\//;
const testWorlds = /(?:\/|-)world\.ts$/;

/** Whether a file, by its path from the root, serves tests only; production may not reach it. */
export const isTestFile = (path: string): boolean =>
  testSuffixes.test(path) || testFolders.test(path) || testWorlds.test(path);
