/** Takes in events of other domains: files them for awaits, tells those who await them, and begins
 * instances. */
import type { CallContext, HandledEvent, Protocol } from '@morrow/contract';
import { unitOf, type Session } from '@morrow/document-keeper';
import type { JsonObject } from '@morrow/kernel';
import type { EventScope, WorkflowScope } from '@morrow/workflow-language';
import type { Machine, Question } from '../machine.ts';
import { triggerFault } from '../size-limits.ts';
import { settleAwaits } from './awaited-events.ts';
import { StoredInstance } from './stored-instance.ts';
import type { InstanceBook } from './instance-book.ts';
import { workflowInstance } from './instance-documents.ts';

/** A version of a workflow, as it may take events. */
export interface Known {
  readonly machine: Machine;
  /** Since when events are its own, ISO 8601 in UTC: no version below takes them, also where this
   * one is paused. Undefined where it is retired. */
  readonly ownsSince: string | undefined;
  /** It begins instances with those of its own that were recorded since. Undefined where it begins
   * none: it is paused or retired. */
  readonly beginsSince: string | undefined;
}

/** An event in its wire form, as handlers that pass it on are given it. */
export type PassedEvent = HandledEvent<JsonObject>;

/** The event as expressions read it. */
export function eventScopeOf({ spec }: Protocol, event: PassedEvent): EventScope {
  const { type, data, streamId, at, actor } = event;
  return { type: `${spec.name}.${type}`, data, streamId, at: at.toISOString(), actor };
}

/** Whether any version waits for events of this type, or begins with them. */
export const concerns = (known: readonly Known[], type: string): boolean =>
  known.some(
    ({ machine, beginsSince }) =>
      (beginsSince !== undefined && machine.definition.trigger.event === type) ||
      machine.questions.some(({ event }) => event === type),
  );

const segmentOf = ({ data }: EventScope): string | undefined => {
  const segment = (data as { readonly segment?: unknown } | null)?.segment;
  return typeof segment === 'string' && segment ? segment : undefined;
};

/** Of each workflow that begins with the event the version that takes it: the highest of its
 * segment, else the highest that is of none. Where that one is paused, or was when the event was
 * recorded, nothing begins: no other version takes its place. */
export function versionsFor(known: readonly Known[], event: EventScope): readonly Machine[] {
  const segment = segmentOf(event);
  const fitting = known.filter(
    ({ machine: { definition }, ownsSince }) =>
      ownsSince !== undefined &&
      ownsSince <= event.at &&
      definition.trigger.event === event.type &&
      (definition.segment === undefined || definition.segment === segment),
  );
  const best = new Map<string, Known>();
  for (const each of fitting) {
    const { name, version, segment: own } = each.machine.definition;
    const held = best.get(name)?.machine.definition;
    const isNearer = own !== undefined && held?.segment === undefined;
    const isHigher = own === held?.segment && version > (held?.version ?? 0);
    if (!held || isNearer || isHigher) best.set(name, each);
  }
  return [...best.values()].flatMap(({ machine, beginsSince }) =>
    beginsSince !== undefined && beginsSince <= event.at ? [machine] : [],
  );
}

/** What one batch of a reaction brings, inside its transaction. Says whether an engine has work.
 * Throws where a trigger is too long: it becomes a dead letter, alone. */
export async function takeIn(
  book: InstanceBook,
  known: readonly Known[],
  protocol: Protocol,
  events: readonly PassedEvent[],
  context: CallContext,
  session: Session,
): Promise<boolean> {
  const scopes = events.map((event) => ({ event, scope: eventScopeOf(protocol, event) }));
  const filed = await fileAll(known, protocol.spec.domain, scopes);
  const keys = [...new Set(filed.map(({ key }) => key))];
  if (keys.length) await session.workflow.lock(keys);
  await session.workflow.hear(
    filed.map(({ scope, ...row }) => ({ ...row, event: scope as never })),
  );
  const told = await tellAwaiting(book, filed, context.tenant, session);
  const begun = await beginAll(book, known, scopes, session);
  const helds = [...told, ...begun];
  if (!helds.length) return false;
  await settleAwaits(session, helds, book.clock);
  const all = await Promise.all(helds.map((held) => book.partsOf(held, session)));
  const change = {
    transitions: all.flatMap(({ transitions }) => transitions),
    timers: all.flatMap(({ timers }) => timers),
    timersDropped: all.flatMap(({ timersDropped }) => timersDropped),
    output: undefined,
  };
  await session.write(unitOf(context, book.clock.now(), change));
  return true;
}

