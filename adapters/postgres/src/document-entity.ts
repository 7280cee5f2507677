/** The entity that TypeORM sees in a document's table: baked from its columns, with values in the
 * JSON forms of a row. */
import type { ColumnType } from '@morrow/contract';
import type { DocumentRow } from '@morrow/engines';
import type { Json } from '@morrow/kernel';
import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import {
  choicesCheck,
  choicesExpression,
  indexesOf,
  type DocumentTable,
} from './document-table.ts';

/** A document as TypeORM hydrates it: what every document has, and its fields by their names. */
export interface DocumentEntity {
  readonly [field: string]: unknown;
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly lifecycleId: string;
  readonly lifecycleVersion: number;
  readonly lifecycleHash: string;
}

/** From what the driver reads; nothing is written through an entity. */
const reading = (from: (stored: never) => Json) => ({
  transformer: { from: (stored: unknown) => (stored === null ? null : from(stored as never)), to },
});
const to = () => {
  throw new TypeError('Documents are written by their transitions only');
};
const instant = {
  type: 'timestamp with time zone',
  precision: 6,
  ...reading((stored: Date) => stored.toISOString()),
} as const;

/** What TypeORM calls a column of the type, with a transformer where the driver reads another
 * value. */
function columnOptions(type: ColumnType): EntitySchemaColumnOptions {
  if (type === 'timestamptz(3)') return { ...instant, precision: 3 };
  return type === 'bigint' ? { type, ...reading(Number) } : { type };
}

export const documentEntity = (table: DocumentTable): EntitySchema<DocumentEntity> => {
  const { documentType, name, columns } = table;
  return new EntitySchema<DocumentEntity>({
    name: documentType,
    tableName: name,
    synchronize: false,
    columns: {
      id: { type: 'uuid', primary: true, primaryKeyConstraintName: `${name}_pkey` },
      version: { type: 'integer' },
      state: { type: 'text' },
      lifecycleId: { type: 'text', name: 'lifecycle_id' },
      lifecycleVersion: { type: 'integer', name: 'lifecycle_version' },
      lifecycleHash: { type: 'text', name: 'lifecycle_hash' },
      createdAt: { ...instant, name: 'created_at', default: () => 'now()' },
      updatedAt: { ...instant, name: 'updated_at', default: () => 'now()' },
      ...Object.fromEntries(
        columns.map(({ field, name: column, type }) => [
          field,
          { ...columnOptions(type), name: column, nullable: true },
        ]),
      ),
    },
    indices: [
      { name: `${name}_state`, columns: ['state', 'id'] },
      ...columns
        .flatMap((column) => indexesOf(table, column))
        .map(({ index, fields, isUnique: unique }) => ({ name: index, columns: fields, unique })),
    ],
    checks: columns
      .filter(({ choices }) => choices?.length)
      .map((column) => ({
        name: choicesCheck(name, column),
        expression: choicesExpression(column),
      })),
  });
};

/** A hydrated entity as the port shows it. */
export function documentOf({ columns }: DocumentTable, entity: DocumentEntity): DocumentRow {
  const { id, version, state, lifecycleId, lifecycleVersion, lifecycleHash } = entity;
  const fields: Record<string, Json> = {};
  for (const { field } of columns) fields[field] = (entity[field] ?? null) as Json;
  return {
    id,
    version,
    state,
    lifecycle: { id: lifecycleId, version: lifecycleVersion, hash: lifecycleHash },
    fields,
  };
}
