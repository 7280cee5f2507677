/** The books of what was done to a schema, kept by TypeORM: versions of the keepers' tables, and
 * each widening of a document's. */
import type { Json } from '@morrow/kernel';
import { Migration, MigrationExecutor, type DataSource, type QueryRunner } from 'typeorm';

/** Where TypeORM books them, in the schema of the domain. */
export const migrationTable = 'schema_migration';

export interface Step {
  /** `version 3`, or the table that is widened. */
  readonly name: string;
  /** Additive only; run in the transaction of the runner, and booked with it. */
  readonly statements: readonly string[];
}
export interface MigrationBook {
  /** Versions that were done, by their numbers. */
  versions(): Promise<readonly number[]>;
  run(step: Step): Promise<void>;
}

const versionName = /^version (\d+)$/;
export const nameOfVersion = (version: number): string => `version ${version}`;

export function migrationBook(source: DataSource, runner: QueryRunner): MigrationBook {
  const executor = new MigrationExecutor(source, runner);
  const booked = ({ name, statements }: Step) =>
    new Migration(undefined, Date.now(), name, {
      async up() {
        for (const statement of statements) await runner.query(statement);
      },
      down: () => Promise.reject(new TypeError('What was added to a schema is never taken away')),
    });
  return {
    async versions() {
      const names = (await executor.getExecutedMigrations()).map(({ name }) => name);
      return names.flatMap((name) => versionName.exec(name)?.slice(1).map(Number) ?? []);
    },
    run: async (step) => void (await executor.executeMigration(booked(step))),
  };
}

/** Statements on the runner's connection. */
export const askOn =
  (runner: QueryRunner) =>
  <Row>(text: string, values: readonly Json[] = []): Promise<readonly Row[]> =>
    runner.query(text, [...values]) as Promise<readonly Row[]>;
