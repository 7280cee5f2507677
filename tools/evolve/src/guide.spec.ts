/** The guide to an evolving business shows what is there: its files, commands and lines. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readPhases } from './phases.ts';
import { checkout } from './story.ts';

const read = (path: string) => readFileSync(join(checkout, path), 'utf8');
const guide = read('docs/guides/evolve-a-business.md');
const blocks = (language: string) =>
  [...guide.matchAll(/```(\w*)\n([^]*?)```/g)].flatMap(([, of, text = '']) =>
    of === language ? [text] : [],
  );

it('names files of phases that are there', () => {
  const named = [...guide.matchAll(/(?:deploy\/phases|\.data\/packs)\/([\w./-]*\w)/g)];
  const paths = named.map(([, path = '']) => `deploy/phases/${path}`);
  expect(paths.length).toBeGreaterThan(5);
  expect(paths.filter((path) => !existsSync(join(checkout, path)))).toEqual([]);
});

it('changes lines of the workflow and of the code that are there', () => {
  const [version = '', limit = ''] = blocks('yaml');
  const flow = read(readPhases(checkout)[0]?.workflows[0]?.file ?? '');
  expect(flow).toContain(version.replace('2', '1'));
  expect(flow).toContain(limit.replace('500000', '80000'));
  const [before = ''] = blocks('ts');
  expect(read('libs/orders/src/sales-order.document.ts')).toContain(before);
});

it('runs commands that the command line has', () => {
  const sources = ['main', 'workflow-command', 'lifecycle-command', 'approval-command'];
  const known = sources.map((name) => read(`apps/cli/src/${name}.ts`)).join('\n');
  const named = [...guide.matchAll(/^npx --no morrow (\w+)(?: (list|move))?/gm)];
  const words = new Set(named.flatMap(([, first, second]) => [first ?? '', second ?? '']));
  for (const word of words) expect(known).toContain(word);
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const [, name = ''] of guide.matchAll(/^npm (?:run )?(\w+)/gm))
    expect(Object.keys(scripts)).toContain(name);
});
