// Edits by the syntax tree: what is added stands where it should, the rest is as it was.
import { expect, it } from 'vitest';
import { appendTo, argumentOf, importName, open, textOf, valueOf } from './syntax.ts';

const source = `/** Errands. */
import { a } from '@morrow/contract';
import { b } from './b.ts';

const documents = [one, two] as const;
export const Errands = define({ documents, errors: {}, list: [b, a] });
`;

it('adds to lists and objects, also to those that a name stands for', () => {
  const file = open('errands.ts', source);
  const spec = argumentOf(file, 'define');
  appendTo(file, valueOf(file, spec, 'documents'), 'three');
  appendTo(file, valueOf(file, spec, 'errors'), 'gone: 1');
  appendTo(file, valueOf(file, spec, 'errors'), 'late: 2');
  expect(textOf(file)).toBe(
    source.replace('two]', 'two, three]').replace('errors: {}', 'errors: {gone: 1, late: 2}'),
  );
});

it('imports a name once, beside its neighbours', () => {
  const file = open('errands.ts', source);
  for (const name of ['a', 'c']) importName(file, name, '@morrow/contract');
  importName(file, 'z', 'zod');
  importName(file, 'd', './d.ts');
  expect(textOf(file).split('\n').slice(1, 5)).toEqual([
    "import { a, c } from '@morrow/contract';",
    "import { z } from 'zod';",
    "import { b } from './b.ts';",
    "import { d } from './d.ts';",
  ]);
});

it('adds to JSON', () => {
  const file = open('a.json', '{ "processes": [{ "modules": ["masters"] }] }');
  const [root] = file.tree.statements as unknown as [{ expression: never }];
  appendTo(file, valueOf(file, root.expression, 'processes'), '{}');
  expect(textOf(file)).toBe('{ "processes": [{ "modules": ["masters"] }, {}] }');
});

it('refuses with a sentence what it does not find', () => {
  const file = open('errands.ts', source);
  expect(() => argumentOf(file, 'defineProtocol')).toThrow('errands.ts has no defineProtocol({…})');
  expect(() => valueOf(file, argumentOf(file, 'define'), 'events')).toThrow('has no events');
});
