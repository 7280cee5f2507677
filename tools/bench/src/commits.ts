/** Commits beside the floors: transitions, postings and appends on the PostgreSQL of the base. */
import { existsSync } from 'node:fs';
import { cellOf, drive, startServers, type Cell, type Drive } from './side-by-side.ts';
import type { Figure, Load } from './figures.ts';

type Plan = Omit<Drive, 'rounds' | 'ms'> & Partial<Pick<Drive, 'rounds' | 'ms'>>;

function driven(plan: Plan, { isQuick }: Load): readonly Cell[] {
  startServers();
  const { rounds = 5, ms = 2000 } = plan;
  return drive({ ...plan, rounds: isQuick ? 1 : rounds, ms: isQuick ? 1000 : ms });
}
/** The ratio of a cell of ours to the baseline at the same number of callers: the median over the
 * rounds of the ratio within each. */
function ratioOf(
  cells: readonly Cell[],
  [ours, base]: readonly [string, string],
  callers: number,
  named: { readonly name: string; readonly atLeast?: number },
): Figure {
  const [cell, floor] = [cellOf(cells, ours, callers), cellOf(cells, base, callers)];
  const rates = `${Math.round(cell.rate)} 1/s over ${Math.round(floor.rate)} 1/s`;
  return {
    name: `${named.name}, ${callers} ${callers === 1 ? 'caller' : 'callers'}`,
    value: cell.ratio ?? Number.NaN,
    unit: '×',
    bar: named.atLeast === undefined ? undefined : { atLeast: named.atLeast },
    detail: `${rates}; CPU ${cell.app.toFixed(2)} + ${cell.srv.toFixed(2)} ms`,
  };
}

/** Where the base looks for pgbench too. */
const pgbench = process.env['PGBENCH'] ?? '/usr/lib/postgresql/15/bin/pgbench';

export async function transitions(load: Load): Promise<readonly Figure[]> {
  const client = existsSync(pgbench) ? 'pgbench' : 'Node, since there is no pgbench';
  const base = `floor-posting/${existsSync(pgbench) ? 'pgbench-' : ''}plpgsql.spread`;
  const plan = {
    title: 'transition',
    theirs: ['floor-posting'],
    ours: ['transition.ts'],
    callers: [8, 32],
    only: `${base}$`,
    baseline: base,
  };
  const cells = driven(plan, load);
  const pair = ['transition/transition', base] as const;
  const name = `over the one-call floor from ${client}`;
  return [ratioOf(cells, pair, 32, { name, atLeast: 1.2 }), ratioOf(cells, pair, 8, { name })];
}

export async function postings(load: Load): Promise<readonly Figure[]> {
  const spread = 'floor-posting/plpgsql.spread';
  const cells = driven(
    {
      title: 'posting',
      theirs: ['floor-posting'],
      ours: ['posting.ts'],
      callers: [1, 8, 32],
      only: 'floor-posting/plpgsql.spread',
      baseline: spread,
    },
    load,
  );
  const pair = ['posting/spread', spread] as const;
  const named = { name: 'spread accounts over the one-call floor', atLeast: 0.7 };
  return [
    ...[1, 8, 32].map((callers) => ratioOf(cells, pair, callers, named)),
    hotForAMinute(load),
  ];
}

/** Two accounts that everybody posts to, for a minute without a vacuum in between. */
function hotForAMinute(load: Load): Figure {
  const hot = 'floor-posting/plpgsql.hot';
  process.env['M_BENCH_VARIANT'] = 'hot';
  try {
    const cells = driven(
      {
        title: 'hot',
        theirs: ['floor-posting'],
        ours: ['posting.ts'],
        callers: [32],
        only: 'floor-posting/plpgsql.hot',
        baseline: hot,
        rounds: 1,
        ms: 60_000,
      },
      load,
    );
    const named = { name: 'hot accounts over the direct floor, a minute', atLeast: 10 };
    return ratioOf(cells, ['posting/hot', hot], 32, named);
  } finally {
    delete process.env['M_BENCH_VARIANT'];
  }
}

export async function appends(load: Load): Promise<readonly Figure[]> {
  const base = 'emmett/append1';
  const cells = driven(
    {
      title: 'append',
      theirs: ['emmett'],
      ours: ['transition.ts'],
      callers: [1, 8],
      only: 'emmett/append1$',
      baseline: base,
    },
    load,
  );
  const pair = ['transition/append1', base] as const;
  const named = { name: "one event to a new stream over Emmett's", atLeast: 2 };
  return [1, 8].map((callers) => ratioOf(cells, pair, callers, named));
}

/** Workflows of three steps; the peer stores a start, three answers and an outcome. */
export async function workflows(load: Load): Promise<readonly Figure[]> {
  const [noop, insert] = ['dbos/wf3-noop', 'dbos/wf3-insert'] as const;
  const cells = driven(
    {
      title: 'durable',
      theirs: ['dbos'],
      ours: ['workflow.ts'],
      callers: [1, 8, 32],
      only: `${noop}|${insert}`,
      baseline: noop,
    },
    load,
  );
  const over = (callers: number, atLeast: number) =>
    ratioOf(cells, ['workflow/wf3', noop], callers, {
      name: "three steps that change nothing over DBOS's",
      atLeast,
    });
  return [
    over(1, 4),
    over(8, 6),
    over(32, 6),
    ...[1, 8, 32].map((callers) => cpuOf(cells, ['workflow/wf3', noop], callers)),
    ...[1, 8, 32].map((callers) =>
      between(cells, ['workflow/wf3', 'workflow/commits'], callers, {
        name: 'the same over its own commits without an engine',
        atLeast: 0.6,
      }),
    ),
    ...[1, 8, 32].map((callers) =>
      between(cells, ['workflow/wf3-command', insert], callers, {
        name: "three commands with a commit each over DBOS's inserts",
      }),
    ),
  ];
}

/** CPU of ours over theirs for one unit, our process and PostgreSQL together. */
function cpuOf(cells: readonly Cell[], [ours, base]: readonly [string, string], callers: number) {
  const [cell, peer] = [cellOf(cells, ours, callers), cellOf(cells, base, callers)];
  const [own, their] = [cell.app + cell.srv, peer.app + peer.srv];
  return {
    name: `CPU of the same, ${callers} ${callers === 1 ? 'caller' : 'callers'}`,
    value: own / their,
    unit: '×',
    bar: { atMost: 0.25 },
    detail: `${own.toFixed(2)} ms over ${their.toFixed(2)} ms`,
  };
}

/** The rate of one cell over another's of the same run. */
function between(
  cells: readonly Cell[],
  [ours, base]: readonly [string, string],
  callers: number,
  named: { readonly name: string; readonly atLeast?: number },
): Figure {
  const [cell, other] = [cellOf(cells, ours, callers), cellOf(cells, base, callers)];
  return { ...ratioOf(cells, [ours, base], callers, named), value: cell.rate / other.rate };
}
