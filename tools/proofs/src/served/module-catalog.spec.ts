/** Which sets of modules may boot: every fault of a bad one is named at once. */
import { loaders } from '@morrow/business/parts/catalog';
import { circlesAmong } from '@morrow/business/parts/container';
import {
  allDomains,
  domains,
  loadManifests,
  presentIn,
} from '@morrow/business/parts/module-catalog';
import { readPlacement, type Placement } from '@morrow/business/parts/settings';
import type { ModuleManifest } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import { describe, expect, it } from 'vitest';

const without = (domain: string): Placement => ({
  name: 'indie',
  summary: 'All in one',
  databases: 'perTenant',
  processes: [{ name: 'morrow', modules: domains.filter((name) => name !== domain) }],
});
const requiring = (name: string, ...others: string[]) =>
  ({
    name,
    requires: others.map((domain) => ({ spec: { name: domain, domain } })),
  }) as unknown as ModuleManifest<Engines>;

describe('the catalog of modules', () => {
  it.each(['indie', 'enterprise'] as const)(
    'is placed by %s, each domain once: it is hosted, or named as a plug-in',
    (mode) => {
      const { processes, plugins = [] } = readPlacement(mode);
      const placed = processes.flatMap(({ modules }) => modules);
      expect([...placed, ...plugins].toSorted()).toEqual(Object.keys(loaders).toSorted());
    },
  );
  it.each(['indie', 'enterprise'] as const)('boots all of them as %s', async (mode) => {
    const manifests = await loadManifests(allDomains, readPlacement(mode));
    expect(manifests).toHaveLength(allDomains.length);
  });
  it('names every module that is unknown, and every need that nobody hosts', async () => {
    const booted = loadManifests(['orders', 'wms', 'kitchen'], without('finance'));
    const unmet = 'wms needs ledger, but indie hosts finance nowhere.';
    await expect(booted).rejects.toMatchObject({
      sentences: ['There is no module kitchen.', unmet],
    });
  });
  it('has the protocols of the domains that are hosted anywhere, and of no other', () => {
    const namesIn = (placement: Placement) => presentIn(placement).map(({ spec }) => spec.name);
    expect(namesIn(readPlacement('enterprise'))).toEqual(namesIn(readPlacement('indie')));
    expect(namesIn(readPlacement('indie'))).toEqual(
      expect.arrayContaining(['ledger', 'orders', 'parties', 'stock']),
    );
    expect(namesIn(without('finance'))).not.toContain('ledger');
    expect(namesIn(without('finance'))).toContain('stock');
  });
  it('names a circle of requirements', () => {
    const circle = [requiring('a', 'b'), requiring('b', 'c'), requiring('c', 'b')];
    expect(circlesAmong(circle)).toEqual([
      'The modules require each other in a circle: b → c → b.',
    ]);
    expect(circlesAmong([requiring('a', 'b'), requiring('b')])).toEqual([]);
  });
});
