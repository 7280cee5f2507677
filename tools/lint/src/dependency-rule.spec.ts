// Every cell of the dependency table, planted in every form that an import can take.
import { describe, expect, it } from 'vitest';
import { type Cell, dependencyTable, type Layer, layers } from './dependency-table.ts';
import { forms, lintPlanted } from './planted-world.ts';

const cells = layers.flatMap((from) =>
  layers.map((to) => ({ from, to, cell: dependencyTable[from].may[to] })),
);
const some = (layer: Layer) => `@morrow/some-${layer}`;
const other = (layer: Layer) => `@morrow/other-${layer}`;
const relative = (layer: Layer) => {
  const folder = { kernel: 'libs', adapter: 'adapters', app: 'apps', tool: 'tools' } as const;
  const group = layer in folder ? folder[layer as keyof typeof folder] : 'protocols';
  return `../../../${group}/other-${layer}/src/index.ts`;
};
const waysOf = (target: string) => Object.values(forms).map((form) => form(target));

/** What stands in a file of one layer for each way to reach the target, with the ways caught. */
async function caught(from: string, lines: readonly string[], file?: string) {
  const found = await Promise.all(lines.map((line) => lintPlanted(from, line, file)));
  return lines.filter((_, at) => found[at]?.length);
}

describe('the dependency table', () => {
  it.each(cells.filter(({ cell }) => cell === 'no'))(
    'catches a $from that reaches a $to in any form',
    async ({ from, to }) => {
      const lines = [...waysOf(other(to)), ...waysOf(relative(to))];
      expect(await caught(some(from), lines)).toEqual(lines);
    },
  );

  it.each(cells.filter(({ cell }) => cell !== 'no'))(
    'catches a $from that reaches into the folder of a $to, though it may import it',
    async ({ from, to }) => {
      expect(await caught(some(from), waysOf(relative(to)))).toEqual(waysOf(relative(to)));
    },
  );

  it.each(cells.filter(({ cell }) => cell === 'yes' || cell === 'declared'))(
    'lets a $from import a $to',
    async ({ from, to }) => {
      expect(await caught(some(from), waysOf(other(to)))).toEqual([]);
    },
  );

  it('knows no kind of cell without a test', () => {
    const shared: Cell[] = ['shared', 'shared and own', 'shared and wired'];
    const tested: Cell[] = ['no', 'yes', 'declared', 'own', ...shared, 'manifest'];
    expect(new Set(cells.map(({ cell }) => cell))).toEqual(new Set(tested));
  });
});

describe('the cells with a condition', () => {
  it('lets a protocol and a regional pack import only protocols that they declare', async () => {
    for (const from of ['protocol', 'regional'] as const) {
      expect(await caught(other(from), waysOf(some('protocol')))).toEqual(waysOf(some('protocol')));
    }
  });

  it('gives every domain and keeper the document- and event-keeper', async () => {
    const lines = [...waysOf('@morrow/document-keeper'), ...waysOf('@morrow/event-keeper')];
    expect(await caught(some('domain'), lines)).toEqual([]);
    expect(await caught(some('keeper'), lines)).toEqual([]);
  });

  it('gives an app the shared keepers and those that it connects, and no other', async () => {
    const connected = ['@morrow/workflow-keeper', '@morrow/extension'].flatMap(waysOf);
    const stock = waysOf('@morrow/stock-keeper');
    expect(await caught(some('app'), [...connected, ...waysOf('@morrow/event-keeper')])).toEqual(
      [],
    );
    expect(await caught(some('app'), stock)).toEqual(stock);
  });

  it('gives a language to those who declare it, and of the domains to its own', async () => {
    const language = waysOf('@morrow/workflow-language');
    expect(await caught('@morrow/workflows', language)).toEqual([]);
    expect(await caught('@morrow/finance', language)).toEqual(language);
    for (const from of ['language', 'keeper', 'app'] as const)
      expect(await caught(some(from), language)).toEqual(language);
  });

  it('gives a keeper of one domain to no other domain and no other keeper', async () => {
    const book = waysOf('@morrow/book-keeper');
    expect(await caught('@morrow/finance', book)).toEqual([]);
    const stock = waysOf('@morrow/stock-keeper');
    expect(await caught('@morrow/finance', stock)).toEqual(stock);
    expect(await caught(some('domain'), [...book, ...stock])).toEqual([...book, ...stock]);
    expect(await caught(some('keeper'), [...book, ...stock])).toEqual([...book, ...stock]);
  });

  it.each(['domain', 'regional'] as const)(
    'lets an app load the manifest of a %s when it hosts it, and nothing else of it',
    async (to) => {
      const { value, again, effect, type, dynamic } = forms;
      const atOnce = [value, again, effect].map((form) => form(other(to)));
      expect(await caught(some('app'), atOnce)).toEqual(atOnce);
      expect(await caught(some('app'), [type(other(to)), dynamic(other(to))])).toEqual([]);
      const inside = waysOf(`${other(to)}/inside`);
      expect(await caught(some('app'), inside)).toEqual(inside);
    },
  );
});

