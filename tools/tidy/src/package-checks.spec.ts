// Each rule about packages: breaches are planted and seen caught, a good package passes.
import { describe, expect, it } from 'vitest';
import * as checks from './package-checks.ts';
import type { Check } from './tree.ts';

const good = {
  name: '@morrow/wms',
  private: true,
  license: 'MIT',
  type: 'module',
  exports: {
    '.': {
      '@morrow/source': './src/index.ts',
      types: './dist/index.d.ts',
      default: './dist/index.js',
    },
  },
  scripts: { build: 'tsc -b' },
  nx: { tags: ['layer:domain'] },
};
type Tree = Readonly<Record<string, unknown>>;
const found = (check: Check, tree: Tree) =>
  check(
    Object.entries(tree).map(([path, content]) => ({
      path,
      text: typeof content === 'string' ? content : JSON.stringify(content),
    })),
  ).map(({ sentence }) => sentence);
const wms = (changes: object) => ({
  'libs/wms/package.json': { ...good, ...changes },
  'libs/wms/src/index.ts': '',
  'libs/wms/src/suite/index.ts': '',
});

describe('hasPackageShape', () => {
  const { hasPackageShape } = checks;
  const onlySource = { '.': { '@morrow/source': './src/index.ts' } };

  it.each([
    [{ name: 'wms' }, 'the name is @morrow/wms'],
    [{ private: false }, 'private: true, type: module, license: MIT'],
    [{ license: 'ISC' }, 'private: true, type: module, license: MIT'],
    [{ nx: {} }, 'one tag layer:… that the dependency table knows'],
    [{ nx: { tags: ['layer:stuff'] } }, 'one tag layer:… that the dependency table knows'],
    [{ scripts: {} }, 'scripts.build is tsc -b'],
    [{ exports: onlySource }, `exports['.'] is ${JSON.stringify(good.exports['.'])}`],
    [{ exports: undefined }, `exports['.'] is ${JSON.stringify(good.exports['.'])}`],
    [{ exports: { ...good.exports, './suite': './x.ts' } }, "exports['./suite'] is"],
  ])('catches %j', (changes, sentence) => {
    const sentences = found(hasPackageShape, wms(changes));
    expect(sentences).toHaveLength(1);
    expect(sentences[0]).toContain(sentence);
  });

  it('lets a good one pass, wherever it stands', () => {
    expect(found(hasPackageShape, wms({}))).toEqual([]);
    const stock = { ...good, name: '@morrow/protocol-stock' };
    const nats = { ...good, name: '@morrow/adapter-nats' };
    const tree = {
      'protocols/stock/package.json': stock,
      'protocols/stock/src/index.ts': '',
      'adapters/nats/package.json': nats,
      'adapters/nats/src/index.ts': '',
    };
    expect(found(hasPackageShape, tree)).toEqual([]);
  });

  it('lets a program pass that exports nothing, but no export of a file that is not there', () => {
    const program = { ...good, name: '@morrow/till', bin: { till: './bin/till.mjs' } };
    const bare = { 'apps/till/package.json': { ...program, exports: undefined } };
    expect(found(hasPackageShape, bare)).toEqual([]);
    expect(found(hasPackageShape, { 'apps/till/package.json': program })).toEqual([
      "exports['.'] names src/index.ts, which is not there",
    ]);
  });
});

describe('pinsVersions', () => {
  it.each(['^1.0.0', '~1.0.0', '1', 'latest', 'npm:x@^1.0.0', '*'])('catches %s', (version) => {
    const tree = wms({ dependencies: { x: version } });
    expect(found(checks.pinsVersions, tree)).toEqual([`x: ${version}`]);
  });

  it('lets exact versions, aliases of them and neighbours pass', () => {
    const dependencies = {
      x: '1.2.3-beta.4',
      nats: 'npm:@nats-io/transport-node@3.4.0',
      '@morrow/kernel': '*',
    };
    expect(found(checks.pinsVersions, wms({ dependencies }))).toEqual([]);
    const pinned = wms({ dependencies: { '@morrow/kernel': '0.1.0' } });
    expect(found(checks.pinsVersions, pinned)).toEqual(['@morrow/kernel: 0.1.0']);
  });
});

describe('dependencies', () => {
  const root = { 'package.json': { devDependencies: { vitest: '5.1.1' } } };
  const uses = (text: string, changes: object = {}, file = 'issue.ts') => ({
    ...root,
    ...wms(changes),
    [`libs/wms/src/${file}`]: text,
  });

  it.each([
    "import { z } from 'zod';",
    "import type { Z } from 'zod/v4';",
    "export * from 'zod';",
    "void import('zod');",
  ])('declaresWhatItUses catches %s', (text) => {
    const sentence = 'libs/wms/src/issue.ts imports zod';
    expect(found(checks.declaresWhatItUses, uses(text))).toEqual([sentence]);
    const forTests = { devDependencies: { zod: '4.6.7' } };
    expect(found(checks.declaresWhatItUses, uses(text, forTests))).toEqual([sentence]);
    expect(
      found(checks.declaresWhatItUses, uses(text, { dependencies: { zod: '4.6.7' } })),
    ).toEqual([]);
  });

  it('declaresWhatItUses lets tests use what the root declares', () => {
    const text = "import { it } from 'vitest';\nimport { readFileSync } from 'node:fs';";
    expect(found(checks.declaresWhatItUses, uses(text, {}, 'issue.spec.ts'))).toEqual([]);
    expect(found(checks.declaresWhatItUses, uses(text))).toEqual([
      'libs/wms/src/issue.ts imports vitest',
    ]);
  });

  it('usesWhatItDeclares catches what no source names', () => {
    const declared = { dependencies: { zod: '4.6.7', rxjs: '7.8.2', '@types/pg': '8.15.0' } };
    expect(found(checks.usesWhatItDeclares, uses('', declared))).toEqual([
      'zod is declared and never used',
    ]);
    const tree = uses("import { z } from 'zod';", declared);
    expect(found(checks.usesWhatItDeclares, tree)).toEqual([]);
  });

  it('hasNoCycle catches packages that point at each other', () => {
    const pointing = (name: string, ...to: string[]) => ({
      name,
      dependencies: Object.fromEntries(to.map((target) => [target, '*'])),
    });
    const tree = {
      'libs/a/package.json': pointing('a', 'b'),
      'libs/b/package.json': pointing('b', 'c'),
      'libs/c/package.json': pointing('c', 'b', 'd'),
      'libs/d/package.json': pointing('d'),
    };
    expect(found(checks.hasNoCycle, tree)).toEqual(['b → c → b']);
    expect(
      found(checks.hasNoCycle, { ...tree, 'libs/c/package.json': pointing('c', 'd') }),
    ).toEqual([]);
  });
});
