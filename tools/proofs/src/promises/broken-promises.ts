/** What a change breaks for those who hold on to a promise: old clients, stored events, documents
 * under way. Each break is a sentence that names its place and the difference. */
import type { JsonSchema } from '@morrow/adapter-http';
import { codecOf, upcast, type DocumentType, type Protocol } from '@morrow/contract';
import { canonicalJson, pinOf, type Json, type JsonObject } from '@morrow/kernel';
import {
  contractOf,
  decisionsOf,
  type PublishedLifecycle,
  type PublishedProtocol,
} from './contracts.ts';
import { guardBreaks } from './guard-cases.ts';
import { withWidenedForms } from './widened-forms.ts';

/** Whose old half meets the new one: a caller's input, or the reader of an output. */
type Side = 'sent' | 'read';

const isObject = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const partsOf = ({ properties, required }: JsonSchema) => ({
  properties: (isObject(properties) ? properties : {}) as Record<string, JsonSchema>,
  required: new Set(Array.isArray(required) ? (required as string[]) : []),
});
const shown = (value: unknown) => (value === undefined ? 'nothing' : canonicalJson(value as Json));

/** Keys that bound a value from above; a sender needs them to stay as wide, a reader as narrow. */
const upper = new Set(['maxLength', 'maximum', 'maxItems', 'exclusiveMaximum']);
const lower = new Set(['minLength', 'minimum', 'minItems', 'exclusiveMinimum']);

function isKept(key: string, before: unknown, after: unknown, side: Side): boolean {
  if (canonicalJson((before ?? null) as Json) === canonicalJson((after ?? null) as Json))
    return true;
  if (key === 'enum' && Array.isArray(before) && Array.isArray(after)) {
    const [all, some] = side === 'sent' ? [after, before] : [before, after];
    return some.every((value) => all.includes(value));
  }
  const sign = upper.has(key) ? 1 : lower.has(key) ? -1 : 0;
  if (!sign) return false;
  const [old, now] = [before ?? sign * Infinity, after ?? sign * Infinity].map(Number);
  const widened = sign * ((now ?? 0) - (old ?? 0)) >= 0;
  return side === 'sent' ? widened : !widened;
}

/** What a schema breaks for the side that still has the old one. */
export const schemaBreaks = (
  before: JsonSchema,
  after: JsonSchema,
  side: Side,
  place: string,
): readonly string[] => breaksOf(withWidenedForms(before, after), after, side, place);

function breaksOf(
  before: JsonSchema,
  after: JsonSchema,
  side: Side,
  place: string,
): readonly string[] {
  const breaks: string[] = [];
  const [old, now] = [partsOf(before), partsOf(after)];
  for (const [name, schema] of Object.entries(old.properties)) {
    const next = now.properties[name];
    const at = `${place}.${name}`;
    if (!next) breaks.push(`${at} is gone`);
    else breaks.push(...breaksOf(schema, next, side, at));
    if (side === 'read' && old.required.has(name) && next && !now.required.has(name))
      breaks.push(`${at} may be absent now`);
  }
  if (side === 'sent')
    for (const name of now.required)
      if (!old.required.has(name)) breaks.push(`${place}.${name} is required now`);
  if (isObject(before['items']) && isObject(after['items']))
    breaks.push(...breaksOf(before['items'], after['items'], side, `${place}[]`));
  const nested = new Set(['properties', 'required', 'items', 'description']);
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
    if (!nested.has(key) && !isKept(key, before[key], after[key], side))
      breaks.push(`${place}: ${key} was ${shown(before[key])}, is ${shown(after[key])}`);
  return breaks;
}

/** A stored event of each published version must be readable as one of today, for ever. */
function eventBreaks(promise: PublishedProtocol, protocol: Protocol): readonly string[] {
  const { spec } = protocol;
  const today = contractOf(protocol);
  return Object.entries(promise.events).flatMap(([name, versions]) =>
    versions.flatMap(({ version, data, sample }) => {
      const place = `${spec.name}.${name} version ${version}`;
      const same = today.events[name]?.find((known) => known.version === version);
      const known = same && withWidenedForms(data, same.data);
      const changed = same && canonicalJson(same.data as Json) !== canonicalJson(known as Json);
      if (changed)
        return [
          `${place} was published: add a version instead of changing it`,
          ...schemaBreaks(data, same.data, 'read', name),
        ];
      try {
        const event = spec.events[name];
        const wire = upcast(spec, name, version, sample as JsonObject);
        if (event) codecOf(event.data).decode(wire);
        return [];
      } catch (error) {
        return [`${place} can no longer be read: ${(error as Error).message.split('\n')[0]}`];
      }
    }),
  );
}

/** What a protocol breaks of its promise; a new version of the protocol begins a promise of its
 * own, its stored events stay. */
export function protocolBreaks(promise: PublishedProtocol, protocol: Protocol): readonly string[] {
  const today = contractOf(protocol);
  if (today.version > promise.version) return eventBreaks(promise, protocol);
  const breaks: string[] = [];
  for (const [name, before] of Object.entries(promise.operations)) {
    const place = `${promise.protocol}.${name}`;
    const after = today.operations[name];
    if (!after) breaks.push(`${place} is gone`);
    else {
      if (after.kind !== before.kind) breaks.push(`${place} was a ${before.kind}`);
      breaks.push(...schemaBreaks(before.input, after.input, 'sent', `${place} input`));
      breaks.push(...schemaBreaks(before.output, after.output, 'read', `${place} output`));
    }
  }
  for (const [name, before] of Object.entries(promise.errors)) {
    const place = `${promise.protocol} error ${name}`;
    const after = today.errors[name];
    if (!after) breaks.push(`${place} is gone`);
    else {
      if (after.fault !== before.fault) breaks.push(`${place} had the fault ${before.fault}`);
      breaks.push(...schemaBreaks(before.data, after.data, 'read', place));
    }
  }
  return [...breaks, ...eventBreaks(promise, protocol)];
}

/** What document types break for documents that began on a published lifecycle. */
export function lifecycleBreaks(
  promises: readonly PublishedLifecycle[],
  documents: readonly DocumentType[],
): readonly string[] {
  return promises.flatMap(({ document, version, hash, decisions, guards = {} }) => {
    const place = `${document}@${version}`;
    const type = documents.find(({ name }) => name === document);
    const lifecycle = type?.lifecycles.find((known) => known.version === version);
    if (!type || !lifecycle) return [`${place} was published and is gone`];
    const now = new Set(decisionsOf(lifecycle));
    const broken = [
      ...decisions.filter((line) => !now.has(line)).map((line) => `${place}: ${line}`),
      ...guardBreaks(place, guards, type, lifecycle),
    ];
    if (pinOf(lifecycle).hash === hash) return broken;
    return [`${place} was published as ${hash}: add a version instead of changing it`, ...broken];
  });
}
