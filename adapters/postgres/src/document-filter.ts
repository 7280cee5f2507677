/** Filters and sorted pages as conditions of a query: the one place that writes them in SQL. */
import type { Condition, Filter, Sort } from '@morrow/contract';
import { plainLower } from '@morrow/contract';
import type { Place } from '@morrow/engines';
import type { Json } from '@morrow/kernel';
import pg from 'pg';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';

type Query = SelectQueryBuilder<ObjectLiteral>;
/** Names a value of the statement, and gives the name as it stands there. */
type Bind = (value: Json) => string;

/** Keeps the documents that the filter means. Fields are those of the entity `d`. */
export const keepMatching = (query: Query, filter: Filter): Query =>
  query.andWhere(conditionOf(filter, binding(query)));

const binding =
  (query: Query): Bind =>
  (value) => {
    const name = `v${Object.keys(query.getParameters()).length}`;
    query.setParameter(name, value);
    return `:${name}`;
  };

function conditionOf(filter: Filter, bind: Bind): string {
  if ('all' in filter) return joined(filter.all, ' and ', 'true', bind);
  if ('any' in filter) return joined(filter.any, ' or ', 'false', bind);
  // what compares with nothing is neither true nor false
  if ('not' in filter) return `not coalesce(${conditionOf(filter.not, bind)}, false)`;
  return `(${compared(`d.${filter.field}`, filter, bind)})`;
}

const joined = (filters: readonly Filter[], word: string, none: string, bind: Bind): string =>
  filters.length ? `(${filters.map((each) => conditionOf(each, bind)).join(word)})` : none;

const escaped = (text: string) => text.replace(/[\\%_]/g, '\\$&');

function compared(column: string, condition: Condition, bind: Bind): string {
  const { is, from, to, starts, like, empty } = condition;
  if (empty !== undefined) return `${column} is ${empty ? '' : 'not '}null`;
  if (is !== undefined) return `${column} = ${bind(is)}`;
  if (condition.in)
    return condition.in.length ? `${column} in (${condition.in.map(bind).join(', ')})` : 'false';
  if (starts !== undefined) return `${column} like ${bind(`${escaped(starts)}%`)}`;
  if (like !== undefined) return `lower(${column}) like ${bind(`%${escaped(plainLower(like))}%`)}`;
  const bounds = [
    ...(from === undefined ? [] : [`${column} >= ${bind(from)}`]),
    ...(to === undefined ? [] : [`${column} <= ${bind(to)}`]),
  ];
  return bounds.join(' and ');
}

/** A composed statement with its values written into it: which index serves a filter depends on
 * them, and sessions plan a statement with parameters for any values. */
export function withValues(query: Query): string {
  const [text, values] = query.getQueryAndParameters();
  return text.replace(/\$(\d+)/g, (_, place: string) =>
    pg.escapeLiteral(String(values[Number(place) - 1])),
  );
}

/** A part of a sorted list: the documents that have a value of the field, or those that have
 * none. */
export interface Part {
  readonly hasValue: boolean;
  /** Where it goes on; undefined: from its beginning. */
  readonly after: Place | undefined;
}

/** The parts of a sorted list that are left after a place, in their order. */
export function partsAfter({ isDescending = false }: Sort, after: Place | undefined): Part[] {
  const first = { hasValue: !isDescending, after: undefined };
  const second = { hasValue: isDescending, after: undefined };
  if (!after) return [first, second];
  const isInFirst = (after.value !== null) === first.hasValue;
  return isInFirst ? [{ ...first, after }, second] : [{ ...second, after }];
}

/** Keeps one part, in the order of the sort. Each is a range of the index on (field, id), wherever
 * it goes on. */
export function keepPart(query: Query, sort: Sort, { hasValue, after }: Part): Query {
  const field = `d.${sort.field}`;
  const [order, beyond] = sort.isDescending ? (['DESC', '<'] as const) : (['ASC', '>'] as const);
  const bind = binding(query);
  query.andWhere(`${field} is ${hasValue ? 'not ' : ''}null`);
  if (after && hasValue)
    query.andWhere(`(${field}, d.id) ${beyond} (${bind(after.value)}, ${bind(after.id)})`);
  else if (after) query.andWhere(`d.id ${beyond} ${bind(after.id)}`);
  if (hasValue) query.addOrderBy(field, order);
  return query.addOrderBy('d.id', order);
}
