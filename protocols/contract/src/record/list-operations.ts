/** The operations by which every record is listed and counted, for its protocol. */
import { z } from 'zod';
import { query } from '../define-protocol.ts';
import { refusedField } from '../protocol-error.ts';
import { Base64, Code, JsonText } from '../schema/index.ts';
import { listedField, readFilter, type Filter, type Sort } from './filter.ts';
import type { Fields } from './fields.ts';

/** A count stops here: to say that there are more costs as little as to count these. */
export const countMax = 1001;
const pageMax = 200;
const filterBytesMax = 4000;

const where = JsonText(filterBytesMax).optional();
/** What a list is asked: `where` is a filter as JSON (`{"field":"name","starts":"A"}`), `sort` a
 * field, with `-` before it where it descends. `cursor` is that of the page before. */
export const listInput = {
  where,
  sort: Code(60).optional(),
  cursor: Base64(800).optional(),
  limit: z.int().min(1).max(pageMax),
};
/** Where the next page begins; absent on the last one. */
export const listOutput = { cursor: Base64(800).optional() };

/** Counts the records that a filter means. */
export const countOperation = (many: string) =>
  query({
    summary: `How many ${many} match, counted up to ${countMax}`,
    input: z.object({ where }),
    output: z.object({
      value: z.int(),
      /** Whether there may be more. */
      atLeast: z.boolean(),
    }),
    errors: [],
  });

/** The filter in a text; throws what `refusedField` makes. */
export const filterIn = (fields: Fields, text: string | undefined): Filter | undefined =>
  text === undefined ? undefined : readFilter(fields, JSON.parse(text));

/** The sort in a text; throws what `refusedField` makes. */
export function sortIn(fields: Fields, text: string): Sort {
  const isDescending = text.startsWith('-');
  const field = isDescending ? text.slice(1) : text;
  try {
    listedField(fields, field);
  } catch (error) {
    throw refusedField('sort', (error as Error).message);
  }
  return { field, isDescending };
}
