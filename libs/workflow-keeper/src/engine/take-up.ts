/** What an instance is told when somebody takes it up, and what becomes of one whose definition
 * nobody knows here. */
import { hasMoved, transitionOf, type DocumentRow, type Store } from '@morrow/document-keeper';
import type { Clock } from '@morrow/kernel';
import { eventSpecOf, operationSpecOf, type Catalog } from '@morrow/workflow-language';
import type { Happening } from '../happening.ts';
import type { InstanceFields } from '../instance.ts';
import { alarmName, parkedMs } from './alarm.ts';
import { newEvent, type StoredInstance } from './stored-instance.ts';
import { workflowInstance } from './instance-documents.ts';

/** The sentence for people where what a definition needs is not hosted here; undefined where all of
 * it is. */
export function missingFor({ machine }: StoredInstance, catalog: Catalog): string | undefined {
  for (const step of Object.values(machine.definition.steps)) {
    if ('call' in step && !operationSpecOf(catalog, step.call))
      return `${step.call} is not here: add the module that offers it to the placement.`;
    if ('await' in step && !eventSpecOf(catalog, step.await.event))
      return `${step.await.event} does not come: add its module to the placement.`;
  }
  return undefined;
}

/** `missing`: the sentence of `missingFor`. */
export const takenUp = (missing: string | undefined): readonly Happening[] =>
  missing === undefined
    ? [{ kind: 'resumed' }, { kind: 'woke' }]
    : [{ kind: 'parked', sentence: missing }];

/** Nothing is guessed: it waits for a process that knows its definition. */
export async function parkUnknown(
  store: Pick<Store, 'commit'>,
  row: DocumentRow,
  clock: Clock,
): Promise<void> {
  const { workflow, definitionVersion, hash, parked } = row.fields as InstanceFields;
  const sentence = `${workflow}@${definitionVersion} (${hash}) is not known here.`;
  const dueAt = new Date(clock.now().getTime() + parkedMs).toISOString();
  const alarm = { id: row.id, dueAt, streamId: row.id, name: alarmName, data: {} };
  const event = newEvent({ type: 'instanceParked', data: { sentence } });
  const events = parked === sentence ? [] : [event];
  const unit = {
    meta: { actor: 'module:workflows', trace: String(row.fields['trace']) },
    at: clock.now().toISOString(),
    transitions: [transitionOf(workflowInstance, row, row.id, events)],
    timers: [alarm],
  };
  await store.commit(unit).catch((error: unknown) => {
    // who knows its definition has gone on with it meanwhile
    if (!hasMoved(error)) throw error;
  });
}
