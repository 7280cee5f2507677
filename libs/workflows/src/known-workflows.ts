/** The definitions of a tenant made ready to run: each is prepared once, and stays what it is. */
import { machineOf, type Known, type Machine } from '@morrow/workflow-keeper';
import type { Definitions, Published } from './definitions.ts';

export interface KnownWorkflows {
  /** Every version that this release can read, whether it begins instances or not. */
  knownTo(tenant: string): Promise<readonly Known[]>;
  /** The same, as far as it is in memory: undefined where nothing is. */
  knownNow(tenant: string): readonly Known[] | undefined;
  /** The version of a hash; undefined where it is not known here. */
  machineOf(tenant: string, hash: string): Promise<Machine | undefined>;
}

export function newKnownWorkflows(definitions: Definitions): KnownWorkflows {
  const machines = new Map<string, Machine>();
  const ready = new WeakMap<readonly Published[], readonly Known[]>();
  const knownOf = (all: readonly Published[]): readonly Known[] => {
    const known = ready.get(all) ?? all.flatMap(asKnown);
    ready.set(all, known);
    return known;
  };
  const asKnown = (published: Published): readonly Known[] => {
    const { hash, definition, state, publishedAt, resumedAt } = published;
    if (!definition) return [];
    const machine = machines.get(hash) ?? machineOf(definition);
    machines.set(hash, machine);
    const ownsSince = state === 'retired' ? undefined : publishedAt;
    const beginsSince = state === 'published' ? (resumedAt ?? publishedAt) : undefined;
    return [{ machine, ownsSince, beginsSince }];
  };
  const knownTo = async (tenant: string) => knownOf(await definitions.definitionsOf(tenant));
  return {
    knownTo,
    knownNow(tenant) {
      const all = definitions.definitionsNow(tenant);
      return all && knownOf(all);
    },
    async machineOf(tenant, hash) {
      const known = machines.get(hash);
      if (known) return known;
      const named = async () =>
        (await knownTo(tenant)).find(({ machine }) => machine.hash === hash)?.machine;
      const found = await named();
      if (found) return found;
      // another process may have published it since the list was read
      definitions.changed(tenant);
      return named();
    },
  };
}
