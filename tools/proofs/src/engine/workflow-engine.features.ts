/** What every workflow engine does: written once, run against each of them on a real database. */
import type { NewWorkflowEngine } from '@morrow/workflow-keeper';
import { expect, it } from 'vitest';
import { engineWorld } from './engine-world.ts';

const input = { order: '=trigger.data.order' };
const call = (operation: string, after?: readonly string[], more: object = {}) => ({
  ...{ call: `floor.${operation}`, input, ...(after && { after }) },
  ...more,
});
const by = 'person:ada';
const undoneBy = (operation: string) => ({ compensate: { call: `floor.${operation}`, input } });
/** A promise, and how to keep it. */
function promised() {
  let keep: () => void = () => undefined;
  const kept = new Promise<void>((resolve) => {
    keep = () => {
      resolve();
    };
  });
  return { kept, keep };
}

export function workflowEngineFeatures(newEngine: NewWorkflowEngine): void {
  const worldOf = (steps: object, more?: object) => engineWorld(newEngine, steps, more);

  it('runs steps in their order, each once, to an outcome', async () => {
    const steps = {
      reserve: call('reserve'),
      charge: call('charge', ['reserve']),
      ship: call('ship', ['charge']),
    };
    const world = await worldOf(steps, { output: { shipped: '=steps.ship.output.order' } });
    await world.place('1');
    const { output } = await world.until('1', 'done');
    expect(world.ran).toEqual(['reserve', 'charge', 'ship']);
    expect(world.tried).toHaveLength(3);
    expect(output).toEqual({ shipped: '1' });
  });

  it('runs branches beside each other and waits for both', async () => {
    const world = await worldOf({
      reserve: call('reserve'),
      charge: call('charge'),
      ship: call('ship', ['reserve', 'charge']),
    });
    const slow = promised();
    world.answer('reserve', slow.kept);
    await world.place('1');
    await world.step('1', 'charge', 'done');
    expect(world.ran).toEqual(['charge']);
    slow.keep();
    await world.until('1', 'done');
    expect(world.ran).toEqual(['charge', 'reserve', 'ship']);
  });

  it('leaves out a step whose condition does not hold', async () => {
    const world = await worldOf({
      reserve: call('reserve', undefined, { when: 'trigger.data.order = "2"' }),
      ship: call('ship', ['reserve']),
    });
    await world.place('1');
    expect((await world.until('1', 'done')).steps['reserve']?.state).toBe('skipped');
    expect(world.ran).toEqual(['ship']);
  });

  it('undoes what was done when a step is refused, the last first', async () => {
    const world = await worldOf({
      reserve: call('reserve', undefined, undoneBy('release')),
      charge: call('charge', ['reserve'], undoneBy('refund')),
      ship: call('ship', ['charge']),
    });
    world.answer('ship', 'refused');
    await world.place('1');
    const { turn } = await world.until('1', 'undone');
    expect(turn?.sentence).toContain('No 1.');
    expect(world.ran).toEqual(['reserve', 'charge', 'refund', 'release']);
  });

  it('waits for a person at a step that keeps failing, and tries it again for them', async () => {
    const retry = { times: 2, wait: 'PT1S' };
    const world = await worldOf({ ship: call('ship', undefined, { retry }) });
    world.answer('ship', 'breaks', 'breaks');
    await world.place('1');
    const { steps } = await world.until('1', 'stuck');
    expect(steps['ship']?.trying?.problem).toContain('The belt is torn.');
    await world.tell('1', { kind: 'retried', step: 'ship', by });
    await world.until('1', 'done');
    expect(world.ran).toEqual(['ship']);
  });

  it('asks a person, and goes on as they have decided', async () => {
    const ask = { approval: { role: 'sales', title: '="Ship " & trigger.data.order & "?"' } };
    const when = 'steps.ask.output.decision = "approved"';
    const world = await worldOf({ ask, ship: call('ship', ['ask'], { when }) });
    await world.place('1');
    expect((await world.step('1', 'ask', 'open')).steps['ask']?.title).toBe('Ship 1?');
    expect(await world.approvals()).toEqual(['open']);
    await world.tell('1', { kind: 'decided', step: 'ask', decision: 'approved', by });
    await world.until('1', 'done');
    expect(world.ran).toEqual(['ship']);
    expect(await world.approvals()).toEqual(['approved']);
  });

  const packed = {
    await: { event: 'floor.packed', when: 'event.data.order = trigger.data.order' },
  };
  it('goes on when the event comes that it awaits, and for no other', async () => {
    const world = await worldOf({ packed, ship: call('ship', ['packed']) });
    await world.place('1');
    await world.place('2');
    await world.step('1', 'packed', 'open');
    await world.step('2', 'packed', 'open');
    await world.pack('2');
    await world.until('2', 'done');
    expect(world.ran).toEqual(['ship']);
    await world.pack('1');
    await world.until('1', 'done');
  });

  it('finds the event that came before it was awaited', async () => {
    const reserve = call('reserve');
    const world = await worldOf({ reserve, packed: { ...packed, after: ['reserve'] } });
    const slow = promised();
    world.answer('reserve', slow.kept);
    await world.place('1');
    await world.pack('1');
    slow.keep();
    expect((await world.until('1', 'done')).steps['packed']?.state).toBe('done');
  });

  it('sleeps, and tries again when nobody was there', async () => {
    const world = await worldOf({
      reserve: call('reserve'),
      pause: { after: ['reserve'], sleep: 'PT0.3S' },
      ship: call('ship', ['pause']),
    });
    world.answer('ship', 'away');
    await world.place('1');
    const { steps } = await world.until('1', 'done');
    expect(world.ran).toEqual(['reserve', 'ship']);
    expect(world.tried).toHaveLength(3);
    const { begunAt, endedAt } = steps['pause'] ?? {};
    expect(Date.parse(endedAt ?? '') - Date.parse(begunAt ?? '')).toBeGreaterThanOrEqual(300);
  });

  it('undoes what was done when its deadline has passed', async () => {
    const reserve = call('reserve', undefined, undoneBy('release'));
    const world = await worldOf(
      { reserve, packed: { ...packed, after: ['reserve'] } },
      { deadline: 'PT1S' },
    );
    await world.place('1');
    await world.until('1', 'undone');
    expect(world.ran).toEqual(['reserve', 'release']);
  });

  it('goes on in another process when one has stopped in the middle', async () => {
    const world = await worldOf({
      reserve: call('reserve'),
      charge: call('charge', ['reserve']),
      ship: call('ship', ['charge']),
    });
    const slow = promised();
    world.answer('charge', slow.kept);
    await world.place('1');
    await world.step('1', 'reserve', 'done');
    const stopped = world.stop();
    slow.keep();
    await stopped;
    const before = [...world.ran];
    world.start();
    await world.until('1', 'done');
    expect(before).not.toContain('ship');
    expect(world.ran).toEqual(['reserve', 'charge', 'ship']);
  });

  it('works on many at a time', async () => {
    const world = await worldOf({
      reserve: call('reserve'),
      ship: call('ship', ['reserve']),
    });
    const orders = Array.from({ length: 20 }, (_, at) => String(at));
    await Promise.all(orders.map((order) => world.place(order)));
    for (const order of orders) await world.until(order, 'done');
    expect(world.ran).toHaveLength(40);
  });
}
