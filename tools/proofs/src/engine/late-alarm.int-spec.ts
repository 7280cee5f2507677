/** Whoever has lost an instance to somebody else does not touch its alarm any more, though it has
 * nothing else to store. */
import { hasMoved } from '@morrow/document-keeper';
import { present } from '@morrow/kernel';
import { expect, it } from 'vitest';
import { floorWorld } from '../worlds/floor-world.ts';

const tenant = 'main';
const call = {
  call: 'floor.ship',
  input: { order: '=trigger.data.order' },
  compensate: { none: 'It has left.' },
};
const packed = { event: 'floor.packed', when: 'event.data.order = trigger.data.order' };
const answered = { kind: 'answered', step: 'ship', isUndo: false, epoch: 0, output: {} } as const;

/** One instance, in two hands. */
async function inTwoHands(steps: object) {
  const world = await floorWorld({ steps, answering: async (_name, input) => input });
  await world.take([world.eventOf('placed', '1')]);
  const [row] = await world.all();
  const { id } = present(row, 'It has begun');
  const held = async () =>
    present((await world.book.load(tenant, id))?.held, 'Its definition is known');
  return { ...world, late: await held(), other: await held() };
}
const refused = (saving: Promise<void>) =>
  saving.then(
    () => false,
    (error: unknown) => hasMoved(error),
  );

it('an instance that is over gets no alarm again', async () => {
  const { book, late, other, alarm } = await inTwoHands({ ship: call });
  await other.tell(answered, new Date().toISOString());
  await book.save(tenant, other, undefined);
  expect(await alarm()).toBeUndefined();
  const isRefused = await refused(book.save(tenant, late, 'late'));
  expect(await alarm()).toBeUndefined();
  expect(isRefused).toBe(true);
});

it('an instance that somebody has to go on with keeps its alarm', async () => {
  const steps = { packed: { await: packed }, ship: { ...call, after: ['packed'] } };
  const { book, late, take, eventOf, alarm } = await inTwoHands(steps);
  await take([eventOf('packed', '1')]);
  const due = await alarm();
  expect(due).toBeDefined();
  const isRefused = await refused(book.save(tenant, late, 'late'));
  expect(await alarm()).toBe(due);
  expect(isRefused).toBe(true);
});
