/** The phases of a business: folders of additions, each read for what it publishes and what begins
 * with it. */
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readWorkflow, readYaml } from '@morrow/workflow-language';

export const phasesFolder = 'deploy/phases';

export interface PublishedWorkflow {
  /** Path in the checkout. */
  readonly file: string;
  readonly name: string;
  readonly version: number;
  /** Absent: customers without a segment of their own. */
  readonly segment: string | undefined;
}
export interface Phase {
  /** From 1, in the order of the folders. */
  readonly number: number;
  /** Of the folder: `2-fit`. */
  readonly name: string;
  readonly summary: string;
  /** Domains that come with it. */
  readonly modules: readonly string[];
  readonly workflows: readonly PublishedWorkflow[];
  /** Version on which orders begin from now on; absent: as before. */
  readonly lifecycle: number | undefined;
}
interface PackFile {
  readonly name: string;
  readonly summary: string;
  readonly modules?: readonly string[];
  readonly workflows?: readonly string[];
  readonly documents?: Readonly<
    Record<string, { readonly begins?: readonly { readonly version: number }[] }>
  >;
}

export function readPhases(root: string): readonly Phase[] {
  const files = globSync(`${phasesFolder}/*/pack.yaml`, { cwd: root }).sort();
  return files.map((file, at) => {
    const read = readYaml(readFileSync(join(root, file), 'utf8'), 'pack');
    if (!read.positionOf) throw new Error(`${file}: ${read.problems[0]?.sentence ?? ''}`);
    const pack = read.value as PackFile;
    const folder = join(file, '..');
    const begins = pack.documents?.['orders.salesOrder']?.begins ?? [];
    return {
      number: at + 1,
      name: basename(folder),
      summary: pack.summary,
      modules: pack.modules ?? [],
      workflows: (pack.workflows ?? []).map((name) => workflowIn(root, join(folder, name))),
      lifecycle: begins.at(-1)?.version,
    };
  });
}

function workflowIn(root: string, file: string): PublishedWorkflow {
  const { definition, problems } = readWorkflow(readFileSync(join(root, file), 'utf8'));
  if (!definition) throw new Error(`${file}: ${problems[0]?.sentence ?? 'it cannot be read'}`);
  const { name, version, segment } = definition;
  return { file, name, version, segment };
}

/** The flow that an order takes which is placed while these phases are there. */
export function flowOf(phases: readonly Phase[], segment: string | undefined): string {
  const lifecycle = phases.findLast((phase) => phase.lifecycle !== undefined)?.lifecycle ?? 1;
  const all = phases.flatMap(({ workflows }) => workflows);
  const own = all.filter((each) => segment !== undefined && each.segment === segment);
  const fit = own.length ? own : all.filter((each) => each.segment === undefined);
  const last = fit.reduce((a, b) => (b.version > a.version ? b : a));
  return flowName(lifecycle, `${last.name}@${last.version}`);
}
export const flowName = (lifecycle: number, workflow: string): string =>
  `salesOrder@${lifecycle} ${workflow}`;
