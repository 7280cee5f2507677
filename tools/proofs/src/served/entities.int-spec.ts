/** Every document type of every domain: what TypeORM believes of its table is what stands. */
import { openPostgresStores } from '@morrow/adapter-postgres';
import { allDomains, loadManifests } from '@morrow/business/parts/module-catalog';
import { readPlacement } from '@morrow/business/parts/settings';
import { freshDatabase } from '@morrow/dev-services';
import { describe, expect, it, onTestFinished } from 'vitest';

const manifests = await loadManifests(allDomains, readPlacement('indie'));

async function openedSource(manifest: (typeof manifests)[number]) {
  const { drop, database, ...server } = await freshDatabase('entities');
  onTestFinished(drop);
  const stores = await openPostgresStores({
    server,
    domain: manifest,
    tenants: ['main'],
    databaseOf: () => database,
  });
  onTestFinished(() => stores.close());
  return stores.sourceOf('main');
}
type Source = Awaited<ReturnType<typeof openedSource>>;

/** What PostgreSQL has: columns, indexes with their columns, and checks. */
async function tableIn(source: Source, table: string) {
  const columns = await source.query(
    `select column_name as name, data_type as type, is_nullable = 'YES' as nullable,
       datetime_precision as precision, column_default as default
     from information_schema.columns
     where table_schema = current_schema() and table_name = $1 order by 1`,
    [table],
  );
  const indexes = await source.query(
    `select relname as name, indisunique as unique, indisprimary as primary, array(
       select attname::text from unnest(indkey) with ordinality k(number, at)
       join pg_attribute on attrelid = indrelid and attnum = number order by at) as columns
     from pg_index join pg_class c on c.oid = indexrelid
     where indrelid = ('"' || $1 || '"')::regclass order by 1`,
    [table],
  );
  const checks = await source.query(
    `select conname as name from pg_constraint
     where conrelid = ('"' || $1 || '"')::regclass and contype = 'c' order by 1`,
    [table],
  );
  return { columns, indexes, checks };
}

const byName = (one: { name?: string }, other: { name?: string }) =>
  (one.name ?? '') < (other.name ?? '') ? -1 : 1;
function tableBelieved(source: Source, type: string) {
  const { columns, indices, checks, primaryColumns } = source.getMetadata(type);
  const own = columns.map(({ databaseName: name, isNullable: nullable, ...column }) => ({
    name,
    type: column.type,
    nullable,
    precision: column.type === 'date' ? 0 : (column.precision ?? null),
    default: typeof column.default === 'function' ? column.default() : null,
  }));
  const more = indices.map(({ name, isUnique, columns: indexed }) => ({
    name,
    unique: isUnique,
    primary: false,
    columns: indexed.map(({ databaseName }) => databaseName),
  }));
  const primary = {
    name: primaryColumns[0]?.primaryKeyConstraintName ?? '',
    unique: true,
    primary: true,
    columns: primaryColumns.map(({ databaseName }) => databaseName),
  };
  return {
    columns: own.toSorted(byName),
    indexes: [...more, primary].toSorted(byName),
    checks: checks.map(({ name }) => ({ name })).toSorted(byName),
  };
}

describe.each(manifests)('the entities of $name', (manifest) => {
  it('are the tables that stand', async () => {
    const source = await openedSource(manifest);
    expect(source.entityMetadatas.map(({ name }) => name).toSorted()).toEqual(
      manifest.documents.map(({ name }) => name).toSorted(),
    );
    for (const { name } of manifest.documents) {
      const { tableName } = source.getMetadata(name);
      expect(tableBelieved(source, name)).toEqual(await tableIn(source, tableName));
    }
  });
});
