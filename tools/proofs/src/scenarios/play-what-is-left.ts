/** Boots the domains that the placement names and plays each scenario that needs no other: run by
 * its path, in a copy of the checkout. Prints what came of it as JSON. */
import { delimiter } from 'node:path';
import { boot } from '@morrow/business/parts/boot';
import { readSettings } from '@morrow/business/parts/settings';
import { World } from '../worlds/world.ts';
import { addingPacks, allScenarios, pluginPacks } from './all-scenarios.ts';

/** What came of a play. Big integers as text. */
export interface Left {
  readonly answers: Readonly<Record<string, unknown>>;
  /** The protocol that a scenario asked for in vain. */
  readonly needing: Readonly<Record<string, string>>;
  readonly faults: readonly string[];
}
class NotHosted extends Error {}

async function playAll(tenant: string): Promise<Left> {
  const { modules, placement } = readSettings(process.env);
  const needed = [
    ...(modules.includes('orders') ? [addingPacks] : []),
    ...(placement.plugins?.length ? [pluginPacks] : []),
  ];
  const M_PACKS = needed.join(delimiter);
  const settings = readSettings({ ...process.env, M_PACKS });
  const running = await boot(settings, {});
  const world = new World(
    (protocol) => {
      const { name, domain } = protocol.spec;
      if (!settings.modules.includes(domain)) throw new NotHosted(name);
      return running.port(protocol);
    },
    tenant,
    undefined,
    running.signed,
    settings.modules,
  );
  const answers: Record<string, unknown> = {};
  const needing: Record<string, string> = {};
  for (const [sentence, scenario] of await allScenarios())
    try {
      answers[sentence] = (await scenario(world)) ?? null;
    } catch (error) {
      if (!(error instanceof NotHosted)) throw error;
      needing[sentence] = error.message;
    }
  await world.settled();
  const faults = await world.faults();
  await running.stop();
  return { answers, needing, faults };
}

const left = await playAll(process.env['TENANT'] ?? 'main');
const asText = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value);
process.stdout.write(JSON.stringify(left, asText));
