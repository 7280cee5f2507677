// The way back: what was done is undone, the last to end first, and what may go wrong with that.
import { describe, expect, it } from 'vitest';
import { leasesLostMax } from './advance.ts';
import {
  answered,
  away,
  broken,
  cancelled,
  failed,
  machineWith,
  refused,
  resolved,
  retried,
  skipped,
  undoCall,
  worldOf as worldOfMachine,
} from './instance-world.ts';

const worldOf = (steps: object, more?: object) => worldOfMachine(machineWith(steps, more));
const undoneBy = (call: string) => ({ compensate: { call, input: {} } });
const reserve = { call: 'stock.reserve', input: {}, ...undoneBy('stock.release') };
const charge = { call: 'payments.charge', input: {}, ...undoneBy('payments.refund') };
const note = { call: 'notes.send', input: {}, compensate: { none: 'It was read.' } };
const ship = { call: 'stock.ship', input: {}, after: ['reserve', 'charge', 'note'] };
const sale = { reserve, charge, note, ship };

/** A sale whose shipping was refused after all else was done. */
async function turned() {
  const world = await worldOf(sale);
  for (const step of ['charge', 'note', 'reserve']) await world.tell(answered(step));
  expect(await world.tell(refused('ship'))).toEqual(['ship is failed', 'turned']);
  expect(world.state).toBe('undoing');
  return world;
}

describe('what was done', () => {
  it('is undone one by one, the last to end first', async () => {
    const world = await turned();
    expect(world.work()).toEqual(['undo stock.release 0']);
    expect(await world.tell(answered('charge', null, undoCall()))).toEqual([]);
    expect(await world.tell(answered('reserve', null, undoCall()))).toEqual(['reserve is undone']);
    expect(await world.tell(answered('reserve', null, undoCall()))).toEqual([]);
    expect(world.work()).toEqual(['undo payments.refund 0']);
    expect(await world.tell(answered('charge', null, undoCall()))).toEqual([
      'charge is undone',
      'undone',
    ]);
    expect(world).toMatchObject({ state: 'undone', fields: { endedAt: world.now } });
    expect(world.work()).toEqual([]);
  });

  it('is undone after as many tries as the step itself has', async () => {
    const world = await turned();
    for (const seconds of [1, 2, 4, 8]) {
      await world.tell(failed('reserve', undoCall()));
      await world.pass(`PT${seconds}S`);
    }
    expect(world.state).toBe('undoing');
    expect(await world.tell(failed('reserve', undoCall()))).toEqual(['undoing reserve is stuck']);
    expect(await world.tell(retried('reserve'))).toEqual(['undoing reserve is retried']);
    expect(world.state).toBe('undoing');
    expect(world.work()).toEqual(['undo stock.release 0']);
  });

  it('and cannot be undone waits for a person, and so does all before it', async () => {
    const world = await turned();
    expect(await world.tell(refused('reserve', undoCall()))).toEqual(['undoing reserve is stuck']);
    expect(world.state).toBe('stuck');
    expect(world.work()).toEqual([]);
    expect(await world.tell(refused('reserve', undoCall()))).toEqual([]);
  });

  it('whose undoing was refused is called again under another key', async () => {
    const world = await turned();
    await world.tell(refused('reserve', undoCall()));
    await world.tell(retried('reserve'));
    expect(world.work()).toEqual(['undo stock.release 1']);
    expect(await world.tell(refused('reserve', undoCall(0)))).toEqual([]);
    expect(await world.tell(answered('reserve', null, undoCall(0)))).toEqual([]);
    expect(await world.tell(answered('reserve', null, undoCall(1)))).toEqual(['reserve is undone']);
  });

  it.each([
    ['resolved', resolved],
    ['skipped', skipped],
  ])('counts as undone when a person has %s it', async (how, say) => {
    const world = await turned();
    await world.tell(refused('reserve', undoCall()));
    const told = await world.tell(say('reserve'));
    expect(told).toEqual([`undoing reserve is ${how}`, 'reserve is undone']);
    expect(world.state).toBe('undoing');
    expect(world.work()).toEqual(['undo payments.refund 0']);
  });

  it('is undone by a late answer, although a person was asked', async () => {
    const world = await turned();
    await world.tell(broken('reserve', undoCall()));
    expect(await world.tell(answered('reserve', null, undoCall()))).toEqual(['reserve is undone']);
    expect(world.state).toBe('undoing');
  });

  it('keeps that it was refused, late and whatever else is lost', async () => {
    const world = await turned();
    await world.tell(broken('reserve', undoCall()));
    expect(await world.tell(refused('reserve', undoCall()))).toEqual(['undoing reserve is stuck']);
    for (let at = 0; at < leasesLostMax; at++) await world.tell({ kind: 'lost' });
    await world.tell(retried('reserve'));
    expect(world.work()).toEqual(['undo stock.release 1']);
  });

  it('and lost its leases waits for a person', async () => {
    const world = await turned();
    for (let at = 1; at < leasesLostMax; at++) await world.tell({ kind: 'lost' });
    expect(await world.tell({ kind: 'lost' })).toEqual([
      'a lease is lost',
      'undoing reserve is stuck',
    ]);
  });
});