interface Scoped {
  readonly event: PassedEvent;
  readonly scope: EventScope;
}
interface Filed {
  readonly key: string;
  readonly producer: string;
  readonly number: number;
  readonly at: string;
  readonly scope: EventScope;
}

/** The events under each key that somebody may look for. */
async function fileAll(
  known: readonly Known[],
  producer: string,
  scopes: readonly Scoped[],
): Promise<readonly Filed[]> {
  const questions = new Map<string, Question>();
  for (const { machine } of known)
    for (const question of machine.questions) questions.set(question.name, question);
  const filed: Filed[] = [];
  for (const { event, scope } of scopes)
    for (const question of questions.values()) {
      if (question.event !== scope.type) continue;
      const key = await question.keyOf(scope);
      if (key !== undefined)
        filed.push({ key, producer, number: event.number, at: scope.at, scope });
    }
  return filed;
}

async function tellAwaiting(
  book: InstanceBook,
  filed: readonly Filed[],
  tenant: string,
  session: Session,
): Promise<readonly StoredInstance[]> {
  if (!filed.length) return [];
  const rows = await session.workflow.awaiting([...new Set(filed.map(({ key }) => key))]);
  const ids = [...new Set(rows.map(({ instance }) => instance))];
  const told: StoredInstance[] = [];
  for (const row of await session.lockMany(workflowInstance.name, ids)) {
    const held = await book.hold(tenant, row);
    if (!held) continue;
    const now = book.clock.now().toISOString();
    for (const { key, instance, step } of rows)
      if (instance === row.id)
        for (const { scope } of filed.filter((each) => each.key === key))
          await held.tell({ kind: 'came', step, event: scope }, now);
    if (held.happenings.length) told.push(held);
  }
  return told;
}

async function beginAll(
  book: InstanceBook,
  known: readonly Known[],
  scopes: readonly Scoped[],
  session: Session,
): Promise<readonly StoredInstance[]> {
  const starts = new Map<string, { readonly machine: Machine; readonly of: Scoped }>();
  for (const of of scopes)
    for (const machine of versionsFor(known, of.scope)) {
      const key = await startKeyOf(machine, of.scope);
      if (key !== undefined && !starts.has(key)) starts.set(key, { machine, of });
    }
  if (!starts.size) return [];
  const rows = await session.findBy(workflowInstance.name, 'startKey', [...starts.keys()]);
  for (const { fields } of rows) starts.delete(String(fields['startKey']));
  const now = book.clock.now().toISOString();
  const begun: StoredInstance[] = [];
  for (const [startKey, { machine, of }] of starts) {
    const { event, scope } = of;
    const fault = triggerFault(scope.type, JSON.stringify(scope));
    if (fault !== undefined) throw new RangeError(fault);
    const segment = segmentOf(scope);
    const who = { onBehalfOf: event.actor, trace: event.trace };
    const start = { id: book.newId(), trigger: scope, startKey, segment, ...who };
    begun.push(await StoredInstance.begun(machine, start, now));
  }
  return begun;
}

/** What the event starts an instance for; undefined where it starts none. Throws the sentence of an
 * expression that gives no value: the event becomes a dead letter. */
async function startKeyOf(
  { definition, evaluator }: Machine,
  trigger: EventScope,
): Promise<string | undefined> {
  const scope: WorkflowScope = { trigger, steps: {}, instance: { id: '', startedAt: trigger.at } };
  const starts = await evaluator.starts(scope);
  if (!starts.isOk) throw new RangeError(sentence(definition.name, starts.error));
  if (!starts.value) return undefined;
  const key = await evaluator.key(scope);
  if (!key.isOk) throw new RangeError(sentence(definition.name, key.error));
  return `${definition.name}|${key.value}`;
}
const sentence = (name: string, error: { readonly field: string; readonly sentence: string }) =>
  `${name}: ${error.field}: ${error.sentence}`;
