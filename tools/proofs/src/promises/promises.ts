/** The promises as files: `published.json` of each protocol and domain, written at a release. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promised } from '@morrow/business/parts/catalog';
import { allDomains, loadManifests } from '@morrow/business/parts/module-catalog';
import { checkout, readPlacement } from '@morrow/business/parts/settings';
import { kebabCase, type DocumentType, type Protocol } from '@morrow/contract';
import type { Json } from '@morrow/kernel';
import { keepingOf } from '@morrow/protocol-keeping';
import {
  contractOf,
  lifecyclesOf,
  type PublishedLifecycle,
  type PublishedProtocol,
} from './contracts.ts';

const fileName = 'published.json';
const protocolFile = (name: string) => join(checkout, 'protocols', kebabCase(name), fileName);
const domainFile = (name: string) => join(checkout, 'libs', kebabCase(name), fileName);

/** Each domain has a keeping protocol of its own, and all are one: `any` stands for them. */
const anyKeeping = keepingOf('any');

export interface Promised<Promise, Now> {
  readonly file: string;
  readonly promise: Promise | undefined;
  readonly now: Now;
}
const read = <T>(file: string): T | undefined =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;

/** Every protocol with what was promised of it. */
export function protocolPromises(): readonly Promised<PublishedProtocol, Protocol>[] {
  const business = Object.values(promised);
  return [
    ...business.map((now) => ({ file: protocolFile(now.spec.name), now })),
    { file: protocolFile('keeping'), now: anyKeeping },
  ].map(({ file, now }) => ({ file, now, promise: read<PublishedProtocol>(file) }));
}

type Documents = readonly DocumentType[];
/** The document types of every domain with what was promised of their lifecycles. */
export async function lifecyclePromises(): Promise<
  readonly Promised<readonly PublishedLifecycle[], Documents>[]
> {
  const manifests = await loadManifests(allDomains, readPlacement('indie'));
  return manifests.map(({ name, documents }) => {
    const file = domainFile(name);
    return { file, now: documents, promise: read<readonly PublishedLifecycle[]>(file) };
  });
}

/** One line for each thing that was promised, so that a difference is read at a glance. */
function textOf(value: object): string {
  const line = ([name, inner]: [string, unknown]) =>
    `    ${JSON.stringify(name)}: ${JSON.stringify(inner)}`;
  const block = ([name, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null
      ? `  ${JSON.stringify(name)}: {\n${Object.entries(inner).map(line).join(',\n')}\n  }`
      : `  ${JSON.stringify(name)}: ${JSON.stringify(inner)}`;
  if (Array.isArray(value))
    return `[\n${value.map((entry) => `  ${JSON.stringify(entry)}`).join(',\n')}\n]\n`;
  return `{\n${Object.entries(value).map(block).join(',\n')}\n}\n`;
}

/** Adds what is new to the promises; versions of events that were published stay as they were. */
export function withOld(now: PublishedProtocol, old: PublishedProtocol | undefined) {
  const events = Object.fromEntries(
    [...new Set([...Object.keys(old?.events ?? {}), ...Object.keys(now.events)])].map((name) => {
      const kept = old?.events[name] ?? [];
      const fresh = (now.events[name] ?? []).filter(
        ({ version }) => !kept.some((known) => known.version === version),
      );
      return [name, [...kept, ...fresh]] as const;
    }),
  );
  return { ...now, events };
}

/** Writes the promises of this release; says which files changed. */
export async function recordPromises(): Promise<readonly string[]> {
  const changed: string[] = [];
  const write = (file: string, value: Json | object) => {
    const text = textOf(value as object);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
    writeFileSync(file, text);
    changed.push(file.slice(checkout.length + 1));
  };
  for (const { file, now, promise } of protocolPromises())
    write(file, withOld(contractOf(now), promise));
  for (const { file, now, promise = [] } of await lifecyclePromises()) {
    const fresh = now
      .flatMap(lifecyclesOf)
      .filter(
        ({ document, version }) =>
          !promise.some((old) => old.document === document && old.version === version),
      );
    write(file, [...promise, ...fresh]);
  }
  return changed;
}
