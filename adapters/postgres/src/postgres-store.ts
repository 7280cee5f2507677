/** The store of one (tenant, domain) on PostgreSQL. */
import { insideTransaction, watchTransactions, type Receipt } from '@morrow/contract';
import { CommitRefused, type Session, type Store, type Unit } from '@morrow/engines';
import type pg from 'pg';
import { Coalescer, type GroupResult } from './coalescer.ts';
import type { CommitPoint } from './connections.ts';
import type { DocumentTable } from './document-table.ts';
import { argumentsOf, commitStatement } from './group.ts';
import { inboxOf } from './inbox.ts';
import { ledgerTables } from './ledger-tables.ts';
import { readsOf, type Run } from './reads.ts';
import { isRepeatable, isUnreachable, refusalOf } from './refusals.ts';
import { eventsOf, eventsSince, relayOf } from './relay.ts';
import { stockReads, stockTables } from './stock-tables.ts';
import { upkeepOf, type UpkeepPlan } from './upkeep.ts';

export interface StorePlan extends UpkeepPlan {
  readonly domain: string;
  readonly facts: readonly string[];
  readonly commitPoint: CommitPoint;
}
const triesMax = 6;

interface GroupRecord {
  readonly stale_units: number[];
  readonly old_units: number[];
}
const runOn =
  (on: pg.Pool | pg.PoolClient): Run =>
  async (text, values = []) =>
    (await on.query(text, values as unknown[])).rows as never;

export function postgresStore(pool: pg.Pool, plan: StorePlan): Store {
  const { domain, commitPoint } = plan;
  watchTransactions();
  const run = runOn(pool);
  const tables: ReadonlyMap<string, DocumentTable> = new Map(
    plan.tables.map((table) => [table.documentType, table]),
  );
  const facts = new Set(plan.facts);
  const listeners: (() => void)[] = [];
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const callCommit = async (
    on: pg.Pool | pg.PoolClient,
    units: readonly Unit[],
  ): Promise<GroupResult> => {
    const values = argumentsOf(units, tables, facts);
    const { rows } = await on.query<GroupRecord>({ ...commitStatement, values });
    const [result] = rows;
    return { stale: result?.stale_units ?? [], old: result?.old_units ?? [] };
  };
  const coalescer = new Coalescer(async (units) => {
    for (let tries = 1; ; tries++)
      try {
        commitPoint('store.commit', 'before');
        const result = await callCommit(pool, units);
        commitPoint('store.commit', 'after');
        tell();
        return result;
      } catch (error) {
        if (!(isRepeatable(error) || isUnreachable(error)) || tries >= triesMax) throw error;
      }
  });
  const keepReceipt = async ({ key, fingerprint, answer }: Receipt) => {
    commitPoint('store.keepReceipt', 'before');
    await run('insert into receipt (key, fingerprint, answer) values ($1, $2, $3) on conflict do nothing', [key, fingerprint, JSON.stringify(answer)]); // prettier-ignore
    commitPoint('store.keepReceipt', 'after');
  };
  return {
    ...readsOf(tables, run),
    commit: (unit) => coalescer.commit(unit),
    transact: (label, work) =>
      insideTransaction(domain, () => transact(pool, label, work, { tables, commitPoint, tell, callCommit })), // prettier-ignore
    async findReceipt(key) {
      const text = 'select key, fingerprint, answer from receipt where key = $1';
      const [row] = await run<Receipt & pg.QueryResultRow>(text, [key]);
      return row;
    },
    keepReceipt,
    eventsSince: (number, limit) => eventsSince(run, number, limit),
    eventsOf: (streamId) => eventsOf(run, streamId),
    inbox: inboxOf(run, commitPoint),
    relay: relayOf(run, commitPoint, listeners),
    ledger: ledgerTables(run),
    stock: stockReads(run),
    upkeep: upkeepOf(run, plan),
  };
}

interface Tools {
  readonly tables: ReadonlyMap<string, DocumentTable>;
  readonly commitPoint: CommitPoint;
  tell(): void;
  callCommit(on: pg.PoolClient, units: readonly Unit[]): Promise<GroupResult>;
}
function sessionOn(client: pg.PoolClient, { tables, callCommit }: Tools): Session {
  const run = runOn(client);
  return {
    ...readsOf(tables, run),
    stock: stockTables(run),
    async write(unit) {
      const { stale, old } = await callCommit(client, [unit]);
      if (stale.length) throw new CommitRefused('staleVersion', 'a document');
      if (old.length) throw new CommitRefused('staleFacts', 'the ledger');
    },
    async take(handler, producer, numbers) {
      const [row] = await run<{ fresh: (string | bigint)[] }>(
        'select take_events($1, $2, $3::bigint[]) as fresh',
        [handler, producer, numbers],
      );
      return (row?.fresh ?? []).map(Number);
    },
  };
}

/** Runs the work between begin and commit; again where PostgreSQL ended it for the sake of others. */
async function transact<T>(
  pool: pg.Pool,
  label: string,
  work: (session: Session) => Promise<T>,
  tools: Tools,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const client = await pool.connect();
    let failure: Error | undefined;
    try {
      await client.query('begin');
      const result = await work(sessionOn(client, tools));
      tools.commitPoint(label, 'before');
      await client.query('commit');
      tools.commitPoint(label, 'after');
      tools.tell();
      return result;
    } catch (error) {
      await client.query('rollback').catch((lost: Error) => (failure = lost));
      if (!isRepeatable(error) || tries >= triesMax) throw refusalOf(error);
    } finally {
      client.release(failure);
    }
  }
}
