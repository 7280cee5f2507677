/** Stored events of earlier versions come as the present one; unknown ones are never guessed. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineProtocol, upcast, UnknownEvent, type EventSpec } from '../index.ts';
import { Text } from '../schema/index.ts';

const moved: EventSpec = {
  version: 3,
  summary: 'A till was moved',
  data: z.object({ till: Text(40), floor: z.int(), room: Text(40) }),
  earlier: [
    {
      version: 1,
      data: z.object({ name: Text(40) }),
      upcast: ({ name, ...rest }) => ({ ...rest, till: name ?? '' }),
    },
    {
      version: 2,
      data: z.object({ till: Text(40) }),
      upcast: (data) => ({ ...data, floor: 0, room: 'unknown' }),
    },
  ],
};
const declare = (event: EventSpec) =>
  defineProtocol({
    name: 'tills',
    version: 1,
    domain: 'shop',
    summary: 'Tills',
    errors: {},
    operations: {},
    events: { moved: event },
  });
const { spec } = declare(moved);

describe('a stored event', () => {
  it.each([
    [1, { name: 'main' }, { till: 'main', floor: 0, room: 'unknown' }],
    [2, { till: 'main' }, { till: 'main', floor: 0, room: 'unknown' }],
    [3, { till: 'main', floor: 2, room: 'a' }, { till: 'main', floor: 2, room: 'a' }],
  ])('of version %i is read as one of today', (version, stored, today) => {
    expect(upcast(spec, 'moved', version, Object.freeze(stored))).toEqual(today);
  });

  it('of a version or name that is not known is refused with both in the sentence', () => {
    const read = (type: string, version: number) => () => upcast(spec, type, version, {});
    expect(read('moved', 4)).toThrow(UnknownEvent);
    expect(read('moved', 4)).toThrow('tills.moved was stored in version 4; known here: 1 to 3.');
    expect(read('burnt', 1)).toThrow('tills declares no event burnt here.');
  });
});

it('earlier versions lead to the present one without a hole', () => {
  const { earlier = [] } = moved;
  const declared = (change: Partial<EventSpec>) => () => declare({ ...moved, ...change });
  const missing = 'tills.moved: version 2 is missing';
  expect(declared({ earlier: earlier.slice(0, 1) })).toThrow(missing);
  expect(declared({ version: 1 })).toThrow('2 earlier versions, but it is version 1');
  expect(declared({ earlier: earlier.slice(1) })).not.toThrow();
});