describe('an instance that is cancelled', () => {
  it('with a call under way hears its answer, and undoes it', async () => {
    const world = await worldOf({ reserve, rest: { sleep: 'P1D' } });
    expect(await world.tell(cancelled)).toEqual(['turned, without rest']);
    expect(world.fields).toMatchObject({
      turn: { sentence: 'It was cancelled', step: null, by: 'person:ada' },
    });
    expect(world.work()).toEqual(['stock.reserve 0']);
    expect(await world.tell(cancelled)).toEqual([]);
    expect(await world.tell(answered('reserve'))).toEqual(['reserve is done']);
    expect(world.work()).toEqual(['undo stock.release 0']);
    expect(await world.tell(answered('reserve', null, undoCall()))).toEqual([
      'reserve is undone',
      'undone',
    ]);
  });

  it('with a call that is refused then has nothing to undo', async () => {
    const world = await worldOf({ reserve });
    await world.tell(cancelled);
    expect(await world.tell(refused('reserve'))).toEqual(['reserve is failed', 'undone']);
    expect(world.fields.turn?.step).toBeNull();
  });

  it('with a call that is stuck stays stuck until a person says how it went', async () => {
    const world = await worldOf({ reserve, charge });
    await world.tell(answered('charge'));
    await world.tell(broken('reserve'));
    expect(await world.tell(cancelled)).toEqual(['turned']);
    expect(world.state).toBe('stuck');
    expect(world.work()).toEqual([]);
    expect(await world.tell(resolved('reserve'))).toEqual([
      'reserve is resolved',
      'reserve is done',
    ]);
    expect(world.state).toBe('undoing');
    expect(world.work()).toEqual(['undo stock.release 0']);
  });

  it('with a wait that is stuck drops it', async () => {
    const world = await worldOf({ rest: { sleep: { until: '"soon"' } } });
    expect(world.state).toBe('stuck');
    expect(await world.tell(cancelled)).toEqual(['turned, without rest', 'undone']);
  });

  it('with nothing done is over at once', async () => {
    const world = await worldOf({ rest: { sleep: 'P1D' } });
    expect(await world.tell(cancelled)).toEqual(['turned, without rest', 'undone']);
    expect(world.work()).toEqual([]);
  });
});

describe('a deadline', () => {
  it('turns an instance that is not done by then', async () => {
    const steps = { reserve, rest: { sleep: 'P9D', after: ['reserve'] } };
    const world = await worldOf(steps, { deadline: 'P1D' });
    await world.tell(answered('reserve'));
    expect(world.work()).toEqual(['until 12-02T08:00:00']);
    expect(await world.pass('P1D')).toEqual(['turned, without rest']);
    expect(world.fields.turn?.sentence).toBe(
      'It was not done by its deadline, 2010-12-02T08:00:00.000Z.',
    );
    expect(world.work()).toEqual(['undo stock.release 0']);
    expect(await world.pass('P1D')).toEqual([]);
  });

  it('comes before a timeout of the same moment', async () => {
    const when = 'event.data.order = trigger.data.order';
    const pay = { await: { event: 'a.paid', when, timeout: 'P1D' } };
    const world = await worldOf({ pay }, { deadline: 'P1D' });
    expect(await world.pass('P1D')).toEqual(['turned, without pay', 'undone']);
  });
});

describe('a call that nobody was asked for', () => {
  const hopeless = { ...reserve, when: '$error("no")' };
  it('is dropped when its instance turns', async () => {
    const world = await worldOf({ reserve: hopeless });
    expect(world.state).toBe('stuck');
    expect(await world.tell(cancelled)).toEqual(['turned, without reserve', 'undone']);
  });
  it('is dropped as well when a person has had it tried again in vain', async () => {
    const world = await worldOf({ reserve: hopeless });
    await world.tell(retried('reserve'));
    expect(world.state).toBe('stuck');
    expect(await world.tell(cancelled)).toEqual(['turned, without reserve', 'undone']);
  });
  it('stays where somebody was asked, since it may have been done', async () => {
    const world = await worldOf({ reserve });
    await world.tell(broken('reserve'));
    expect(await world.tell(cancelled)).toEqual(['turned']);
    expect(world.state).toBe('stuck');
  });
});

describe('a call that finds nobody there', () => {
  it('is tried for as long as it takes on the way forward', async () => {
    const world = await worldOf({ reserve });
    for (let tries = 0; tries < 200; tries++) {
      expect(await world.tell(away('reserve'))).toHaveLength(1);
      await world.pass('PT1M');
    }
    expect(world.state).toBe('running');
  });
  it('waits for a person after an hour where its instance has turned', async () => {
    const world = await worldOf({ reserve });
    await world.tell(cancelled);
    let told: readonly string[] = [];
    for (let minutes = 0; minutes < 65; minutes++) {
      expect(world.state).toBe('undoing');
      told = await world.tell(away('reserve'));
      await world.pass('PT1M');
    }
    expect(told).toEqual(['reserve is stuck']);
    expect(await world.tell(skipped('reserve'))).toContain('undone');
  });
});
