/** What workflows wait for: events by their keys, and the steps that await them. */
import type {
  AwaitingStep,
  CommitPoint,
  HeardEventRow,
  WorkflowTables,
  WorkflowUpkeep,
} from '@morrow/engines';
import { textOrder } from '@morrow/kernel';
import type { MemoryDatabase } from './memory-database.ts';
import { frozenCopy, keyOf } from './table.ts';
import type { Tables } from './tables.ts';

const heardOrder = (one: HeardEventRow, other: HeardEventRow): number =>
  textOrder(one.at, other.at) ||
  textOrder(one.producer, other.producer) ||
  one.number - other.number ||
  textOrder(one.key, other.key);
const stepOrder = (one: AwaitingStep, other: AwaitingStep): number =>
  textOrder(one.instance, other.instance) ||
  textOrder(one.step, other.step) ||
  textOrder(one.key, other.key);

export const workflowInside = ({ heard, awaiting }: Tables): WorkflowTables => ({
  // a transaction has the database to itself
  lock: async () => undefined,
  async hear(events) {
    for (const event of events) {
      const key = keyOf(event.key, event.producer, event.number);
      const at = new Date(event.at).toISOString();
      if (!heard.get(key)) heard.set(key, frozenCopy({ ...event, at }));
    }
  },
  async heard(keys, since) {
    const found = heard.rows().filter(({ key, at }) => keys.includes(key) && at >= since);
    return [...found].sort(heardOrder);
  },
  async await(steps) {
    for (const { key, instance, step } of steps)
      awaiting.set(keyOf(key, instance, step), Object.freeze({ key, instance, step }));
  },
  async awaiting(keys) {
    return awaiting
      .rows()
      .filter(({ key }) => keys.includes(key))
      .sort(stepOrder);
  },
  async forget(instance, steps) {
    for (const [key, row] of [...awaiting.entries()])
      if (row.instance === instance && (!steps || steps.includes(row.step))) awaiting.delete(key);
  },
});

export const memoryWorkflowUpkeep = (
  database: MemoryDatabase,
  commitPoint: CommitPoint,
): WorkflowUpkeep => ({
  prune: (before, limit) =>
    database.commit(
      async ({ heard }) => {
        const old = [...heard.entries()].filter(([, { at }]) => at < before).slice(0, limit);
        for (const [key] of old) heard.delete(key);
        return old.length;
      },
      (when) => commitPoint('workflow.prune', when),
    ),
});
