/** A release with a new lifecycle and a new event version on the database of the one before: old
 * documents end on their own flow or go over on a mapped way, and nothing is guessed. */
import { freshDatabase } from '@morrow/dev-services';
import { expect, it, onTestFinished } from 'vitest';
import {
  changeDay,
  deskContext,
  openDesk,
  type DeskGround,
  type Release,
} from '../worlds/desk-world.ts';

async function desk() {
  const { drop, database, ...server } = await freshDatabase('desk');
  onTestFinished(drop);
  let day = '2026-05-31';
  const clock = { now: () => new Date(`${day}T12:00:00.000Z`) };
  const open = async (release: Release, evolve?: DeskGround['evolve']) => {
    const opened = await openDesk(release, { server, database, clock, evolve });
    let isOpen = true;
    const end = async () => {
      if (isOpen) await opened.end();
      isOpen = false;
    };
    onTestFinished(end);
    return { ...opened, end };
  };
  const onward = (next: string) => void (day = next);
  return { open, onward };
}
type Desk = Awaited<ReturnType<typeof openDesk>>;
const context = deskContext();
const move = { documentType: 'request', from: 1, to: 2, limit: 2 };
const standOf = async ({ keeping }: Desk) =>
  (await keeping.lifecycles({ page: 0 }, context)).counts.map(
    ({ version, state, documents, isKnown, isEnd }) =>
      `${version} ${state} ${documents}${isEnd ? ' end' : ''}${isKnown ? '' : ' unknown'}`,
  );
async function replayed({ keeping }: Pick<Desk, 'keeping'>, isToSwap = true) {
  await keeping.replay({ isToSwap }, context);
  await expect.poll(async () => (await keeping.replayState({}, context)).phase).not.toBe('running');
  return keeping.replayState({}, context);
}
const urgencyOf = (id: string) =>
  `request ${id}: urgency is null, its events make it "normal", ` +
  'set by requested, its 1st event, of 2026-05-31';
const letters = async ({ keeping }: Desk) =>
  (await keeping.deadLetters({}, context)).letters.map(({ sentence }) => sentence);

it('old documents end on their own flow, new ones take the one that a rule picks', async () => {
  const { open, onward } = await desk();
  const before = await open(1);
  const old = await before.ask('printer');
  await before.end();
  const after = await open(2);
  const stillOld = await after.ask('screen');
  onward(changeDay);
  const fresh = await after.ask('keyboard');
  const urgent = await after.ask('fire', { urgency: 'high' });
  const ofSegment = await after.ask('fax', { segment: 'old' });
  expect(await standOf(after)).toEqual(['1 open 3', '2 waiting 2']);
  await expect(after.close(fresh)).rejects.toThrow(
    'request in state waiting does not allow closed',
  );
  for (const id of [old, stillOld, ofSegment, urgent]) await after.close(id);
  await after.see(fresh);
  await after.close(fresh);
  expect(await standOf(after)).toEqual(['1 closed 3 end', '2 closed 2 end']);
  // the new release reads an urgency into what the old one stored; then all is as events make it
  expect((await replayed(after)).faults).toEqual([urgencyOf(old)]);
  expect(await replayed(after)).toMatchObject({ phase: 'done', faults: [], isSwapped: true });
});

it('a mapped move says first what it would do, is an event, and can be replayed', async () => {
  const { open, onward } = await desk();
  const before = await open(1);
  const ids = [];
  for (const title of ['a', 'b', 'c']) ids.push(await before.ask(title));
  const [first = '', second = '', third = ''] = ids;
  await before.close(second);
  await before.end();
  onward(changeDay);
  const { keeping, ...after } = await open(2);
  const all = async (isDryRun: boolean) => {
    const pages = [];
    for (let next: never | undefined; ;) {
      const page = await keeping.moveLifecycle({ ...move, isDryRun, after: next }, context);
      pages.push(page);
      next = page.next as never;
      if (next === undefined) return pages.map(({ moved, left }) => ({ moved, left }));
    }
  };
  const way = (documents: number) => [{ from: 'open', to: 'waiting', documents }];
  const expected = [
    { moved: way(1), left: [{ state: 'closed', documents: 1 }] },
    { moved: way(1), left: [] },
  ];
  expect(await all(true)).toEqual(expected);
  expect(await standOf({ keeping, ...after })).toEqual(['1 closed 1 end', '1 open 2']);
  expect(await all(false)).toEqual(expected);
  expect(await standOf({ keeping, ...after })).toEqual(['1 closed 1 end', '2 waiting 2']);
  expect(await after.row(first)).toMatchObject({
    version: 2,
    state: 'waiting',
    lifecycle: { version: 2 },
    fields: { title: 'a' },
  });
  await expect(after.close(third)).rejects.toThrow('does not allow closed');
  await after.see(third);
  await after.close(third);
  expect((await replayed({ keeping, ...after })).faults).toEqual(ids.map(urgencyOf));
  expect(await replayed({ keeping, ...after })).toMatchObject({ phase: 'done', faults: [] });
  const back = keeping.moveLifecycle({ ...move, from: 2, to: 1, isDryRun: true }, context);
  await expect(back).rejects.toThrow('No move of request leads from version 2 to version 1.');
});

