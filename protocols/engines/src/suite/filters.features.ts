/** What every store lists and counts for a filter, and in which order: what contract says of each
 * row by itself. */
import { compareValues, matches, type FieldSpec, type Filter, type Sort } from '@morrow/contract';
import { present, type Json, type JsonObject } from '@morrow/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DocumentRow, Place } from '../documents.ts';
import { newId, note, noteRow, opens, unit, type OpenBooks } from './notes.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
const owners = [newId(), newId()];
const letters = fc.constantFrom(
  'a',
  'A',
  'b',
  'ä',
  'Ä',
  'ß',
  'İ',
  'Σ',
  'ς',
  '%',
  '_',
  '\\',
  '🙂',
  ' ',
);
const texts = fc.string({ unit: letters, maxLength: 4 });
const pick = (...values: Json[]) => fc.constantFrom(...values);
const decimals = pick('0', '-1', '1', '1.5', '1.50', '-0.000001', '999999999999.999999', '10', '9');

/** Values of a row by fields that lists are filtered by. */
const values: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  customer: texts,
  pieces: pick(0, -1, 7, 10, Number.MAX_SAFE_INTEGER),
  isUrgent: pick(true, false),
  total: pick('0', '-5', '5', '10', '9', '123456789012345678'),
  weight: decimals,
  unitPrice: decimals,
  day: pick('2024-02-29', '2024-03-01', '0001-01-01', '9999-12-31'),
  sentAt: pick('2024-02-29T10:00:00.000Z', '2024-02-29T10:00:00.001Z', '0001-01-01T00:00:00.000Z'),
  way: pick('sea', 'air'),
  owner: pick(...owners),
};
const fields = Object.keys(values);
const ranged = ['customer', 'pieces', 'total', 'weight', 'unitPrice', 'day', 'sentAt'];
const held = (name: string) => values[name] ?? fc.constant(null);

const condition: fc.Arbitrary<Filter> = fc.oneof(
  fc.constantFrom(...fields).chain((field) =>
    fc.oneof(
      held(field).map((is) => ({ field, is })),
      fc.boolean().map((empty) => ({ field, empty })),
    ),
  ),
  fc
    .constantFrom(...fields.filter((name) => name !== 'isUrgent'))
    .chain((field) => fc.array(held(field), { maxLength: 3 }).map((some) => ({ field, in: some }))),
  fc.constantFrom(...ranged).chain((field) =>
    fc.oneof(
      held(field).map((from) => ({ field, from })),
      held(field).map((to) => ({ field, to })),
      fc.tuple(held(field), held(field)).map(([from, to]) => ({ field, from, to })),
    ),
  ),
  texts.map((starts) => ({ field: 'customer', starts })),
  texts.map((like) => ({ field: 'customer', like })),
  pick('open', 'closed').map((is) => ({ field: 'state', is })),
);
const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    condition,
    fc.array(tie('filter'), { maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('filter'), { maxLength: 3 }).map((any) => ({ any })),
    tie('filter').map((not) => ({ not })),
  ),
}));
const sorts: fc.Arbitrary<Sort> = fc.record({
  field: fc.constantFrom(...ranged, 'way', 'owner', 'number'),
  isDescending: fc.boolean(),
});

const rows = fc.sample(
  fc.record(Object.fromEntries(fields.map((name) => [name, fc.option(held(name))]))),
  { numRuns: 150, seed },
);
const columns: Readonly<Record<string, FieldSpec>> = note.fields;
const numbers = (found: readonly DocumentRow[]) => found.map(({ fields: of }) => of['number']);

/** By the field, those without a value last, alike by their ids. */
function inOrder(all: readonly DocumentRow[], { field, isDescending }: Sort): DocumentRow[] {
  const spec = present(columns[field], 'It is a field');
  const compare = (one: DocumentRow, other: DocumentRow): number => {
    const [a, b] = [one.fields[field] ?? null, other.fields[field] ?? null];
    const byId = one.id < other.id ? -1 : 1;
    if (a === null || b === null) return a === b ? byId : a === null ? 1 : -1;
    return compareValues(spec, a, b) || byId;
  };
  const sorted = all.toSorted(compare);
  return isDescending ? sorted.reverse() : sorted;
}

/** A store with the rows, and all of them in the order of their ids. */
async function filled(open: OpenBooks) {
  const { store } = await open();
  const made = rows.map((row, at) => noteRow(`N-${at}`, row as unknown as JsonObject));
  await store.commit(unit(made.map(opens)));
  return { store, all: await store.list('note', { limit: 1000 }) };
}

export function filtersSuite(engine: string, open: OpenBooks): void {
  describe(`filters ${engine}`, () => {
    it(`lists and counts the rows that match (SEED=${seed})`, async () => {
      const { store, all } = await filled(open);
      await fc.assert(
        fc.asyncProperty(filter, async (asked) => {
          const expected = all.filter((row) => matches(columns, asked, row));
          const found = await store.list('note', { limit: 1000, filter: asked });
          expect(numbers(found)).toEqual(numbers(expected));
          expect(await store.countUpTo('note', 20, asked)).toBe(Math.min(20, expected.length));
        }),
        { seed, numRuns: 300 },
      );
    });

    it(`goes through a sorted list page by page, each row once (SEED=${seed})`, async () => {
      const { store, all } = await filled(open);
      await fc.assert(
        fc.asyncProperty(
          sorts,
          filter,
          fc.integer({ min: 1, max: 60 }),
          async (sort, asked, limit) => {
            const expected = inOrder(
              all.filter((row) => matches(columns, asked, row)),
              sort,
            );
            const found: DocumentRow[] = [];
            for (let after: Place | undefined; ;) {
              const page = await store.sorted('note', { sort, after, limit, filter: asked });
              found.push(...page);
              const last = page.at(-1);
              if (!last || page.length < limit) break;
              after = { value: last.fields[sort.field] ?? null, id: last.id };
            }
            expect(numbers(found)).toEqual(numbers(expected));
          },
        ),
        { seed, numRuns: 100 },
      );
    });
  });
}
