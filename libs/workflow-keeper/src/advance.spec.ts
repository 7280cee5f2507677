// The way forward: which steps run, in which order, and what they wait for.
import { describe, expect, it } from 'vitest';
import {
  answered,
  came,
  decided,
  failed,
  machineWith,
  refused,
  worldOf as worldOfMachine,
} from './instance-world.ts';
import { outputMax } from './advance.ts';

const worldOf = (steps: object, more?: object) => worldOfMachine(machineWith(steps, more));
const call = (operation: string, more: object = {}) => ({ call: operation, input: {}, ...more });
const reserve = call('stock.reserve');
const ship = (more: object = {}) => call('stock.ship', more);

describe('steps', () => {
  it('run one after the other, and the last one ends the instance', async () => {
    const world = await worldOf({ reserve, ship: ship({ after: ['reserve'] }) });
    expect(world.work()).toEqual(['stock.reserve 0']);
    expect(await world.tell(answered('reserve'))).toEqual(['reserve is done', 'ship began']);
    expect(world.work()).toEqual(['stock.ship 0']);
    expect(await world.tell(answered('ship'))).toEqual(['ship is done', 'done']);
    expect(world).toMatchObject({ state: 'done', fields: { endedAt: world.now, problem: null } });
    expect(world.work()).toEqual([]);
  });

  it('run beside each other, and one that waits for both runs after the last', async () => {
    const charge = call('payments.charge');
    const world = await worldOf({ reserve, charge, ship: ship({ after: ['reserve', 'charge'] }) });
    expect(world.work()).toEqual(['stock.reserve 0', 'payments.charge 0']);
    expect(await world.tell(answered('charge'))).toEqual(['charge is done']);
    expect(await world.tell(answered('reserve'))).toEqual(['reserve is done', 'ship began']);
  });

  it('are skipped where their condition is false, and what hangs on them runs', async () => {
    const gift = call('gifts.wrap', { when: 'trigger.data.isGift = true' });
    const world = await worldOf({ gift, ship: ship({ after: ['gift'] }) });
    expect(world.fields.steps['gift']).toMatchObject({ state: 'skipped', output: null });
    expect(world.work()).toEqual(['stock.ship 0']);
  });

  it('all skipped are an instance that is done as it begins', async () => {
    const world = await worldOf({ reserve: { ...reserve, when: 'false' } });
    expect(world.state).toBe('done');
  });

  it('read the answers of those before them', async () => {
    const when = 'steps.reserve.output.count > 1';
    const world = await worldOf({ reserve, ship: ship({ after: ['reserve'], when }) });
    expect(await world.tell(answered('reserve', { count: 1 }))).toEqual([
      'reserve is done',
      'ship is skipped',
      'done',
    ]);
  });

  it('of more than one event hold are all told', async () => {
    const many = Array.from({ length: 150 }, (_, at) => [`s${at}`, reserve]);
    const world = await worldOf(Object.fromEntries(many));
    expect(world.events.map(({ type }) => type)).toEqual([
      'instanceStarted',
      'stepsBegan',
      'stepsBegan',
    ]);
    expect(world.work()).toHaveLength(150);
  });
});