it('an event of an earlier version is heard and replayed as one of today', async () => {
  const { open } = await desk();
  const before = await open(1);
  const id = await before.ask('printer');
  expect(await before.row(id)).toMatchObject({ fields: { urgency: null } });
  await expect.poll(() => before.heard.map(({ data }) => data)).toEqual([{ title: 'printer' }]);
  await before.end();
  const after = await open(2);
  await after.ask('screen');
  await expect
    .poll(() => after.heard.map(({ data }) => data))
    .toEqual([{ title: 'screen', urgency: 'low' }]);
  expect((await replayed(after)).faults).toEqual([urgencyOf(id)]);
  expect(await after.row(id)).toMatchObject({ fields: { title: 'printer', urgency: 'normal' } });
});

it('what a process does not know is shown, and waits for one that knows it', async () => {
  const { open, onward } = await desk();
  onward(changeDay);
  const after = await open(2);
  const id = await after.ask('keyboard');
  await after.end();
  const before = await open(1);
  await expect(before.close(id)).rejects.toThrow('Request request@2 is not known here.');
  expect(await standOf(before)).toEqual(['2 waiting 1 unknown']);
  expect((await before.keeping.verify({}, context)).faults.join()).toMatch(
    /1 of request in state waiting .*request@2/,
  );
  expect((await replayed(before)).faults.join()).toContain('was stored in version 2');
  await before.end();
  const again = await open(2);
  await again.see(id);
  expect((await again.keeping.verify({}, context)).faults).toEqual([]);
});

it('an event of an unknown version becomes a dead letter, and is handled later', async () => {
  const { open } = await desk();
  const before = await open(1);
  const after = await open(2);
  await after.keeper.stop();
  const id = await after.ask('keyboard');
  const unknown = 'requests.requested was stored in version 2; known here: 1 to 1.';
  await expect.poll(() => letters(before), { timeout: 10_000 }).toEqual([unknown]);
  await before.end();
  await after.end();
  const again = await open(2);
  expect(
    await again.keeping.retry({ handler: 'listen', producer: 'desk', number: 1 }, context),
  ).toEqual({ handled: true });
  expect(again.heard.map(({ streamId }) => streamId)).toEqual([id]);
  expect(await letters(again)).toEqual([]);
});

it('changed logic says which documents would change and by which event, then swaps', async () => {
  const { open, onward } = await desk();
  onward(changeDay);
  const before = await open(2);
  const [seen, waiting] = [await before.ask('screen'), await before.ask('keyboard')];
  await before.see(seen);
  await expect.poll(() => before.heard.length).toBe(2);
  await before.end();
  // from now on what somebody looked at is of normal urgency
  const after = await open(2, (fields, { type, data }) =>
    type === 'requested'
      ? { title: String(data['title']), urgency: String(data['urgency']) }
      : { title: '', ...fields, urgency: type === 'seen' ? 'normal' : (fields?.urgency ?? null) },
  );
  const would = await replayed(after, false);
  expect(would).toMatchObject({ phase: 'done', isSwapped: false });
  expect(would.faults).toEqual([
    `request ${seen}: urgency is "low", its events make it "normal", ` +
      `set by seen, its 2nd event, of ${changeDay}`,
  ]);
  expect(await after.row(seen)).toMatchObject({ fields: { urgency: 'low' } });
  const swapped = await replayed(after);
  expect(swapped).toEqual({ ...would, isSwapped: true });
  expect(await after.row(seen)).toMatchObject({ fields: { urgency: 'normal' } });
  expect(await after.row(waiting)).toMatchObject({ fields: { urgency: 'low' } });
  const [was, is] = [swapped.tables[0], (await replayed(after, false)).tables[0]];
  expect(was?.hash).not.toBe(was?.rebuiltHash);
  expect(is).toEqual({ ...was, hash: was?.rebuiltHash });
  // the first event that is handled from now on is a new one
  const next = await after.ask('mouse');
  await expect.poll(() => after.heard.length).toBeGreaterThan(0);
  expect(after.heard.map(({ streamId }) => streamId)).toEqual([next]);
});
