// Each rule about modules: breaches are planted and seen caught, good trees pass.
import { describe, expect, it } from 'vitest';
import { exportsUniqueNames, hasNoImportCircle } from './module-checks.ts';
import type { Check } from './tree.ts';

const found = (check: Check, tree: Readonly<Record<string, string>>) =>
  check(Object.entries(tree).map(([path, text]) => ({ path, text }))).map(
    ({ path, sentence }) => `${path}: ${sentence}`,
  );

describe('hasNoImportCircle', () => {
  const circle = (back: string) => ({
    'libs/wms/src/a.ts': "import { b } from './b.ts';",
    'libs/wms/src/b.ts': "export * from './deep/c.ts';",
    'libs/wms/src/deep/c.ts': back,
  });
  const sentence = ['a', 'b', 'deep/c', 'a'].map((name) => `libs/wms/src/${name}.ts`).join(' → ');

  it.each([
    "import { a } from '../a.ts';",
    "import type { A } from '../a.ts';",
    "export { a } from '../a.ts';",
    "import '../a.ts';",
    "void import('../a.ts');",
    "export let a: import('../a.ts').A;",
  ])('catches one that is closed by %s', (back) => {
    expect(found(hasNoImportCircle, circle(back))).toEqual([`libs/wms/src/a.ts: ${sentence}`]);
  });

  it('catches a file that imports itself, of each kind of folder', () => {
    for (const path of ['apps/x/src/x.ts', 'protocols/x/src/x.ts', 'tools/setup/x.mjs'])
      expect(found(hasNoImportCircle, { [path]: `import './${path.split('/').at(-1)}';` })).toEqual(
        [`${path}: ${path} → ${path}`],
      );
  });

  it('lets files that meet again, packages and what only looks like an import pass', () => {
    const tree = {
      ...circle("import { a } from '@morrow/a';\n// import '../a.ts'"),
      'libs/wms/src/d.ts': "import './a.ts';\nimport './b.ts';",
    };
    expect(found(hasNoImportCircle, tree)).toEqual([]);
  });
});

describe('exportsUniqueNames', () => {
  const packages = (wms: string, more: Readonly<Record<string, string>> = {}) => ({
    'libs/orders/package.json': '{ "name": "@morrow/orders" }',
    'libs/orders/src/index.ts': "export * from './held.ts';",
    'libs/orders/src/held.ts': 'export interface Held {}\nexport const Held = 1;',
    'libs/wms/src/index.ts': wms,
    ...more,
  });
  const sentence = (origin: string) => `Held of ${origin} is something else in ${held}`;
  const held = 'libs/orders/src/held.ts';
  const index = 'libs/wms/src/index.ts';

  it.each([
    'export class Held {}',
    'export type Held = 1;',
    'export const { Held } = {};',
    'export const [, Held] = [];',
    'export function Held() {}',
    'const other = 1;\nexport { other as Held };',
  ])('catches %s where another package has that name', (text) => {
    expect(found(exportsUniqueNames, packages(text))).toEqual([`${index}: ${sentence(index)}`]);
  });

  it('finds what an index passes on, under its new name too', () => {
    const deep = 'libs/wms/src/deep.ts';
    for (const line of ["export * from './deep.ts';", "export { Held } from './deep.ts';"])
      expect(
        found(exportsUniqueNames, packages(line, { [deep]: 'export const Held = 2;' })),
      ).toEqual([`${index}: ${sentence(deep)}`]);
    const renamed = packages("export { Old as Held } from './deep.ts';", {
      [deep]: 'export const Old = 2;',
    });
    expect(found(exportsUniqueNames, renamed)).toEqual([`${index}: ${sentence(deep)}`]);
  });

  it.each(['suite/index.ts', 'stock-world.ts', 'deep/world.ts', 'stock.features.ts'])(
    'looks at %s too',
    (file) => {
      const path = `libs/wms/src/${file}`;
      const tree = packages('', { [path]: 'export const Held = 2;' });
      expect(found(exportsUniqueNames, tree)).toEqual([`${path}: ${sentence(path)}`]);
    },
  );

  it('lets the same thing pass, and what a package keeps to itself', () => {
    const own = { 'libs/wms/src/own.ts': 'export const Held = 2;' };
    const lines = "export { Held } from '@morrow/orders';\nconst Own = 1;";
    expect(found(exportsUniqueNames, packages(lines, own))).toEqual([]);
  });

  it('lets manifests pass, and the schemas of values', () => {
    const tree = {
      'libs/wms/src/index.ts': "export * from './wms.manifest.ts';",
      'libs/wms/src/wms.manifest.ts': 'export const manifest = {};',
      'libs/orders/src/index.ts': "export * from './orders.manifest.ts';",
      'libs/orders/src/orders.manifest.ts': 'export const manifest = {};',
      'libs/kernel/src/index.ts': 'export type CalendarDate = string;',
      'protocols/contract/src/index.ts': "export * from './schema/values.ts';",
      'protocols/contract/src/schema/values.ts': 'export const CalendarDate = 1;',
    };
    expect(found(exportsUniqueNames, tree)).toEqual([]);
    const planted = { ...tree, 'libs/people/src/index.ts': 'export const manifest = {};' };
    expect(found(exportsUniqueNames, planted)).toHaveLength(1);
  });
});
