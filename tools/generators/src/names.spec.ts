// Names that collide with what every domain has already are refused before anything is written.
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { checkDocument, checkDomain, checkOperation, checkProtocol, Refused } from './names.ts';

const root = resolve(import.meta.dirname, '../../..');
const camelCase = (name: string) =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

it('refuses each table that the store of a domain makes for itself', () => {
  const sources = globSync('adapters/postgres/src/!(*.int-spec|*.spec).ts', { cwd: root });
  const statements = sources.map((path) => readFileSync(resolve(root, path), 'utf8')).join('\n');
  const tables = [...statements.matchAll(/create table (?:if not exists )?(\w+) \(/g)]
    .map(([, table = '']) => camelCase(table))
    .filter((table) => table !== 'name');
  expect(tables.length).toBeGreaterThan(15);
  for (const table of tables) expect(() => checkDocument(table)).toThrow(Refused);
});

it.each(['id', 'clock', 'protocol', 'money', 'map', 'row', 'world', 'defineProtocol'])(
  'refuses a document %s, which generated files use for something else',
  (name) => {
    expect(() => checkDocument(name)).toThrow(
      `'${name}' is what the platform calls something else`,
    );
  },
);

it.each(['public', 'pgThings', 'keeping', 'contract', 'a_b', 'aBC', 'then', 'utils'])(
  'refuses a domain %s',
  (name) => {
    expect(() => checkDomain(name)).toThrow(Refused);
  },
);

it('refuses operations whose name says the other kind', () => {
  expect(() => checkOperation('close', 'query')).toThrow('get and a noun');
  expect(() => checkOperation('getState', 'command')).toThrow('does nothing');
  expect(checkOperation('getState', 'query')).toBe('getState');
  expect(checkOperation('markPaid', 'command')).toBe('markPaid');
});

it('wants a plural that differs from the one', () => {
  expect(() => checkProtocol('series', 'series')).toThrow('one and many alike');
  expect(checkProtocol('seriesOfTests', 'series')).toBe('seriesOfTests');
});

it('takes words of the business', () => {
  for (const name of ['lead', 'workItem', 'user', 'order', 'group', 'lens', 'status', 'table'])
    expect(checkDocument(name)).toBe(name);
});
