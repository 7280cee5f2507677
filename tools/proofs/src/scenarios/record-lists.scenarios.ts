/** Lists of records: filtered, sorted, a page at a time, and counted, through every binding. */
import { Items } from '@morrow/protocol-items';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Returns } from '@morrow/protocol-returns';
import { expect } from 'vitest';
import type { Scenario } from '../worlds/world.ts';

const party = (code: string, name: string, segment?: string) => ({
  ...{ code, name, role: 'customer' as const, country: code < 'L4' ? 'France' : 'India' },
  ...(segment && { segment }),
});
const shown = [
  party('L1', 'Zoë', 'b2b'),
  party('L2', 'Ada'),
  party('L3', 'Émile', 'b2b'),
  party('L4', 'ada', 'retail'),
  party('L5', 'Ravi'),
];
const where = (filter: unknown) => JSON.stringify(filter);
const ofThese = { field: 'code', in: shown.map(({ code }) => code) };

export const scenarios: Readonly<Record<string, Scenario>> = {
  async 'parties are filtered, sorted, paged and counted'(world) {
    const parties = world.port(Parties);
    await parties.upsertMany({ parties: shown }, world.context());
    const list = async (filter: unknown, sort?: string) => {
      const asked = { where: where({ all: [ofThese, filter] }), limit: 200, sort };
      const { parties: found } = await parties.list(asked, world.context());
      return found.map(({ code }) => code);
    };
    const found = {
      like: await list({ field: 'name', like: 'ADA' }),
      none: await list({ field: 'segment', empty: true }, '-code'),
      not: await list({ not: { field: 'segment', is: 'b2b' } }, 'name'),
      byName: await list({ all: [] }, 'name'),
      bySegment: await list({ all: [] }, 'segment'),
      counted: await parties.count({ where: where(ofThese) }, world.context()),
    };
    expect(found).toEqual({
      like: ['L2', 'L4'],
      none: ['L5', 'L2'],
      not: ['L2', 'L5', 'L4'],
      byName: ['L2', 'L5', 'L1', 'L4', 'L3'],
      bySegment: ['L1', 'L3', 'L4', 'L2', 'L5'],
      counted: { value: 5, atLeast: false },
    });
    return found;
  },

  async 'a sorted list goes on where its page ended, also when the last row has moved'(world) {
    const parties = world.port(Parties);
    await parties.upsertMany({ parties: shown }, world.context());
    const asked = { where: where(ofThese), sort: '-name', limit: 2 };
    const first = await parties.list(asked, world.context());
    const [, last] = first.parties;
    expect(first.parties.map(({ name }) => name)).toEqual(['Émile', 'ada']);
    const moved = shown.flatMap((each) => (each.code === last?.code ? [each] : []));
    const renamed = moved.map((each) => ({ ...each, name: 'Aaron' }));
    await parties.upsertMany({ parties: renamed }, world.context());
    const { cursor } = first;
    const second = await parties.list({ ...asked, cursor }, world.context());
    const third = await parties.list({ ...asked, cursor: second.cursor }, world.context());
    const names = [second, third].map((page) => page.parties.map(({ name }) => name));
    expect(names).toEqual([
      ['Zoë', 'Ravi'],
      ['Ada', 'Aaron'],
    ]);
    await parties.upsertMany({ parties: shown }, world.context());
    return names;
  },

  async 'a filter, a sort and a cursor that the list has not are refused by name'(world) {
    const items = world.port(Items);
    const none = { where: where({ field: 'number', starts: 'NONE' }) };
    for (const port of [world.port(Orders), world.port(Returns)]) {
      expect(await port.count(none, world.context())).toEqual({ value: 0, atLeast: false });
      const asked = { ...none, sort: '-number', limit: 5 };
      expect(await port.list(asked, world.context())).not.toHaveProperty('cursor');
    }
    const refused = (asked: object) =>
      world.refusal(() => items.list({ limit: 10, ...asked }, world.context()));
    const refusals = [
      await refused({ where: where({ field: 'price', is: 1 }) }),
      await refused({ where: where({ field: 'category', like: 'x' }) }),
      await refused({ sort: 'price' }),
      await refused({ cursor: 'bm90aGluZw' }),
    ];
    const issue = (path: string, message: string) => ({
      fault: 'invalid',
      data: { issues: [{ path: [path], message }] },
    });
    expect(refusals).toMatchObject([
      issue('where', 'There is no field price.'),
      issue('where', 'category takes is, in, empty, and not like.'),
      issue('sort', 'There is no field price.'),
      issue('cursor', 'Not a cursor of this list; pass `next` of its last page'),
    ]);
    const filter = {
      all: [
        { field: 'code', starts: 'NONE' },
        { field: 'name', empty: false },
      ],
    };
    const counted = await items.count({ where: where(filter) }, world.context());
    expect(counted).toEqual({ value: 0, atLeast: false });
    return refusals;
  },
};
