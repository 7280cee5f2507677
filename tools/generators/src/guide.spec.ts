// The guide for newcomers shows what the generators do: paths and commands are those of the code.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { generate } from './generate.ts';

const root = resolve(import.meta.dirname, '../../..');
const guide = readFileSync(resolve(root, 'docs/guides/add-a-domain.md'), 'utf8');

it('lists the files of a new domain in their order', async () => {
  const changes = await generate(root, { what: 'domain', args: ['projects'] });
  const lines = changes.map(({ path, isNew }) => `${isNew ? 'new    ' : 'changed'} ${path}\n`);
  expect(guide).toContain(`npm run new domain projects\n`);
  expect(guide).toContain(`\`\`\`\n${lines.join('')}`);
});

it('names lines to change that a new domain has', async () => {
  const changes = await generate(root, { what: 'domain', args: ['projects'] });
  const written = changes.map(({ text }) => text).join('\n');
  const blocks = [...guide.matchAll(/```ts\n(.*)\n/g)].map(([, first = '']) => first);
  const kept = blocks.filter((line) => !/owner/.test(line));
  expect(kept).toHaveLength(1);
  for (const line of kept) expect(written).toContain(line);
});