describe('packages from npm and modules of Node', () => {
  const closed = layers.filter((layer) => dependencyTable[layer].npm !== 'declared');
  const open = layers.filter((layer) => dependencyTable[layer].npm === 'declared');

  it.each(closed)('are kept out of a %s, but for those in the table', async (from) => {
    const { npm } = dependencyTable[from];
    const lines = ['csv-parse', 'node:fs', 'fs', 'node:timers', 'node:crypto'].flatMap(waysOf);
    expect(await caught(some(from), lines)).toEqual(lines);
    expect(await caught(some(from), [...npm].flatMap(waysOf))).toEqual([]);
  });

  it.each(open)('are free to a %s when it declares them', async (from) => {
    expect(await caught(some(from), ['csv-parse', 'csv-parse/sync'].flatMap(waysOf))).toEqual([]);
    expect(await caught(some(from), waysOf('node:fs'))).toEqual([]);
    expect(await caught(other(from), waysOf('csv-parse'))).toEqual(waysOf('csv-parse'));
  });

  it.each(closed)('cannot be computed in a %s', async (from) => {
    expect(await caught(some(from), ['void import(name);'])).toEqual(['void import(name);']);
  });
});

describe('test files', () => {
  const tools = ['vitest', 'fast-check', '@morrow/dev-services', '@morrow/other-contract/suite'];
  const lines = tools.map(forms.value);

  it.each([
    'x.spec.ts',
    'x.int-spec.ts',
    'x.property.spec.ts',
    'x.scenarios.ts',
    'x.features.ts',
    'suite/x.ts',
    'store-world.ts',
  ])('may use the tools of testing: %s', async (file) => {
    expect(await caught(some('domain'), [...lines, forms.value('node:fs')], file)).toEqual([]);
  });

  it('alone may use them', async () => {
    expect(await caught(some('domain'), lines)).toEqual(lines);
  });

  it('obey the table otherwise', async () => {
    const neighbour = waysOf(other('domain'));
    expect(await caught(some('domain'), neighbour, 'x.spec.ts')).toEqual(neighbour);
  });

  it('are out of reach of production code', async () => {
    const reach = [...waysOf('./suite/x.ts'), ...waysOf('./store-world.ts')];
    expect(await caught(some('domain'), reach)).toEqual(reach);
    expect(await caught(some('domain'), reach, 'x.spec.ts')).toEqual([]);
  });
});

describe('any package', () => {
  it('is caught importing a path, an address or its own name', async () => {
    const lines = ['/etc/x.ts', 'file:///x.ts', 'https://x.example/x.js', some('app')];
    expect(await caught(some('app'), lines.map(forms.value))).toEqual(lines.map(forms.value));
  });

  it('may import its own files', async () => {
    expect(await caught(some('domain'), ['./y.ts', '../src/y.ts'].map(forms.value))).toEqual([]);
  });
});
