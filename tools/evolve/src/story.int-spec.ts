/** The four phases of a business on one database that is never reset, with few orders of the real
 * file: each phase is served by a copy of the tree without the folders of later phases. `npm run
 * soak` plays them on a fleet as well, and compares. */
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPhases } from './phases.ts';
import { modes, type Mode } from './running-copy.ts';
import { checkout, playStory, type PhaseReport } from './story.ts';
import { lastLineOf, linesOf } from './told.ts';

const ordersMax = 60;
const file = join(checkout, 'deploy/samples/online-retail-2010-12.csv.gz');
const folders = readPhases(checkout).map(({ name }) => name);
const played: readonly Mode[] = process.env['M_SOAK'] ? modes : ['indie'];
const digests = new Map<Mode, readonly string[]>();

/** Command lines of the processes that still know a folder. */
const runningOn = (folder: string): readonly string[] =>
  globSync('/proc/[0-9]*').flatMap((process) => {
    const read = (name: string) => {
      try {
        return readFileSync(join(process, name), 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    };
    const command = read('cmdline');
    return `${command} ${read('environ')}`.includes(folder) ? [command] : [];
  });

describe.each(played)('a business that changes while it runs, served as %s', (mode) => {
  const data = mkdtempSync(join(tmpdir(), 'morrow-story-'));
  let reports: readonly PhaseReport[] = [];
  beforeAll(async () => {
    const begun = performance.now();
    const report = (told: PhaseReport) => [...linesOf(told)].forEach((line) => console.log(line));
    reports = await playStory({ file, data, ordersMax, mode, report });
    digests.set(
      mode,
      reports.map(({ digest }) => digest),
    );
    console.log(`${lastLineOf(reports)} ${Math.round((performance.now() - begun) / 1000)} s`);
  }, 300_000);
  afterAll(() => rmSync(data, { recursive: true, force: true, maxRetries: 5 }));

  it('has no fault in any phase: flows, replay, laws and books', () => {
    expect(reports.map(({ faults }) => faults)).toEqual([[], [], [], []]);
    for (const { proofs } of reports) expect(proofs.events).toBeGreaterThan(ordersMax);
  });
  it('runs each phase without the folders of later ones, and nothing else differs', () => {
    const present = reports.map((report) => report.folders);
    expect(present).toEqual(folders.map((_, at) => folders.slice(0, at + 1)));
    expect(new Set(reports.map(({ treeHash }) => treeHash)).size).toBe(1);
  });
  it('leaves orders open in each phase that end later on the flow that they began on', () => {
    const later = reports.slice(1);
    for (const { finishedOnOld } of later) expect(finishedOnOld).toBeGreaterThan(0);
  });
  it('has finished orders on every flow in the end, and none is left', () => {
    const all = reports.at(-1)?.standings ?? [];
    expect(all.filter(({ isFinished }) => !isFinished)).toEqual([]);
    expect([...new Set(all.map(({ flow }) => flow))].sort()).toEqual([
      'salesOrder@2 fulfilOrder@1',
      'salesOrder@2 fulfilOrder@2',
      'salesOrder@3 fulfilOrder@3',
      'salesOrder@3 fulfilOrder@4',
      'salesOrder@3 fulfilOrder@5',
    ]);
  });
  it('sends notices from the phase on that adds their domain', () => {
    const [first, ...later] = reports.map(({ notices }) => notices);
    expect(first).toBe(0);
    expect(later.every((sent, at) => sent > (later[at - 1] ?? 0))).toBe(true);
  });
  it('refuses orders of the last phase by a rule alone, and counts them', () => {
    const refused = reports.map((report) => Object.fromEntries(report.refused));
    expect(refused.slice(0, 3)).toEqual([{}, {}, {}]);
    expect(refused[3]).toEqual({ 'registeredCountries@1': expect.any(Number) as number });
    const { placed = 0, share = [] } = reports[3] ?? {};
    expect(placed + (refused[3]?.['registeredCountries@1'] ?? 0)).toBe(share.length);
  });
  it('leaves no process running', () => {
    expect(runningOn(data)).toEqual([]);
  });
});

it('comes to the same orders, goods and sales after each phase, however it is served', () => {
  for (const each of digests.values()) expect(each).toEqual(digests.get('indie'));
  expect(digests.size).toBe(played.length);
});
