// The real eslint.config.mjs applies our rules to every package of the workspace.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ESLint, type Linter } from 'eslint';
import { expect, it } from 'vitest';
import { tableMarkdown } from './table-markdown.ts';
import { describePackage, readWorkspace } from './workspace.ts';

const root = resolve(import.meta.dirname, '../../..');
const packages = readWorkspace(root);
const eslint = new ESLint({ cwd: root });
const severities = async (file: string) => {
  const { rules = {} } = (await eslint.calculateConfigForFile(file)) as Linter.Config;
  const of = (name: string) => [rules[name]].flat()[0] ?? 0;
  return { dependencies: of('morrow/dependencies'), plain: of('morrow/plain-domain') };
};

it.each(packages)('$folder obeys the table', async ({ folder }) => {
  const isPlain = folder.startsWith('libs/');
  expect(await severities(`${root}/${folder}/src/planted.ts`)).toEqual({
    dependencies: 2,
    plain: isPlain ? 2 : 0,
  });
  expect((await severities(`${root}/${folder}/src/planted.spec.ts`)).dependencies).toBe(2);
});

it('suppresses no arrow', () => {
  const file = `${root}/eslint-suppressions.json`;
  const suppressed = existsSync(file) ? readFileSync(file, 'utf8') : '{}';
  const rules = Object.values(JSON.parse(suppressed) as Record<string, object>).flatMap(
    Object.keys,
  );
  expect(rules.filter((rule) => rule.startsWith('morrow/'))).toEqual([]);
});

it('refuses a package without a layer', () => {
  const describe = () => describePackage('libs/x', { name: '@morrow/x', nx: { tags: ['x'] } });
  expect(describe).toThrow('libs/x/package.json: one tag layer:… of kernel, contract');
});

it('writes the table with one row for each layer', () => {
  const lines = tableMarkdown().split('\n');
  expect(lines).toHaveLength(13);
  const keepers = 'document, event and its own';
  const cells = ['domain', 'yes', 'yes', 'yes', 'no', 'its own', keepers];
  const others = ['no', 'no', 'no', 'no', 'no', 'none', 'none'];
  expect(lines[8]).toBe(`| ${[...cells, ...others].join(' | ')} |`);
});

it('finds that table in ARCHITECTURE.md, word for word', () => {
  expect(readFileSync(`${root}/ARCHITECTURE.md`, 'utf8')).toContain(tableMarkdown());
});
