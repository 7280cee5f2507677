/** A mark on each database of which schemas it holds, by which a start knows without a connection
 * to each that nothing is to be done. */
import { createHash } from 'node:crypto';
import type { Kept } from '@morrow/contract';
import type { Json } from '@morrow/kernel';
import type pg from 'pg';
import { commitFunction } from './commit-function.ts';
import { documentStatements } from './document-schema.ts';
import type { DocumentTable } from './document-table.ts';
import {
  bookTables,
  relayFunctions,
  stockTables,
  takeFunction,
  versions,
  workflowTables,
} from './schema-sql.ts';

export interface SchemaPlan {
  readonly domain: string;
  readonly role: string;
  readonly tables: readonly DocumentTable[];
  readonly keeps: readonly Kept[];
}

/** 16 hexadecimal digits that stand for all statements that make the schema of a domain. */
export function schemaFingerprint({ domain, role, tables, keeps }: SchemaPlan): string {
  const hash = createHash('sha256');
  const parts = [
    ...[domain, role, ...keeps, relayFunctions, takeFunction],
    ...[bookTables, stockTables, workflowTables],
    ...[...versions].map(([version, statements]) => `${version}${statements.join()}`),
    ...tables.flatMap((table) => documentStatements(table, new Map())),
    commitFunction(tables, keeps.includes('book')).text,
  ];
  for (const part of parts) hash.update(`${part}\n`);
  return hash.digest('hex').slice(0, 16);
}

/** Fingerprints by domain, as the comment of a database holds them. */
type Marks = Readonly<Record<string, Json>>;
function marksIn(comment: string | null | undefined): Marks {
  try {
    const marks = JSON.parse(comment ?? '{}') as unknown;
    return typeof marks === 'object' && marks !== null ? (marks as Marks) : {};
  } catch {
    return {};
  }
}
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Marks the schema and the database, in the transaction that has made the schema. */
export async function noteFingerprint(
  ask: <Row>(text: string, values?: readonly Json[]) => Promise<readonly Row[]>,
  database: string,
  plan: SchemaPlan,
): Promise<void> {
  const mark = schemaFingerprint(plan);
  const [found] = await ask<{ comment: string | null; isOurs: boolean }>(
    `select shobj_description(oid, 'pg_database') as comment,
       pg_has_role(datdba, 'usage') as "isOurs" from pg_database where datname = $1`,
    [database],
  );
  const marks = { ...marksIn(found?.comment), [plan.domain]: mark };
  await ask(`comment on schema "${plan.domain}" is ${literal(mark)}`);
  // somebody else's database is looked at anew at each start
  if (found?.isOurs)
    await ask(`comment on database "${database}" is ${literal(JSON.stringify(marks))}`);
}

/** The databases, of those named, whose schema of the domain stands as the plan says. */
export async function standingDatabases(
  client: pg.ClientBase,
  databases: readonly string[],
  plan: SchemaPlan,
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ name: string; comment: string | null }>(
    `select datname as name, shobj_description(oid, 'pg_database') as comment from pg_database d
     where datname = any($1::text[]) and coalesce((
       select has_database_privilege(r.oid, d.oid, 'connect') from pg_roles r
       where rolname = $2 and rolcanlogin), false)`,
    [databases, plan.role],
  );
  const mark = schemaFingerprint(plan);
  const stands = rows.filter(({ comment }) => marksIn(comment)[plan.domain] === mark);
  return new Set(stands.map(({ name }) => name));
}
