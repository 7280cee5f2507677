/** The story of a business that changes while it runs: each phase is served by a copy of the tree
 * that has no folder of a later phase, on the data that the phase before left. */
import { resolve } from 'node:path';
import { copyCheckout, type CopiedCheckout } from '@morrow/generators';
import { People } from './people.ts';
import { phasesFolder, readPhases, type Phase } from './phases.ts';
import { playPhase, type Memory, type Played } from './play-phase.ts';
import { startCopy, type Mode } from './running-copy.ts';
import { readShares, type FileOrder } from './shares.ts';

export const checkout = resolve(import.meta.dirname, '../../..');

export interface StoryOptions {
  /** The retail file, CSV or gzip. */
  readonly file: string;
  /** Folder that the business keeps, empty at first. */
  readonly data: string;
  readonly ordersMax: number;
  /** How each phase is served. */
  readonly mode: Mode;
  /** Aborted: the phase is given up, and its server stopped. */
  readonly ending?: AbortSignal;
  /** Told after each phase. */
  report(told: PhaseReport): void;
}
export interface PhaseReport extends Played {
  readonly phase: Phase;
  readonly share: readonly FileOrder[];
  /** Names of the phase folders in its copy of the tree. */
  readonly folders: readonly string[];
  /** Of all files outside them. */
  readonly treeHash: string;
  /** Of the whole phase, with its server's start and end. */
  readonly tookMs: number;
}

/** A phase, and the copy of the tree that serves it. */
interface Placed {
  readonly phase: Phase;
  readonly copy: CopiedCheckout;
}

/** Plays all phases; gives what was told after each. */
export async function playStory(asked: StoryOptions): Promise<readonly PhaseReport[]> {
  const phases = readPhases(checkout);
  const retail = await readShares(asked.file, phases.length, asked.ordersMax);
  const memory: Memory = {
    retail,
    people: new People(),
    due: new Map(),
    finished: new Set(),
    firms: new Set(),
    waiting: [],
  };
  const reports: PhaseReport[] = [];
  // all at once, so that whoever works on the tree meanwhile changes none of them
  const placed = phases.map((phase): Placed => ({ phase, copy: copyFor(phases, phase) }));
  try {
    for (const { phase, copy } of placed) {
      const begun = performance.now();
      const told = await inItsCopy(phases, { phase, copy }, asked, memory);
      const tookMs = performance.now() - begun;
      const share = retail.shares[phase.number - 1] ?? [];
      const isOther = told.treeHash !== (reports[0] ?? told).treeHash;
      const other = isOther ? ['the tree outside the phases is not that of the first phase'] : [];
      const report = { ...told, phase, share, tookMs, faults: [...told.faults, ...other] };
      reports.push(report);
      asked.report(report);
    }
  } finally {
    for (const { copy } of placed) copy.remove();
  }
  return reports;
}

function copyFor(phases: readonly Phase[], phase: Phase): CopiedCheckout {
  const later = phases.slice(phase.number).map(({ name }) => `${phasesFolder}/${name}/`);
  return copyCheckout((path) => later.some((folder) => path.startsWith(folder)));
}

/** Rejects as soon as the story is to end. */
const endOf = (ending: AbortSignal | undefined): Promise<never> =>
  new Promise((_, failed) => {
    const end = () => failed(new Error('The story was stopped.'));
    if (ending?.aborted) end();
    ending?.addEventListener('abort', end, { once: true });
  });

async function inItsCopy(
  phases: readonly Phase[],
  { phase, copy }: Placed,
  { data, mode, ending }: StoryOptions,
  memory: Memory,
) {
  const present = phases.slice(0, phase.number);
  const folders = readPhases(copy.root).map(({ name }) => name);
  const treeHash = copy.fingerprint(phasesFolder);
  const server = await startCopy(copy.root, data, mode);
  try {
    const isLast = phase.number === phases.length;
    const play = playPhase(server, memory, { present, tree: copy.root, isLast });
    const played = await Promise.race([play, endOf(ending)]);
    const isChanged = copy.fingerprint(phasesFolder) !== treeHash;
    const changed = isChanged ? ['the run has changed the tree that it ran from'] : [];
    return { ...played, folders, treeHash, faults: [...played.faults, ...changed] };
  } finally {
    await server.stop();
  }
}
