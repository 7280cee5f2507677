/** Every scenario of this folder: the shop's first, then a file for each protocol, by its name. */
import { readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Scenario } from '../worlds/world.ts';

type Scenarios = Readonly<Record<string, Scenario>>;
const suffix = '.scenarios.ts';
const first = `commerce${suffix}`;

const folder = (name: string) => join(import.meta.dirname, '../worlds', name);
/** What scenarios add to domains that every business has. */
export const addingPacks = folder('packs');
/** Adds the plug-ins, which have scenarios too. */
export const pluginPacks = folder('plugins');
/** Packs that the scenarios need, as `M_PACKS` names them. */
export const scenarioPacks = [addingPacks, pluginPacks].join(delimiter);

/** `SCENARIOS=returns,notices` plays the files and looks for the protocols of these names only. */
const chosen = process.env['SCENARIOS']?.split(',');
/** Whether the scenarios of this file, or the protocol, are asked for. */
export const isChosen = (name: string): boolean =>
  !chosen || chosen.some((asked) => name === asked || name.startsWith(`${asked}-`));

/** Sentences with what plays them, in the order of play. A sentence may stand in one list only. */
export async function allScenarios(): Promise<readonly (readonly [string, Scenario])[]> {
  const names = readdirSync(import.meta.dirname).filter((name) => name.endsWith(suffix));
  const all: (readonly [string, Scenario])[] = [];
  const ordered = [first, ...names.filter((other) => other !== first).sort()];
  for (const name of ordered.filter((each) => isChosen(each.slice(0, -suffix.length)))) {
    const { scenarios } = (await import(join(import.meta.dirname, name))) as {
      scenarios: Scenarios;
    };
    for (const [sentence, scenario] of Object.entries(scenarios)) {
      if (all.some(([other]) => other === sentence))
        throw new Error(`${name}: '${sentence}' stands in two lists`);
      all.push([sentence, scenario]);
    }
  }
  return all;
}