describe('an await', () => {
  const payment = (more: object = {}) => ({
    await: {
      event: 'payments.paid',
      when: 'event.data.order = trigger.data.order and event.data.sum > 0',
      ...more,
    },
  });
  const paid = (data: object) => came('pay', 'payments.paid', data as never);

  it('ends with the data of the event that it accepts', async () => {
    const world = await worldOf({ pay: payment(), ship: ship({ after: ['pay'] }) });
    expect(world.work()).toEqual([]);
    expect(await world.tell(paid({ order: '1', sum: 0 }))).toEqual([]);
    expect(await world.tell(came('pay', 'payments.lost', { order: '1', sum: 5 }))).toEqual([]);
    const told = await world.tell(paid({ order: '1', sum: 5 }));
    expect(told).toEqual(['pay is done', 'ship began']);
    expect(world.fields.steps['pay']?.output).toEqual({ order: '1', sum: 5 });
  });

  it('that has not begun hears nothing, and one that has ended nothing more', async () => {
    const world = await worldOf({ reserve, pay: { ...payment(), after: ['reserve'] } });
    expect(await world.tell(paid({ order: '1', sum: 5 }))).toEqual([]);
    await world.tell(answered('reserve'));
    await world.tell(paid({ order: '1', sum: 5 }));
    expect(await world.tell(paid({ order: '1', sum: 5 }))).toEqual([]);
    expect(world.state).toBe('done');
  });

  it('fails where its event does not come in time', async () => {
    const world = await worldOf({ pay: payment({ timeout: 'PT1H' }) });
    expect(world.work()).toEqual(['until 12-01T09:00:00']);
    expect(await world.pass('PT59M')).toEqual([]);
    expect(await world.pass('PT1M')).toEqual(['pay is failed', 'turned', 'undone']);
    expect(world.fields.turn).toEqual({
      sentence: 'payments.paid did not come within PT1H.',
      step: 'pay',
      by: null,
    });
  });

  it('goes on without its event where it says so', async () => {
    const given = payment({ timeout: 'PT1H', onTimeout: 'continue' });
    const when = 'steps.pay.state = "timedOut"';
    const world = await worldOf({ pay: given, ship: ship({ after: ['pay'], when }) });
    expect(await world.pass('PT1H')).toEqual(['pay is timedOut', 'ship began']);
  });

  it('is stuck on an event that is too long to keep', async () => {
    const world = await worldOf({ pay: payment() });
    const note = 'x'.repeat(outputMax);
    expect(await world.tell(paid({ order: '1', sum: 5, note }))).toEqual(['pay is stuck']);
    expect(await world.tell(paid({ order: '1', sum: 5 }))).toEqual(['pay is done', 'done']);
  });

  it('is no call: an answer to one does not end it', async () => {
    const world = await worldOf({ pay: payment() });
    expect(await world.tell(answered('pay'))).toEqual([]);
    expect(await world.tell(failed('pay'))).toEqual([]);
  });
});

describe('a sleep', () => {
  it('ends after its duration', async () => {
    const world = await worldOf({ rest: { sleep: 'P1D' } });
    expect(world.work()).toEqual(['until 12-02T08:00:00']);
    expect(await world.pass('PT23H')).toEqual([]);
    expect(await world.pass('PT1H')).toEqual(['rest is done', 'done']);
  });

  it('ends at a moment, and at once where that has passed', async () => {
    const until = (moment: string) => ({ rest: { sleep: { until: `"${moment}"` } } });
    const world = await worldOf(until('2010-12-01T12:00:00+02:00'));
    expect(world.work()).toEqual(['until 12-01T10:00:00']);
    expect(await world.pass('PT2H')).toEqual(['rest is done', 'done']);
    const late = await worldOf(until('2009-01-01T00:00:00Z'));
    expect(await late.tell({ kind: 'woke' })).toEqual(['rest is done', 'done']);
  });

  it('is not over when the clock is put back', async () => {
    const world = await worldOf({ rest: { sleep: 'PT1H' } });
    world.setClock('2010-11-30T08:00:00.000Z');
    expect(await world.pass('PT2H')).toEqual([]);
    expect(world.work()).toEqual(['until 12-01T09:00:00']);
  });

  it('beyond the year 9999 is stuck, and not over at once', async () => {
    const world = await worldOf({ rest: { sleep: { until: '"9999-12-31T23:59:59-05:00"' } } });
    expect(world.state).toBe('stuck');
    expect(await world.tell({ kind: 'woke' })).toEqual([]);
  });
});

