// What goes wrong on the way forward: tries, persons, lost leases, and what is not here.
import { describe, expect, it } from 'vitest';
import { leasesLostMax, outputMax } from './advance.ts';
import {
  answered,
  away,
  broken,
  came,
  cancelled,
  failed,
  machineWith,
  refused,
  resolved,
  retried,
  skipped,
  worldOf as worldOfMachine,
  type InstanceWorld,
} from './instance-world.ts';

const worldOf = (steps: object, more?: object) => worldOfMachine(machineWith(steps, more));
const reserve = (more: object = {}) => ({ call: 'stock.reserve', input: {}, ...more });
const twice = { retry: { times: 2, wait: 'PT10S' } };
const ship = { call: 'stock.ship', input: {}, after: ['reserve'] };
const lost = { kind: 'lost' } as const;

describe('a call that fails', () => {
  it('is tried again after waits that grow, and at last a person has to look', async () => {
    const retry = { times: 4, wait: 'PT10S', factor: 3, most: 'PT1M' };
    const world = await worldOf({ reserve: reserve({ retry }) });
    expect(await world.tell(failed('reserve'))).toEqual([
      'reserve is delayed until 12-01T08:00:10',
    ]);
    expect(world.work()).toEqual(['until 12-01T08:00:10']);
    expect(await world.pass('PT10S')).toEqual([]);
    expect(world.work()).toEqual(['stock.reserve 0']);
    expect(await world.tell(failed('reserve'))).toEqual([
      'reserve is delayed until 12-01T08:00:40',
    ]);
    await world.pass('PT30S');
    expect(await world.tell(failed('reserve'))).toEqual([
      'reserve is delayed until 12-01T08:01:40',
    ]);
    await world.pass('PT1M');
    expect(await world.tell(failed('reserve'))).toEqual(['reserve is stuck']);
    expect(world).toMatchObject({ state: 'stuck' });
    expect(world.work()).toEqual([]);
  });

  it('is told twice, and counted once', async () => {
    const world = await worldOf({ reserve: reserve(twice) });
    await world.tell(failed('reserve'));
    expect(await world.tell(failed('reserve'))).toEqual([]);
    await world.pass('PT10S');
    await world.tell(failed('reserve'));
    expect(world.state).toBe('stuck');
    expect(await world.tell(failed('reserve'))).toEqual([]);
    expect(await world.tell(broken('reserve'))).toEqual([]);
  });

  it('since nobody is there is tried for ever, once a minute at last', async () => {
    const world = await worldOf({ reserve: reserve(twice) });
    const waits: number[] = [];
    for (let at = 0; at < 9; at++) {
      await world.tell(away('reserve'));
      const { tryAt } = world.fields.steps['reserve']!.trying!;
      waits.push(Date.parse(tryAt!) - Date.parse(world.now));
      world.setClock(tryAt!);
    }
    expect(waits.map((ms) => ms / 1000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(world.fields.steps['reserve']!.trying).toMatchObject({ tries: 0, aways: 9 });
    expect(await world.tell(answered('reserve'))).toEqual(['reserve is done', 'done']);
  });

  it('waits longer, and not for less, when the clock is put back', async () => {
    const world = await worldOf({ reserve: reserve(twice) });
    await world.tell(failed('reserve'));
    world.setClock('2010-11-30T08:00:00.000Z');
    expect(world.work()).toEqual(['until 12-01T08:00:10']);
  });
});

describe('a call that is refused', () => {
  it('is not tried again: the instance turns, and nothing after it runs', async () => {
    const world = await worldOf({ reserve: reserve(), ship });
    expect(await world.tell(refused('reserve'))).toEqual(['reserve is failed', 'turned', 'undone']);
    const turn = { sentence: 'No.', step: 'reserve', by: null };
    expect(world).toMatchObject({ state: 'undone', fields: { turn, endedAt: world.now } });
    expect(world.fields.steps['ship']).toBeUndefined();
  });
});

describe('an answer that is too long', () => {
  it('is not kept: a person says what stands in its place', async () => {
    const world = await worldOf({ reserve: reserve(), ship });
    const long = 'x'.repeat(outputMax);
    expect(await world.tell(answered('reserve', long))).toEqual(['reserve is stuck']);
    expect(world.fields.steps['reserve']!.trying!.problem).toBe(
      'It was done, and its answer has 65538 bytes, more than 65536.',
    );
    expect(await world.tell(answered('reserve', long))).toEqual([]);
    expect(await world.tell(resolved('reserve', { id: 'r1' }))).toEqual([
      'reserve is resolved',
      'reserve is done',
      'ship began',
    ]);
    expect(world.fields.steps['reserve']!.output).toEqual({ id: 'r1' });
  });
});

describe('a step that is stuck', () => {
  const stuck = async (): Promise<InstanceWorld> => {
    const world = await worldOf({ reserve: reserve(), ship });
    expect(await world.tell(broken('reserve'))).toEqual(['reserve is stuck']);
    expect(world.work()).toEqual([]);
    return world;
  };

  it('is called again under the same key when a person says so', async () => {
    const world = await stuck();
    expect(await world.tell(retried('reserve'))).toEqual(['reserve is retried', 'reserve began']);
    expect(world.state).toBe('running');
    expect(world.work()).toEqual(['stock.reserve 0']);
    expect(await world.tell(retried('reserve'))).toEqual([]);
  });

  it('is skipped when a person says so', async () => {
    const world = await stuck();
    const told = await world.tell(skipped('reserve'));
    expect(told).toEqual(['reserve is skipped', 'reserve is skipped', 'ship began']);
  });

  it('hears a late answer', async () => {
    const world = await stuck();
    expect(await world.tell(answered('reserve'))).toEqual(['reserve is done', 'ship began']);
    expect(world.state).toBe('running');
  });

  it('hears that it was refused, late', async () => {
    const world = await stuck();
    expect(await world.tell(refused('reserve'))).toEqual(['reserve is failed', 'turned', 'undone']);
  });

  it('holds back no other, and the instance is stuck until the last is free', async () => {
    const world = await worldOf({ reserve: reserve(), other: reserve(), third: reserve() });
    await world.tell(broken('reserve'));
    await world.tell(broken('other'));
    expect(world.work()).toEqual(['stock.reserve 0']);
    await world.tell(answered('third'));
    expect(world.state).toBe('stuck');
    await world.tell(skipped('other'));
    expect(world.state).toBe('stuck');
    expect(await world.tell(skipped('reserve'))).toContain('done');
  });

  it('alone is freed: a person says nothing about others', async () => {
    const world = await worldOf({ reserve: reserve(), other: reserve() });
    await world.tell(broken('reserve'));
    for (const say of [retried, skipped, resolved]) {
      expect(await world.tell(say('other'))).toEqual([]);
      expect(await world.tell(say('nobody'))).toEqual([]);
    }
  });
});

describe('leases that are lost', () => {
  it('in a row stop the calls, and a person has them tried again', async () => {
    const world = await worldOf({ reserve: reserve(), rest: { sleep: 'P1D' } });
    for (let at = 1; at < leasesLostMax; at++)
      expect(await world.tell(lost)).toEqual(['a lease is lost']);
    expect(await world.tell(lost)).toEqual(['a lease is lost', 'reserve is stuck']);
    expect(await world.tell(lost)).toEqual(['a lease is lost']);
    expect(world.fields.steps['reserve']!.trying!.problem).toMatch(/was lost 5 times in a row/);
    await world.tell(retried('reserve'));
    expect(world).toMatchObject({ state: 'running', fields: { leasesLost: 0 } });
    expect(world.work()).toEqual(['stock.reserve 0', 'until 12-02T08:00:00']);
  });

  it('count anew after a step that has ended', async () => {
    const world = await worldOf({ reserve: reserve(), ship });
    for (let at = 1; at < leasesLostMax; at++) await world.tell(lost);
    await world.tell(answered('reserve'));
    expect(await world.tell(lost)).toEqual(['a lease is lost']);
    expect(world.state).toBe('running');
  });

  it('are no failures of the call', async () => {
    const world = await worldOf({ reserve: reserve(twice) });
    await world.tell(lost);
    await world.tell(failed('reserve'));
    expect(world.fields).toMatchObject({ leasesLost: 1 });
    expect(world.fields.steps['reserve']!.trying!.tries).toBe(1);
  });
});

describe('an instance that is parked', () => {
  const park = (sentence: string) => ({ kind: 'parked', sentence }) as const;
  const resumed = { kind: 'resumed' } as const;

  it('calls nobody, hears what was under way, and goes on when it is resumed', async () => {
    const world = await worldOf({ reserve: reserve(), ship }, { deadline: 'P1D' });
    expect(await world.tell(park('There is no stock.'))).toEqual(['parked']);
    expect(await world.tell(park('There is no stock.'))).toEqual([]);
    expect(world.work()).toEqual([]);
    expect(await world.tell(answered('reserve'))).toEqual(['reserve is done']);
    expect(await world.tell(resumed)).toEqual(['resumed', 'ship began']);
    expect(await world.tell(resumed)).toEqual([]);
  });

  it('says what is missing now', async () => {
    const world = await worldOf({ reserve: reserve() });
    await world.tell(park('There is no stock.'));
    expect(await world.tell(park('There is no ledger.'))).toEqual(['parked']);
    expect(world).toMatchObject({ state: 'parked', fields: { parked: 'There is no ledger.' } });
  });

  it('is turned by its deadline, and over where nothing has to be undone', async () => {
    const world = await worldOf({ rest: { sleep: 'P9D' } }, { deadline: 'P1D' });
    await world.tell(park('There is no stock.'));
    expect(await world.pass('P1D')).toEqual(['turned, without rest', 'resumed', 'undone']);
    expect(world.state).toBe('undone');
  });

  it('is over when it is cancelled, unless something has to be undone', async () => {
    const world = await worldOf({ rest: { sleep: 'P9D' } });
    await world.tell(park('There is no stock.'));
    expect(await world.tell(cancelled)).toEqual(['turned, without rest', 'resumed', 'undone']);
    const release = { compensate: { call: 'stock.release', input: {} } };
    const other = await worldOf({ reserve: reserve(release), rest: { sleep: 'P9D' } });
    await other.tell(answered('reserve'));
    await other.tell(park('There is no stock.'));
    expect(await other.tell(cancelled)).toEqual(['turned, without rest']);
    expect(other.state).toBe('parked');
  });

  it('turns as it is resumed where its deadline has passed, before anything begins', async () => {
    const world = await worldOf({ reserve: reserve(), ship }, { deadline: 'P1D' });
    await world.tell(park('There is no stock.'));
    await world.tell(answered('reserve'));
    world.setClock('2010-12-03T08:00:00.000Z');
    expect(await world.tell(resumed)).toEqual(['resumed', 'turned', 'undone']);
  });

  it('with a step that is stuck is stuck when it is resumed', async () => {
    const world = await worldOf({ reserve: reserve() });
    await world.tell(broken('reserve'));
    await world.tell(park('There is no stock.'));
    expect(world.state).toBe('parked');
    await world.tell(resumed);
    expect(world.state).toBe('stuck');
  });
});

describe('an expression that throws, or gives another type', () => {
  const throws = '$error("no")';
  const no = 'The expression gives no value: no.';
  const gives = (wanted: string, found: string) =>
    `The expression should give ${wanted}, and it gives ${found}.`;
  const pay = { event: 'a.paid', when: 'event.data.order = trigger.data.order' };
  const ask = { role: 'sales' };

  it.each([
    ['when', { ...reserve(), when: throws }, `when: ${no}`],
    ['when', { ...reserve(), when: '1' }, `when: ${gives('true or false', '1')}`],
    ['until', { sleep: { until: throws } }, `sleep.until: ${no}`],
    ['until', { sleep: { until: '1' } }, 'sleep.until: '],
    ['title', { approval: { ...ask, title: `=${throws}` } }, `approval.title: ${no}`],
    ['title', { approval: { ...ask, title: '=1' } }, `approval.title: ${gives('text', '1')}`],
    ['await', { await: { ...pay, when: `event.data.order = (trigger; ${throws})` } }, no],
    ['await', { await: { ...pay, when: 'event.data.no = trigger.data.no' } }, 'gives nothing'],
  ])('in %s stops the step: %j', async (_place, step, sentence) => {
    const world = await worldOf({ a: step, after: { ...reserve(), after: ['a'] } });
    expect(world.state).toBe('stuck');
    expect(world.fields.steps['a']!.trying!.problem).toContain(sentence);
    expect(world.work()).toEqual([]);
    const again = await world.tell(retried('a'));
    expect(again).toEqual(['a is retried', 'a began', 'a is stuck']);
    expect(await world.tell(skipped('a'))).toEqual(['a is skipped', 'a is skipped', 'after began']);
  });

  it('over the event stops its await, and another event may still end it', async () => {
    const when = `${pay.when} and (event.data.sum > 0 or ${throws})`;
    const world = await worldOf({ pay: { await: { ...pay, when } } });
    const paid = (sum: number) => came('pay', 'a.paid', { order: '1', sum });
    expect(await world.tell(paid(0))).toEqual(['pay is stuck']);
    expect(world.fields.steps['pay']!.trying!.problem).toBe(`await.when: ${no}`);
    expect(await world.tell(paid(0))).toEqual([]);
    expect(await world.tell(paid(5))).toEqual(['pay is done', 'done']);
  });

  it('in an input is told by whoever makes the call', async () => {
    const world = await worldOf({ reserve: reserve() });
    await world.tell(broken('reserve'));
    expect(world.fields.steps['reserve']!.trying!.problem).toBe('input.order: It gives nothing.');
  });

  it('in what people see stops nothing', async () => {
    const world = await worldOf({ reserve: reserve({ label: throws, show: throws }) });
    expect(await world.tell(answered('reserve'))).toEqual(['reserve is done', 'done']);
  });
});
