/** Scenarios of imports: runs that are recorded, broken off, taken up again and kept apart. */
import type { Id } from '@morrow/kernel';
import { Imports } from '@morrow/protocol-imports';
import type { Scenario } from './world.ts';

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
};
