/** The domains that can be hosted: loaded only where a placement asks for them. */
import type { ModuleManifest, Protocol } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import { Companies } from '@morrow/protocol-companies';
import { Imports } from '@morrow/protocol-imports';
import { Items } from '@morrow/protocol-items';
import { anyKeepingOf } from '@morrow/protocol-keeping';
import { Ledger } from '@morrow/protocol-ledger';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Returns } from '@morrow/protocol-returns';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import { BootFaults } from './boot-faults.ts';
import { circlesAmong } from './container.ts';
import type { Placement } from './settings.ts';

const loaders: Readonly<Record<string, () => Promise<{ manifest: ModuleManifest<Engines> }>>> = {
  masters: () => import('@morrow/masters'),
  orders: () => import('@morrow/orders'),
  wms: () => import('@morrow/wms'),
  finance: () => import('@morrow/finance'),
};

/** Every domain, in the order in which people read them. */
export const domains = Object.keys(loaders);

const business = [
  Companies, Imports, Items, Parties, Orders, Returns, Stock, Warehouses, Ledger,
] as unknown as readonly Protocol[]; // prettier-ignore

/** Every protocol there is, each domain's keeping too. */
export const protocols: readonly Protocol[] = [...business, ...domains.map(anyKeepingOf)];

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
  const placed = new Set(placement.processes.flatMap(({ modules }) => modules));
  for (const { name, requires, listens } of manifests)
    for (const { spec } of [...requires, ...listens])
      if (!placed.has(spec.domain))
        faults.push(
          `${name} needs ${spec.name}, but ${placement.name} hosts ${spec.domain} nowhere.`,
        );
  faults.push(...circlesAmong(manifests));
  if (faults.length) throw new BootFaults(faults);
  return manifests;
}
