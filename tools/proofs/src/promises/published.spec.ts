/** Every promise of an earlier release holds, and each way of breaking one is seen. */
import { defineDocument, defineProtocol, query, Text, type Protocol } from '@morrow/contract';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lifecycleBreaks, protocolBreaks } from './broken-promises.ts';
import { contractOf, lifecyclesOf } from './contracts.ts';
import { guardFaults } from './guard-cases.ts';
import { lifecyclePromises, protocolPromises, withOld } from './promises.ts';

describe('the promises of every release', () => {
  it.each(protocolPromises().map((each) => [each.now.spec.name, each] as const))(
    'hold for the protocol %s',
    (_, { now, promise }) => {
      expect(promise ? protocolBreaks(promise, now) : []).toEqual([]);
    },
  );
  it('hold for the lifecycles of every domain', async () => {
    const all = await lifecyclePromises();
    const kept = all.filter(({ promise }) => promise);
    expect(kept.length).toBeGreaterThan(3);
    const breaks = kept.map(({ promise = [], now }) => lifecycleBreaks(promise, now));
    expect(breaks.flat()).toEqual([]);
    expect(all.flatMap(({ now }) => guardFaults(now))).toEqual([]);
  });
});

const input = { till: Text(40), floor: z.int().min(0).max(9).optional() };
const output = { minor: z.int(), state: z.enum(['open', 'closed']) };
const moved = z.object({ till: Text(40) });
interface Changes {
  readonly version?: number;
  readonly input?: z.ZodRawShape;
  readonly output?: z.ZodRawShape;
  readonly event?: object;
  readonly fault?: 'conflict' | 'missing';
}
const tills = (changes: Changes = {}): Protocol =>
  defineProtocol({
    name: 'tills',
    version: changes.version ?? 1,
    domain: 'shop',
    summary: 'Tills',
    errors: {
      shut: { fault: changes.fault ?? 'conflict', data: z.object({}), sentence: 'It is shut.' },
    },
    operations: {
      look: query({
        summary: 'Looks',
        input: z.object(changes.input ?? input),
        output: z.object(changes.output ?? output),
        errors: [],
      }),
    },
    events: {
      moved: { version: 1, summary: 'Moved', data: moved, ...changes.event },
    },
  });
const promise = contractOf(tills());
const upcast = (data: JsonObject) => ({ ...data, room: 'a' });
const roomy = z.object({ till: Text(40), room: Text(9) });

describe('a protocol that was published', () => {
  it.each<[string, Changes, readonly string[]]>([
    ['the same', {}, []],
    ['another field that may be sent', { input: { ...input, note: Text(9).optional() } }, []],
    ['a longer text to send', { input: { ...input, till: Text(41) } }, []],
    ['another field to read', { output: { ...output, note: Text(9) } }, []],
    [
      'a field that must be sent',
      { input: { ...input, note: Text(9) } },
      ['tills.look input.note is required now'],
    ],
    ['a field that is gone', { input: { floor: input.floor } }, ['tills.look input.till is gone']],
    [
      'a shorter text to send',
      { input: { ...input, till: Text(39) } },
      ['tills.look input.till: maxLength was 40, is 39'],
    ],
    [
      'another type',
      { output: { ...output, minor: z.boolean() } },
      [
        'tills.look output.minor: type was "integer", is "boolean"',
        'tills.look output.minor: minimum was -9007199254740991, is nothing',
        'tills.look output.minor: maximum was 9007199254740991, is nothing',
      ],
    ],
    [
      'a choice that old readers do not know',
      { output: { ...output, state: z.enum(['open', 'closed', 'lost']) } },
      ['tills.look output.state: enum was ["open","closed"], is ["open","closed","lost"]'],
    ],
    [
      'an answer that may be absent',
      { output: { ...output, minor: z.int().optional() } },
      ['tills.look output.minor may be absent now'],
    ],
    ['another fault', { fault: 'missing' }, ['tills error shut had the fault conflict']],
    [
      'another form of an event',
      { event: { data: roomy } },
      ['tills.moved version 1 was published: add a version instead of changing it'],
    ],
    [
      'an event whose stored ones nobody reads',
      { event: { version: 2, data: roomy } },
      [
        'tills.moved version 1 can no longer be read: ' +
          'tills.moved was stored in version 1; known here: 2 to 2.',
      ],
    ],
    [
      'an event version with a way to it',
      { event: { version: 2, data: roomy, earlier: [{ version: 1, data: moved, upcast }] } },
      [],
    ],
    ['a new version of the protocol', { version: 2, input: {} }, []],
    [
      'a new version that forgets its stored events',
      { version: 2, event: { version: 2, data: roomy } },
      [
        'tills.moved version 1 can no longer be read: ' +
          'tills.moved was stored in version 1; known here: 2 to 2.',
      ],
    ],
  ])('with %s', (_, changes, sentences) => {
    expect(protocolBreaks(promise, tills(changes))).toEqual(sentences);
  });

  it('keeps the versions of its events that came before', () => {
    const earlier = [{ version: 1, data: moved, upcast }];
    const later = contractOf(tills({ event: { version: 2, data: roomy, earlier } }));
    const { moved: kept = [] } = withOld(later, promise).events;
    expect(kept.map(({ version }) => version)).toEqual([1, 2]);
    expect(kept[0]).toEqual(promise.events['moved']?.[0]);
  });
});

describe('a lifecycle that was published', () => {
  const request = (version: number, ...more: readonly string[]) =>
    defineLifecycle({
      id: 'request',
      version,
      states: ['open', 'closed'],
      transitions: [
        { on: 'opened', from: [], to: 'open' },
        { on: 'closed', from: ['open'], to: 'closed' },
        ...more.map((on) => ({ on, from: ['closed'], to: 'open' })),
      ],
    });
  const type = (...lifecycles: readonly ReturnType<typeof request>[]) => [
    defineDocument({
      name: 'request',
      label: 'Request',
      scope: 'organization',
      lifecycles,
      fields: {},
      evolve: () => ({}),
    }),
  ];
  const promises = type(request(1)).flatMap(lifecyclesOf);
  const [{ hash } = { hash: '' }] = promises;

  it('goes on beside a newer one', () => {
    expect(lifecycleBreaks(promises, type(request(1), request(2, 'reopened')))).toEqual([]);
  });
  it('may not be changed or taken away', () => {
    expect(lifecycleBreaks(promises, type(request(2)))).toEqual([
      'request@1 was published and is gone',
    ]);
    const [changed, ...decisions] = lifecycleBreaks(promises, type(request(1, 'closed')));
    expect(changed).toBe(
      `request@1 was published as ${hash}: add a version instead of changing it`,
    );
    expect(decisions).toEqual(['request@1: closed + closed → refused']);
  });
});
