/** Scenarios of imports: runs that are recorded, broken off, taken up again and kept apart. */
import type { Id } from '@morrow/kernel';
import { Imports, type ImportSummary } from '@morrow/protocol-imports';
import type { Scenario } from '../worlds/world.ts';

const at = (day: string) => new Date(`${day}T10:00:00.000Z`);
const nobody = '00000000-0000-7000-8000-000000000000';

export const scenarios: Readonly<Record<string, Scenario>> = {
  async 'an import is recorded with what it reconciled to'(world) {
    const imports = world.port(Imports);
    const run = await imports.begin(
      { kind: 'retail', file: 'x.csv', fingerprint: 'ab' },
      world.context(),
    );
    const { importId } = run;
    const side = { lines: 0, amount: '0' };
    const reconciliation = {
      lines: 0,
      amount: '0',
      posted: side,
      refused: side,
      reasons: [],
      parts: [],
    };
    const failed = await imports.fail({ importId, sentence: 'Torn' }, world.context());
    const resumed = await imports.begin(
      { kind: 'retail', file: 'x.csv', fingerprint: 'ab' },
      world.context(),
    );
    const finished = await imports.finish({ importId, reconciliation }, world.context());
    const ended = () => imports.finish({ importId, reconciliation }, world.context());
    const none = () =>
      imports.fail({ importId: nobody as Id<'import'>, sentence: '' }, world.context());
    const { run: latest } = await imports.latest({}, world.context());
    return {
      states: [run.status, failed.status, resumed.status, finished.status, latest?.status],
      ended: { ...((await world.refusal(ended)) as object), data: 'the id' },
      none: await world.refusal(none),
    };
  },
  async 'files of one kind may not overlap, whether their import was finished or not'(world) {
    const imports = world.port(Imports);
    const begin = (file: string, kind: string, from: string, to: string) =>
      imports.begin(
        {
          kind,
          file,
          fingerprint: file,
          extent: { lines: 5, firstAt: at(from), lastAt: at(to) },
        },
        world.context(),
      );
    const march = await begin('march.csv', 'overlaps', '2026-03-01', '2026-03-31');
    const early = () => begin('early.csv', 'overlaps', '2026-02-20', '2026-03-01');
    const unfinished = await world.refusal(early);
    const { importId } = march;
    const none = { lines: 0, amount: '0' };
    const counts = [{ name: 'matched', count: 3 }];
    const sums = { ...none, posted: none, refused: none, reasons: [], parts: [], counts };
    await imports.finish({ importId, reconciliation: sums }, world.context());
    const within = () => begin('within.csv', 'overlaps', '2026-03-10', '2026-03-11');
    const around = () => begin('around.csv', 'overlaps', '2026-01-01', '2026-05-01');
    const after = await begin('april.csv', 'overlaps', '2026-04-01', '2026-04-30');
    const other = await begin('other.csv', 'another kind', '2026-03-10', '2026-03-11');
    const same = await begin('march.csv', 'overlaps', '2026-03-01', '2026-03-31');
    return {
      extent: march.extent,
      unfinished,
      refused: [await world.refusal(within), await world.refusal(around)],
      states: [after.status, other.status, same.status],
      counts: same.reconciliation?.counts,
    };
  },
  async 'a run that cannot finish states what it booked, begins again, and can be abandoned'(
    world,
  ) {
    const imports = world.port(Imports);
    const extent = (from: string, to: string) => ({
      lines: 5,
      firstAt: at(from),
      lastAt: at(to),
    });
    const begin = (file: string, from: string, to: string) =>
      imports.begin(
        { kind: 'given up', file, fingerprint: file, extent: extent(from, to) },
        world.context(),
      );
    const first = await begin('may.csv', '2026-05-01', '2026-05-31');
    const { importId } = first;
    const booked = { lines: 2, amount: '12.5', opening: '99' };
    const progress = await imports.progress({ importId, booked }, world.context());
    const failed = await imports.fail(
      { importId, sentence: 'The period 2026-05 is locked.', booked: { lines: 1, amount: '2' } },
      world.context(),
    );
    const inTheWay = () => begin('part.csv', '2026-05-02', '2026-05-03');
    const refused = await world.refusal(inTheWay);
    const again = await begin('may.csv', '2026-05-01', '2026-05-31');
    const note = 'The file was wrong.';
    const abandoned = await imports.abandon({ importId, note }, world.context());
    const twice = await imports.abandon({ importId }, world.context());
    const late = () => imports.progress({ importId, booked }, world.context());
    const other = await inTheWay();
    await imports.fail(
      { importId: other.importId, sentence: 'Nothing', booked: { lines: 0, amount: '0' } },
      world.context(),
    );
    const empty = await begin('whole.csv', '2026-05-01', '2026-05-04');
    await imports.abandon({ importId: empty.importId }, world.context());
    const taken = await begin('may.csv', '2026-05-01', '2026-05-31');
    await imports.abandon({ importId }, world.context());
    const { runs } = await imports.list({ limit: 100 }, world.context());
    const page = await imports.list({ limit: 1 }, world.context());
    const shown = ({ status, attempt, booked: so, isAbandoned, sentence }: ImportSummary) => ({
      ...{ status, attempt, booked: so, isAbandoned, sentence },
    });
    return {
      steps: [first, progress, failed, again, abandoned, twice, taken].map(shown),
      refused,
      late: { ...((await world.refusal(late)) as object), data: 'the id' },
      listed: runs.filter(({ kind }) => kind === 'given up').map(({ file }) => file),
      next: page.next === page.runs[0]?.importId,
    };
  },
};
