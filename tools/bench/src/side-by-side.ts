/** The base of every ratio: floors and peers that live outside of this repository, driven side by
 * side with subjects of our own. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
/** Folder with `drive.mjs`. */
export const baseFolder = resolve(root, process.env['M_BENCH_BASE'] ?? '../shared/bench');
/** Folder that the base's `install.sh` has filled. */
const peersFolder = process.env['PEERS'] ?? '/tmp/morrow-peers';

/** Why nothing can be compared; undefined where everything is there. */
export function baseProblem(): string | undefined {
  if (!existsSync(join(baseFolder, 'drive.mjs')))
    return `there is no base in ${baseFolder}: set M_BENCH_BASE to the folder with drive.mjs.`;
  if (!existsSync(join(peersFolder, 'env.sh')))
    return `the peers are not installed: bash ${join(baseFolder, 'install.sh')}.`;
  return undefined;
}

/** One cell of a run: a variant of a subject at a number of callers, medians over the rounds. */
export interface Cell {
  readonly key: string;
  readonly c: number;
  readonly rate: number;
  readonly p50: number;
  readonly p95: number;
  /** CPU of the subject's processes for each unit, in milliseconds. */
  readonly app: number;
  /** CPU of PostgreSQL and NATS for each unit, in milliseconds. */
  readonly srv: number;
  /** Median over rounds of this cell's rate over the baseline's. */
  readonly ratio: number | null;
  readonly errors: number;
}
export interface Drive {
  readonly title: string;
  /** Subjects of the base by name, ours by the file in `subjects/`. */
  readonly theirs: readonly string[];
  readonly ours: readonly string[];
  readonly callers: readonly number[];
  readonly only?: string;
  readonly baseline: string;
  readonly rounds: number;
  readonly ms: number;
}

/** Starts the base's servers; they stay up, as its README has it. */
export function startServers(): void {
  spawnSync('bash', [join(baseFolder, 'servers.sh'), 'start'], { stdio: 'ignore' });
}

/** Runs subjects in rounds, in an order that rotates; gives every cell. */
export function drive(plan: Drive): readonly Cell[] {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-bench-'));
  const out = join(folder, 'out.json');
  const ours = plan.ours.map((name) => resolve(import.meta.dirname, 'subjects', name));
  const args = [
    '--conditions=@morrow/source',
    join(baseFolder, 'drive.mjs'),
    ...['--title', plan.title, '--subjects', [...plan.theirs, ...ours].join(',')],
    ...['--conc', plan.callers.join(','), '--rounds', String(plan.rounds), '--ms', String(plan.ms)],
    ...['--baseline', plan.baseline, '--out', out],
    ...(plan.only ? ['--only', plan.only] : []),
  ];
  try {
    const env = { ...process.env, PEERS: peersFolder, M_BENCH_BASE: baseFolder };
    const run = spawnSync(process.execPath, args, { env, encoding: 'utf8', maxBuffer: 1e8 });
    if (!existsSync(out)) throw new Error(`${plan.title} did not run: ${run.stderr.slice(-800)}`);
    const { rows } = JSON.parse(readFileSync(out, 'utf8')) as { rows: readonly Cell[] };
    const failed = rows.find(({ errors }) => errors > 0);
    if (failed) throw new Error(`${failed.key} met errors: ${run.stderr.slice(-800)}`);
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The cell of a variant at a number of callers; throws where it did not run. */
export function cellOf(cells: readonly Cell[], key: string, callers: number): Cell {
  const found = cells.find((cell) => cell.key === key && cell.c === callers);
  if (!found) throw new Error(`${key} at ${callers} callers did not run`);
  return found;
}
