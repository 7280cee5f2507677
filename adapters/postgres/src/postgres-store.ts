/** The store of one (tenant, domain) on PostgreSQL. */
import { insideTransaction, watchTransactions, type Receipt } from '@morrow/contract';
import {
  type CommitPoint,
  CommitRefused,
  type Session,
  type Store,
  type Unit,
} from '@morrow/engines';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { Coalescer, movedIn, type GroupResult } from './coalescer.ts';
import { commitFunction } from './commit-function.ts';
import type { Connections } from './connection-budget.ts';
import type { DocumentTable } from './document-table.ts';
import { argumentsOf, commitStatement, refuseTooLarge } from './group.ts';
import { inboxOf, lettersIn } from './inbox.ts';
import { ledgerTables } from './ledger-tables.ts';
import { patiently, patientRun } from './patience.ts';
import { lockingOn, readsOf } from './reads.ts';
import { runOn } from './run.ts';
import {
  awayFault,
  connectionFault,
  fullFault,
  isFull,
  isLost,
  isRepeatable,
  isUnreachable,
  refusalOf,
} from './refusals.ts';
import { eventsOf, eventsSince, relayOf } from './relay.ts';
import { stockReads, stockTables } from './stock-tables.ts';
import { takeFailedTimer, takeTimer, timersOf } from './timers.ts';
import { upkeepOf, type UpkeepPlan } from './upkeep.ts';
import { workflowTables, workflowUpkeep } from './workflow-tables.ts';

export interface StorePlan extends UpkeepPlan {
  readonly domain: string;
  readonly facts: readonly string[];
  onProblem(error: unknown): void;
}
const triesMax = 6;
/** Whether the relay or the timers have something to do after it. */
const isNews = ({ transitions, entries = [], timers = [] }: Unit) =>
  transitions.length > 0 || timers.length > 0 || entries.some(({ event }) => event);

interface GroupRecord {
  readonly stale_units: number[];
  readonly old_units: number[];
}
/** The store, and how it is told that somebody wrote into its database. */
export interface OpenedStore {
  readonly store: Store;
  tellWritten(): void;
}
export function postgresStore(
  pool: Connections,
  source: DataSource,
  plan: StorePlan,
  rebuild: Store['rebuild'],
): OpenedStore {
  const { domain, commitPoint } = plan;
  watchTransactions();
  const run = patientRun(pool, domain);
  const tables: ReadonlyMap<string, DocumentTable> = new Map(
    plan.tables.map((table) => [table.documentType, table]),
  );
  const facts = new Set(plan.facts);
  const { name } = commitFunction(plan.tables, plan.keeps.includes('book'));
  const statement = commitStatement(name);
  const [committed, written]: [(() => void)[], (() => void)[]] = [[], []];
  const telling = (listeners: readonly (() => void)[]) => () => {
    for (const listener of listeners)
      try {
        listener();
      } catch (error) {
        plan.onProblem(error);
      }
  };
  const tell = telling(committed);
  const callCommit = async (
    on: Pick<pg.ClientBase, 'query'>,
    units: readonly Unit[],
  ): Promise<GroupResult> => {
    const values = argumentsOf(units, tables, facts);
    const { rows } = await on.query<GroupRecord>({ ...statement, values });
    const [result] = rows;
    return { stale: result?.stale_units ?? [], old: result?.old_units ?? [] };
  };
  const coalescer = new Coalescer(async (units) => {
    let result: GroupResult | undefined;
    for (let tries = 1; !result; tries++)
      try {
        result = await patiently(domain, () => {
          commitPoint('store.commit', 'before', units);
          return pool.run((client) => callCommit(client, units));
        });
      } catch (error) {
        if (!isRepeatable(error) || tries >= triesMax) throw error;
      }
    commitPoint('store.commit', 'after', units);
    if (units.some(isNews)) tell();
    return result;
  });
  const keepReceipt = async ({ key, fingerprint, answer }: Receipt) => {
    commitPoint('store.keepReceipt', 'before');
    await run(
      'insert into receipt (key, fingerprint, answer) values ($1, $2, $3) on conflict do nothing',
      [key, fingerprint, JSON.stringify(answer)],
    );
    commitPoint('store.keepReceipt', 'after');
  };
  const tools = { tables, source, domain, commitPoint, tell, callCommit };
  const store: Store = {
    ...readsOf(tables, source, run),
    async commit(unit) {
      refuseTooLarge(unit);
      await coalescer.commit(unit);
    },
    transact: (label, work) => transact(pool, label, work, tools),
    async findReceipt(key) {
      const text = 'select key, fingerprint, answer from receipt where key = $1';
      const [row] = await run<Receipt & pg.QueryResultRow>(text, [key]);
      return row;
    },
    keepReceipt,
    eventsSince: (number, limit) => eventsSince(run, number, limit),
    eventsOf: (streamId) => eventsOf(run, streamId),
    inbox: inboxOf(run, commitPoint),
    timers: timersOf(run, commitPoint),
    relay: relayOf(run, commitPoint, { committed, written }),
    ledger: ledgerTables(run, source),
    stock: stockReads(run, source),
    workflow: workflowUpkeep(run, commitPoint),
    upkeep: upkeepOf(run, plan),
    rebuild,
  };
  return { store, tellWritten: telling(written) };
}

interface Tools {
  readonly tables: ReadonlyMap<string, DocumentTable>;
  readonly source: DataSource;
  readonly domain: string;
  readonly commitPoint: CommitPoint;
  tell(): void;
  callCommit(on: pg.ClientBase, units: readonly Unit[]): Promise<GroupResult>;
}
function sessionOn(
  client: pg.ClientBase,
  { tables, source, callCommit }: Tools,
  written: Unit[],
): Session {
  const run = runOn(client);
  return {
    ...readsOf(tables, source, run),
    lockMany: lockingOn(tables, run),
    stock: stockTables(run),
    workflow: workflowTables(run),
    async write(unit) {
      refuseTooLarge(unit);
      const { stale, old } = await callCommit(client, [unit]);
      if (stale.length) throw new CommitRefused('staleVersion', movedIn(unit));
      if (old.length) throw new CommitRefused('staleFacts', 'the ledger');
      written.push(unit);
    },
    ...lettersIn(run),
    takeTimer: (names, now) => takeTimer(run, names, now),
    takeFailedTimer: (id) => takeFailedTimer(run, id),
  };
}

/** Runs the work between begin and commit; again where PostgreSQL ended it for the
 * sake of others. */
async function transact<T>(
  pool: Connections,
  label: string,
  work: (session: Session) => Promise<T>,
  tools: Tools,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const { client, release } = await patiently(tools.domain, () => pool.connect());
    let failure: Error | undefined;
    const written: Unit[] = [];
    let isCommitting = false;
    try {
      await client.query('begin');
      const inside = () => work(sessionOn(client, tools, written));
      const result = await insideTransaction(tools.domain, inside);
      tools.commitPoint(label, 'before', written);
      isCommitting = true;
      await client.query('commit');
      isCommitting = false;
      tools.commitPoint(label, 'after', written);
      if (written.some(isNews)) tools.tell();
      return result;
    } catch (error) {
      await client.query('rollback').catch((lost: Error) => (failure = lost));
      if (isCommitting && isLost(error)) throw connectionFault(tools.domain, error);
      if (isLost(error) || isUnreachable(error)) throw awayFault(tools.domain, error);
      if (isFull(error)) throw fullFault(tools.domain, error);
      if (!isRepeatable(error) || tries >= triesMax) throw refusalOf(error);
    } finally {
      release(failure);
    }
  }
}
