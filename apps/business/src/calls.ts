/** Calls that the platform itself makes: reading another domain's events, asking neighbours at
 * boot. */
import { newTrace } from '@morrow/adapter-local';
import type { CallContext, ModuleManifest } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import { keepingOf } from '@morrow/protocol-keeping';
import type { Composition } from './container.ts';
import type { Neighbour } from './neighbours.ts';

const callMs = 30_000;

/** A call that a service makes by itself, on nobody's behalf. */
export const serviceContext = (tenant: string, name: string): CallContext => ({
  tenant,
  actor: `service:${name}`,
  trace: newTrace(),
  deadlineAt: Date.now() + callMs,
});

/** The domains elsewhere whose operations are called from here. */
export function neighboursOf(
  manifests: readonly ModuleManifest<Engines>[],
  composition: Composition,
  context: () => CallContext,
): readonly Neighbour[] {
  const here = new Set(manifests.map(({ name }) => name));
  const needed = manifests
    .flatMap(({ requires }) => requires)
    .filter(({ spec }) => !here.has(spec.domain));
  const byDomain = Map.groupBy(new Set(needed), ({ spec }) => spec.domain);
  return [...byDomain].map(([domain, protocols]) => ({
    domain,
    protocols,
    about: () => composition.port(keepingOf(domain)).about({}, context()),
  }));
}
