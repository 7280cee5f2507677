/** The domains that can be hosted: loaded only where a placement asks for them. */
import { heardProtocols, type ModuleManifest, type Protocol } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import { keepingOf } from '@morrow/protocol-keeping';
import { BootFaults } from './boot-faults.ts';
import { loaders, promised } from './catalog.ts';
import { circlesAmong } from './container.ts';
import { readPlacement, type Placement } from './settings.ts';

const indie = readPlacement('indie');
/** The domains that every business has, in the order in which people read them. */
export const domains = indie.processes.flatMap(({ modules }) => modules);
/** Every domain: those, and then the plug-ins, which are hosted where they are asked for. */
export const allDomains: readonly string[] = [...domains, ...(indie.plugins ?? [])];

const business = Object.values(promised);

/** Every protocol there is, each domain's keeping too. */
export const protocols: readonly Protocol[] = [...business, ...allDomains.map(keepingOf)];

const placedIn = ({ processes }: Placement) => new Set(processes.flatMap(({ modules }) => modules));

/** Every protocol of the domains that a placement hosts, each domain's keeping too. */
export function protocolsOf(placement: Placement): readonly Protocol[] {
  const placed = placedIn(placement);
  return protocols.filter(({ spec }) => placed.has(spec.domain));
}

/** The business protocols of the domains that a placement hosts, in any of its processes. */
export function presentIn(placement: Placement): readonly Protocol[] {
  const placed = placedIn(placement);
  return business.filter(({ spec }) => placed.has(spec.domain));
}

/** The protocols that a module names: what it calls, and whose events it hears. */
export const neededBy = (manifest: ModuleManifest<Engines>): ReadonlySet<Protocol> =>
  new Set([...manifest.requires, ...heardProtocols(manifest, [])]);

/** The manifests of the domains named; refuses, with all its faults, a set that cannot work where
 * the placement puts it: unknown modules, requirements that nobody hosts, circles. */
export async function loadManifests(
  names: readonly string[],
  placement: Placement,
): Promise<readonly ModuleManifest<Engines>[]> {
  const faults: string[] = [];
  const manifests: ModuleManifest<Engines>[] = [];
  for (const name of names) {
    const load = Object.hasOwn(loaders, name) ? loaders[name] : undefined;
    if (load) manifests.push((await load()).manifest);
    else faults.push(`There is no module ${name}.`);
  }
  const placed = placedIn(placement);
  for (const manifest of manifests)
    for (const { spec } of neededBy(manifest))
      if (!placed.has(spec.domain))
        faults.push(
          `${manifest.name} needs ${spec.name}, ` +
            `but ${placement.name} hosts ${spec.domain} nowhere.`,
        );
  faults.push(...circlesAmong(manifests));
  if (faults.length) throw new BootFaults(faults);
  return manifests;
}
