// Packs as texts: in which order they come, and what is told of those that cannot be taken.
import { expect, it } from 'vitest';
import { readPacks, type PackFile } from './read-packs.ts';

const file = (path: string, text: string, ...beside: readonly string[]): PackFile => ({
  ...{ path, text },
  hasBeside: (name) => beside.includes(name),
});

it('packs come in the order of their names, wherever they lie', () => {
  const { packs, faults } = readPacks([
    file('z/pack.yaml', 'name: a\nsummary: S\nmodules: [notices]'),
    file('x/pack.json', '{ "name": "b", "summary": "S" }'),
    file('y/pack.yaml', '{ name: 0a, summary: S }'),
  ]);
  expect(packs.map(({ name }) => name)).toEqual(['0a', 'a', 'b']);
  expect(packs[1]?.at(['modules', 0])).toBe('z/pack.yaml:3:11 modules[0]');
  expect(faults).toEqual([]);
});

it('two packs of one name, a file that is missing and a text that is none are told', () => {
  const workflows = 'workflows: [w.yaml, v.yaml]';
  const { packs, faults } = readPacks([
    file('1', 'name: a\nsummary: S'),
    file('2', 'name: a\nsummary: T'),
    file('3', `name: b\nsummary: S\n${workflows}`, 'w.yaml'),
    file('4', 'name: ['),
    file('5', 'name: c'),
  ]);
  expect(packs.map(({ name }) => name)).toEqual(['a', 'a']);
  expect(faults).toEqual([
    '3:3:21 workflows[1]: v.yaml is not there.',
    expect.stringMatching(/^4:1:\d+: This is no YAML/) as string,
    expect.stringMatching(/^5:1:\d+ summary: /) as string,
    '1:1:1 name: another pack is called a too.',
  ]);
});