describe('an approval', () => {
  const ask = (more: object = {}) => ({ approval: { role: 'sales', title: 'Ship it?', ...more } });

  it('asks a role, and a rejection is no failure', async () => {
    const when = 'steps.ask.output.decision = "approved"';
    const world = await worldOf({ ask: ask(), ship: ship({ after: ['ask'], when }) });
    expect(world.fields.steps['ask']).toMatchObject({ role: 'sales', title: 'Ship it?' });
    expect(await world.tell(decided('ask', 'rejected'))).toEqual([
      'ask is done',
      'ship is skipped',
      'done',
    ]);
    const output = { decision: 'rejected', at: world.now, by: 'person:ada' };
    expect(world.fields.steps['ask']?.output).toEqual(output);
    expect(await world.tell(decided('ask', 'approved'))).toEqual([]);
  });

  it.each([
    [{}, 'rejected'],
    [{ onTimeout: 'reject' }, 'rejected'],
    [{ onTimeout: 'approve' }, 'approved'],
  ])('that nobody decides in time is decided by the definition: %j', async (more, decision) => {
    const world = await worldOf({ ask: ask({ timeout: 'PT1H', ...more }) });
    expect(await world.pass('PT1H')).toEqual(['ask is done', 'done']);
    expect(world.fields.steps['ask']?.output).toEqual({ decision, at: world.now });
  });

  it('that nobody was asked for cannot be decided', async () => {
    const world = await worldOf({ ask: ask({ title: '=1 + 1' }) });
    expect(world.state).toBe('stuck');
    expect(await world.tell(decided('ask', 'approved'))).toEqual([]);
  });
});

describe('a call', () => {
  it('that was answered is answered once', async () => {
    const world = await worldOf({ reserve, ship: ship({ after: ['reserve'] }) });
    await world.tell(answered('reserve'));
    expect(await world.tell(answered('reserve', 'again'))).toEqual([]);
    expect(await world.tell(refused('reserve'))).toEqual([]);
    expect(await world.tell(answered('ship', 1, { epoch: 1 }))).toEqual([]);
    expect(await world.tell(answered('nobody'))).toEqual([]);
  });

  it('that nobody undoes has no answer to its undoing', async () => {
    const compensate = { call: 'stock.release', input: {} };
    const steps = { reserve: { ...reserve, compensate }, ship: ship({ after: ['reserve'] }) };
    const world = await worldOf(steps);
    await world.tell(answered('reserve'));
    expect(await world.tell(answered('reserve', null, { isUndo: true }))).toEqual([]);
  });

  it('after the end of its instance changes nothing', async () => {
    const world = await worldOf({ reserve });
    await world.tell(answered('reserve'));
    expect(await world.tell({ kind: 'cancelled', by: 'person:ada' })).toEqual([]);
    expect(await world.tell({ kind: 'lost' })).toEqual([]);
    expect(await world.tell({ kind: 'parked', sentence: 'No stock.' })).toEqual([]);
  });
});

describe('the output', () => {
  it('is read from all steps', async () => {
    const world = await worldOf({ reserve }, { output: { id: '=steps.reserve.output.id' } });
    await world.tell(answered('reserve', { id: 'r1' }));
    expect(world.fields).toMatchObject({ output: { id: 'r1' }, problem: null });
  });

  it('that cannot be made says why, and the instance is done', async () => {
    const world = await worldOf({ reserve }, { output: { id: '=$error("no id")' } });
    expect(await world.tell(answered('reserve'))).toEqual(['reserve is done', 'done']);
    const problem = 'output.id: The expression gives no value: no id.';
    expect(world).toMatchObject({ state: 'done', fields: { output: null, problem } });
  });

  it('that is too long says so', async () => {
    const world = await worldOf({ reserve }, { output: '=[1..20000]' });
    await world.tell(answered('reserve'));
    const problem = `output: It has 108895 bytes, more than ${outputMax}.`;
    expect(world).toMatchObject({ state: 'done', fields: { output: null, problem } });
  });
});
