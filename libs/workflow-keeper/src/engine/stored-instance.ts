/** An instance in somebody's hands: as it is stored, and what has happened since. */
import {
  transitionOf,
  type DocumentRow,
  type NewEvent,
  type Transition,
} from '@morrow/document-keeper';
import { present, type JsonObject } from '@morrow/kernel';
import { advance, begin, type Start } from '../advance.ts';
import type { Happening } from '../happening.ts';
import type { InstanceEvent, InstanceFields } from '../instance.ts';
import type { Machine } from '../machine.ts';
import { workOf, type InstanceWork } from '../work-of.ts';
import { workflowInstance } from './instance-documents.ts';

/** An event of the protocol `workflows`, as it is stored. */
export const newEvent = ({ type, data }: { type: string; data: object }): NewEvent => ({
  protocol: 'workflows',
  type,
  schemaVersion: 1,
  data: data as JsonObject,
});

export class StoredInstance {
  readonly id: string;
  readonly machine: Machine;
  /** The row that the database has; absent where the instance begins. */
  readonly before: DocumentRow | undefined;
  readonly events: NewEvent[] = [];
  /** What has happened and is not stored: told again where the row has moved meanwhile. */
  readonly happenings: Happening[] = [];
  #row: DocumentRow;

  private constructor(id: string, machine: Machine, before: DocumentRow | undefined) {
    this.id = id;
    this.machine = machine;
    this.before = before;
    this.#row = before as DocumentRow;
  }
  static of(machine: Machine, row: DocumentRow): StoredInstance {
    return new StoredInstance(row.id, machine, row);
  }
  /** One that begins now. */
  static async begun(machine: Machine, start: Start, now: string): Promise<StoredInstance> {
    const held = new StoredInstance(start.id, machine, undefined);
    held.#take(await begin(machine, start, now), undefined);
    return held;
  }

  get state(): string {
    return this.#row.state;
  }
  get fields(): InstanceFields {
    return this.#row.fields as InstanceFields;
  }
  /** The row as it will be stored. */
  get row(): DocumentRow {
    return this.#row;
  }
  get transition(): Transition {
    return { documentType: workflowInstance.name, row: this.#row, events: this.events };
  }
  /** The same, with nothing left to store. */
  stored(): StoredInstance {
    return new StoredInstance(this.id, this.machine, this.#row);
  }
  workAt(now: string): InstanceWork {
    return workOf(this.machine.definition, this.state, this.fields, now);
  }
  /** Takes in what somebody else has decided about the row as it stands. */
  follow(events: readonly NewEvent[]): void {
    if (events.length) this.#follow(events, this.#row);
  }
  /** Says whether something came of it. */
  async tell(happening: Happening, now: string): Promise<boolean> {
    const { id, state, fields } = this;
    const events = await advance(this.machine, { id, state, fields }, happening, now);
    if (!events.length) return false;
    this.happenings.push(happening);
    this.#take(events, this.#row);
    return true;
  }
  #take(events: readonly InstanceEvent[], row: DocumentRow | undefined): void {
    this.#follow(events.map(newEvent), row);
  }
  #follow(told: readonly NewEvent[], row: DocumentRow | undefined): void {
    this.#row = present(transitionOf(workflowInstance, row, this.id, told).row, 'It has a row');
    this.events.push(...told);
  }
}
