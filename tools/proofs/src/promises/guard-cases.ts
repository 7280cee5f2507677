/** What guards decided on recorded cases: the facts stand beside the guard as `examples`, and a
 * release records with each of them whether the guard held. */
import type { DocumentEvent, DocumentType, Guard } from '@morrow/contract';
import { canonicalJson, type JsonObject, type Lifecycle } from '@morrow/kernel';

/** Facts and what was decided on them; `fields` is null where the event begins the document. */
export interface GuardCase {
  readonly fields: JsonObject | null;
  readonly event: DocumentEvent;
  readonly holds: boolean;
}
export type GuardCases = Readonly<Record<string, readonly GuardCase[]>>;

export const guardNames = ({ transitions }: Lifecycle): readonly string[] =>
  [...new Set(transitions.flatMap(({ guard }) => guard ?? []))].sort();

const casesOf = (guard: Guard): readonly GuardCase[] =>
  (guard.examples ?? []).map(({ fields, event }) => ({
    fields: fields ?? null,
    event,
    holds: guard.holds(fields, event),
  }));

/** The cases of every guard that a lifecycle names. */
export const guardCasesOf = ({ guards = {} }: DocumentType, lifecycle: Lifecycle): GuardCases =>
  Object.fromEntries(
    guardNames(lifecycle).flatMap((name) => {
      const guard = guards[name];
      return guard ? [[name, casesOf(guard)] as const] : [];
    }),
  );

/** Why cases do not show what a guard decides; undefined where they do. */
function shortfall(cases: readonly GuardCase[]): string | undefined {
  if (!cases.length) return 'has no cases: give it examples, and record them at the release';
  const outcomes = new Set(cases.map(({ holds }) => holds));
  if (outcomes.size > 1) return undefined;
  return `has no case where it ${outcomes.has(true) ? 'does not hold' : 'holds'}`;
}

/** Guards that cannot be recorded: those whose examples do not show both outcomes. */
export const guardFaults = (documents: readonly DocumentType[]): readonly string[] =>
  documents.flatMap((type) =>
    type.lifecycles.flatMap((lifecycle) =>
      guardNames(lifecycle).flatMap((name) => {
        const guard = type.guards?.[name];
        const fault = guard ? exampleFault(guard) : 'is gone';
        return fault ? [`${type.name}@${lifecycle.version} guard ${name} ${fault}`] : [];
      }),
    ),
  );
function exampleFault(guard: Guard): string | undefined {
  try {
    return shortfall(casesOf(guard));
  } catch (error) {
    return `fails on an example: ${(error as Error).message}`;
  }
}

const told = (holds: boolean) => (holds ? 'holds' : 'does not hold');
function decided(guard: Guard, { fields, event }: GuardCase): string {
  try {
    return told(guard.holds(fields ?? undefined, event));
  } catch (error) {
    return `fails: ${(error as Error).message}`;
  }
}

/** Where guards of today decide otherwise than was recorded for a lifecycle. */
export function guardBreaks(
  place: string,
  recorded: GuardCases,
  { guards = {} }: DocumentType,
  lifecycle: Lifecycle,
): readonly string[] {
  return guardNames(lifecycle).flatMap((name) => {
    const cases = recorded[name] ?? [];
    const guard = guards[name];
    const fault = shortfall(cases);
    if (fault || !guard) return [`${place} guard ${name} ${fault ?? 'is gone'}`];
    return cases.flatMap((one) => {
      const [before, now] = [told(one.holds), decided(guard, one)];
      const fields = one.fields ? canonicalJson(one.fields) : 'nothing';
      const facts = `${fields} + ${one.event.type} ${canonicalJson(one.event.data)}`;
      return before === now ? [] : [`${place} guard ${name}: ${facts} → ${before}, now ${now}`];
    });
  });
}
