/** The engine of workflows dies at a third of its commits, another third with another seed, and at
 * each in `npm run soak`, one life after the other; every instance ends, each step has taken effect
 * once, and what a person has decided stands. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testPostgres } from '@morrow/dev-services';
import { afterAll, expect, it } from 'vitest';
import { expectAllEnded } from './expect-all-ended.ts';
import { commitOf, inTurn, newLives, placesIn, thirdOf, type Life, type Lived } from './lives.ts';
import { persist } from './persist.ts';
import { kinds, play, prepare, query, stageOf, type Kind } from './played-workflows.ts';
import { startServer } from './server-under-test.ts';

const facts = { postgres: await testPostgres(), settings: { M_WORKFLOW_LEASE_MS: '1000' } };
const folder = mkdtempSync(join(tmpdir(), 'morrow-kill-workflows-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Commits that instances meet, unless the machine is so slow that two become one. */
const always = [
  ...['-', 'instanceStarted', 'approvalRequested+instanceStarted', 'stepEnded'].map(
    (stored) => `follow.orders ${stored}`,
  ),
  ...['-', 'instanceDone+stepEnded'].map((stored) => `follow.stock ${stored}`),
  ...[
    'stepEnded', 'instanceDone+stepEnded', 'stepDelayed', 'stepStuck', 'stepFreed+stepsBegan',
    'instanceDone+stepEnded+stepFreed', 'approvalGranted+stepEnded',
    'approvalRejected+instanceDone+stepEnded', 'approvalRequested+stepEnded',
    'approvalWithdrawn+instanceTurned', 'instanceTurned', 'instanceTurned+stepEnded', 'stepUndone',
    'instanceUndone+stepUndone',
  ].map((stored) => `store.commit ${stored}`), // prettier-ignore
  'timer.claim -',
  'workflow.await stepEnded',
  'workflow.prune -',
];
const commitsOf = (lives: readonly Life[]) => [
  ...new Set(lives.map(({ place }) => commitOf(place))),
];

/** How often all is played, or lived again, until all of these were met. */
const roundsMax = 5;

/** A server that prunes, and then plays each kind alone, undisturbed: a life for each place that
 * it meets. */
async function undisturbed(): Promise<readonly Life[]> {
  const log = join(folder, 'undisturbed.log');
  const server = await startServer(facts, { M_FAILPOINT_LOG: log });
  const stage = stageOf(server, facts);
  const met = new Map<string, Kind | undefined>();
  try {
    await prepare(stage);
    for (const place of placesIn(log))
      if (place.startsWith('workflow.prune')) met.set(place, undefined);
    const isLeft = () => {
      const commits = new Set([...met.keys()].map(commitOf));
      return always.some((commit) => !commits.has(commit));
    };
    for (let round = 1; round <= roundsMax && (round === 1 || isLeft()); round++)
      for (const kind of kinds) {
        writeFileSync(log, '');
        await play(stage, kind, `${kind}-${round}`);
        await persist(() => server.world.settled());
        for (const place of placesIn(log)) if (!met.has(place)) met.set(place, kind);
      }
  } finally {
    await server.close();
  }
  const last = ({ kind }: Life) => (kind === 'delayed' ? 1 : 0);
  const lives = [...met].map(([place, kind]) => ({ place, kind }));
  return lives.sort((a, b) => last(a) - last(b));
}

/** What each process commits that goes on with an instance of another: the life before leaves it so
 * that just this comes of it. */
const lost: readonly (readonly Life[])[] = [
  [
    { place: 'workflow.await/workflows.stepEnded:before', kind: 'forward' },
    { place: 'store.commit/workflows.leaseLost:after' },
  ],
  [
    { place: 'timer.claim/:after', kind: 'forward' },
    { place: 'store.commit/workflows.leaseLost+workflows.stepEnded:before' },
  ],
  [
    { place: 'store.commit/workflows.stepStuck:before', kind: 'stuck' },
    { place: 'store.commit/workflows.leaseLost+workflows.stepStuck:after' },
  ],
];

/** Other places that lives met and that nobody knew, each with the life before it: they come by
 * chance, where a process goes on with what another has left. */
function inRecovery(lived: readonly Lived[], known: readonly Life[]): readonly (readonly Life[])[] {
  const seen = new Set(known.map(({ place }) => place));
  const found: (readonly Life[])[] = [];
  for (const [at, { met }] of lived.entries()) {
    const before = lived[at - 1];
    if (!before?.kind) continue;
    const mayLeaveLease = !before.place.startsWith('follow.');
    for (const place of met) {
      // what is passed by is of the same commit for each protocol
      if (seen.has(place) || place.includes('/:')) continue;
      if (place.includes('leaseLost') && !mayLeaveLease) continue;
      seen.add(place);
      found.push([before, { place }]);
    }
  }
  return found;
}

const isSoak = process.env['M_SOAK'] === '1';
const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
/** One moment of a third of the commits: before one, after the next, and so on. `npm run soak` dies
 * before and after each, one after the other. */
const asked = (lives: readonly Life[]): readonly Life[] =>
  thirdOf(
    inTurn(lives, ({ place }) => place),
    seed,
  );
const isAllMet = (lived: readonly Lived[]) => lived.every(({ isMet }) => isMet);
const say = (title: string, lived: readonly Lived[]) => {
  const ends = lived.map(({ place, isMet }) => `  ${place}${isMet ? '' : ' (did not come again)'}`);
  process.stdout.write([`${title}: ${lived.length} lives`, ...ends, ''].join('\n'));
};

it(`dies at its commits: nothing is lost, doubled or wedged (SEED=${seed})`, async () => {
  const began = Date.now();
  const known = await undisturbed();
  const commits = commitsOf(known);
  expect(always.filter((commit) => !commits.includes(commit))).toEqual([]);
  const later: NodeJS.ProcessEnv[] = [];
  const server = await startServer(facts, {}, later);
  const stage = stageOf(server, facts);
  try {
    await prepare(stage);
    await query(
      stage,
      `insert into workflows.workflow_heard (key, producer, number, event, at)
       select 'old', 'orders', n, '{}', now() - interval '8 days' from generate_series(1, 20) n`,
    );
    const lives = newLives({ stage, server, later, folder, always });
    const chosen = isSoak ? known : asked(known);
    const lived = await (isSoak ? lives.through(chosen) : lives.together(chosen));
    say('As it works', lived);
    const killed = commitsOf(lived.filter(({ isMet }) => isMet));
    const wanted = commitsOf(chosen).filter((commit) => always.includes(commit));
    expect(wanted.filter((commit) => !killed.includes(commit))).toEqual([]);
    for (const pair of lost) {
      let recovered = await lives.through(pair);
      for (let tries = 1; tries < roundsMax && !isAllMet(recovered); tries++)
        recovered = await lives.through(pair);
      say('As it recovers', recovered);
      expect(recovered.filter(({ isMet }) => !isMet)).toEqual([]);
    }
    if (isSoak) {
      const others = inRecovery(lived, [...known, ...lost.flat()]);
      say('By chance', await lives.through(others.flat()));
    }
    await expectAllEnded(stage, lives.plays);
  } finally {
    await server.close();
  }
  process.stdout.write(`${Math.round((Date.now() - began) / 1000)} s\n`);
}, 900_000);
