/** Adds what packs hold to the document types of a domain: lifecycles, rules that pick them, moves,
 * and rules about what is asked. */
import type { DocumentType, ModuleManifest, Rule } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import { defineLifecycle, versionFaults, type Lifecycle, type LifecycleRule } from '@morrow/kernel';
import { compileRule } from './compile-rule.ts';
import type { DocumentForm } from './pack.schemas.ts';
import type { Pack } from './read-packs.ts';

/** What packs make of a domain. */
export interface Extended {
  readonly manifest: ModuleManifest<Engines>;
  rules(documentType: string, event: string): readonly Rule[];
}
/** What one pack says about one document type. */
interface Part {
  readonly form: DocumentForm;
  at(...path: readonly (string | number)[]): string;
}
interface RuleOf {
  readonly documentType: string;
  readonly on: string;
  readonly rule: Rule;
}

/** The domain with what the packs add to it; sentences of what does not fit go to `faults`. */
export function extendDomain(
  manifest: ModuleManifest<Engines>,
  packs: readonly Pack[],
  faults: string[],
): Extended {
  const { name: domain, documents } = manifest;
  for (const { at, documents: added } of packs)
    for (const key of Object.keys(added)) {
      const [owner, name] = key.split('.');
      if (owner === domain && !documents.some((type) => type.name === name))
        faults.push(`${at(['documents', key])}: ${domain} has no document type ${name}.`);
    }
  const rules: RuleOf[] = [];
  const extended = documents.map((type) => {
    const key = `${domain}.${type.name}`;
    const parts = packs.flatMap((pack): Part[] => {
      const form = pack.documents[key];
      return form ? [{ form, at: (...path) => pack.at(['documents', key, ...path]) }] : [];
    });
    if (!parts.length) return type;
    rules.push(...rulesIn(type, parts, faults));
    return withFlows(type, parts, eventsOf(manifest), faults);
  });
  return {
    manifest: { ...manifest, documents: extended },
    rules: (documentType, event) =>
      rules
        .filter((each) => each.documentType === documentType && each.on === event)
        .map(({ rule }) => rule),
  };
}

const eventsOf = ({ provides }: ModuleManifest<Engines>): ReadonlySet<string> =>
  new Set(provides.flatMap(({ spec }) => Object.keys(spec.events)));

/** The type with the lifecycles of the parts. Without rules of its own, what it began on before
 * stays the first choice. */
function withFlows(
  type: DocumentType,
  parts: readonly Part[],
  events: ReadonlySet<string>,
  faults: string[],
): DocumentType {
  const lifecycles = [
    ...type.lifecycles,
    ...parts.flatMap((part) => flowsIn(type, part, events, faults)),
  ];
  const own: readonly LifecycleRule[] = type.begins?.length
    ? type.begins
    : [{ version: type.lifecycles.at(-1)?.version ?? 1 }];
  const begins = [...own, ...parts.flatMap(({ form }) => form.begins as readonly LifecycleRule[])];
  const moves = [...(type.moves ?? []), ...parts.flatMap(({ form }) => form.moves)];
  const placed = placedFaults(type, parts);
  const where = parts.map(({ at }) => at()).join(', ');
  const others = versionFaults(lifecycles, begins, moves).map((fault) => `${where}: ${fault}.`);
  faults.push(...(placed.length ? placed : others));
  const sorted = lifecycles.toSorted((a, b) => a.version - b.version);
  return Object.freeze({ ...type, lifecycles: sorted, begins, moves });
}

/** Versions that two places have, and rules that pick one that is nowhere. */
function placedFaults({ name, lifecycles }: DocumentType, parts: readonly Part[]): string[] {
  const places = new Map(lifecycles.map(({ version }) => [version, `${name} itself`]));
  const faults: string[] = [];
  for (const { form, at } of parts)
    for (const [index, { version }] of form.lifecycles.entries()) {
      const [place, other] = [at('lifecycles', index), places.get(version)];
      if (other) faults.push(`${place}: version ${version} stands in ${other} too.`);
      else places.set(version, place);
    }
  for (const { form, at } of parts)
    for (const [index, { version }] of form.begins.entries())
      if (!places.has(version))
        faults.push(`${at('begins', index)}: there is no version ${version}.`);
  return faults;
}

function flowsIn(
  { guards = {} }: DocumentType,
  { form, at }: Part,
  events: ReadonlySet<string>,
  faults: string[],
): readonly Lifecycle[] {
  return form.lifecycles.flatMap((lifecycle, index) => {
    const sentences = lifecycle.transitions.flatMap(({ on, guard }) => [
      ...(events.has(on.split('.', 1).join()) ? [] : [`no event is called ${on}`]),
      ...(guard === undefined || guards[guard] ? [] : [`no guard is called ${guard}`]),
    ]);
    let defined: readonly Lifecycle[] = [];
    try {
      defined = [defineLifecycle(lifecycle as Lifecycle)];
    } catch (error) {
      sentences.push((error as Error).message);
    }
    for (const sentence of sentences) faults.push(`${at('lifecycles', index)}: ${sentence}.`);
    return defined;
  });
}

function rulesIn(
  { name: documentType, ruled = {} }: DocumentType,
  parts: readonly Part[],
  faults: string[],
): readonly RuleOf[] {
  const places = new Map<string, string>();
  return parts.flatMap(({ form, at }) =>
    form.rules.flatMap((rule, index) => {
      const { name, on, set = {} } = rule;
      const place = at('rules', index);
      const sentences: string[] = [];
      const open = Object.hasOwn(ruled, on) ? ruled[on] : undefined;
      if (!open) sentences.push(`rules decide about ${Object.keys(ruled).join(', ') || 'nothing'}`);
      for (const field of Object.keys(set))
        if (open && !open.sets.includes(field))
          sentences.push(`a rule sets ${open.sets.join(', ')}, and not ${field}`);
      const other = places.get(name);
      if (other) sentences.push(`the rule ${name} stands in ${other} too`);
      places.set(name, place);
      for (const sentence of sentences) faults.push(`${place}: ${sentence}.`);
      const compiled = compileRule(rule, open);
      for (const { path, sentence } of compiled.faults ?? [])
        faults.push(`${at('rules', index, ...path)}: ${sentence}`);
      return compiled.faults ? [] : [{ documentType, on, rule: compiled.rule }];
    }),
  );
}
