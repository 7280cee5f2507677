/** Lifecycles: what is refused when one is declared, guarded moves, and versions side by side. */
import { describe, expect, it } from 'vitest';
import {
  defineLifecycle,
  nextState,
  versionFaults,
  versionFor,
  type LifecycleTransition,
} from './index.ts';

const begin: LifecycleTransition = { on: 'placed', from: [], to: 'open' };
const lifecycle = (version: number, ...more: readonly LifecycleTransition[]) =>
  defineLifecycle({
    id: 'order',
    version,
    states: ['open', ...new Set(more.map(({ to }) => to))],
    transitions: [begin, ...more],
  });
const ship = { on: 'shipped', from: ['open'], to: 'done' };

const stranded = () =>
  defineLifecycle({ id: 'x', version: 1, states: ['open', 'lost'], transitions: [begin] });

describe('a lifecycle', () => {
  it.each<[string, () => unknown, string]>([
    ['a state nobody comes to', stranded, 'lost is never reached'],
    [
      'two ways out for one event',
      () => lifecycle(1, ship, { ...ship, to: 'gone' }),
      'one event has two ways out of one state',
    ],
    [
      'a guard without a version',
      () => lifecycle(1, { ...ship, guard: 'creditOk' }),
      'the guard creditOk is not named with a version',
    ],
  ])('is refused with %s', (_, declare, sentence) => {
    expect(declare).toThrow(sentence);
  });

  it('takes the first of several moves whose guard holds', () => {
    const guarded = lifecycle(1, { ...ship, guard: 'whole@1' }, { ...ship, to: 'split' });
    const next = (...holding: readonly string[]) =>
      nextState(guarded, 'open', 'shipped', (guard) => holding.includes(guard));
    expect([next('whole@1'), next(), next('whole@2')]).toEqual(['done', 'split', 'split']);
  });
});

describe('versions of a lifecycle', () => {
  const versions = [lifecycle(1), lifecycle(2, ship), lifecycle(3, ship)];
  const chosen = (day: string, tenant: string, segment?: string) =>
    versionFor(
      versions,
      [
        { version: 1 },
        { version: 2, since: '2026-03-01' },
        { version: 3, since: '2026-04-01', segment: 'b2b' },
        { version: 1, tenant: 'slow' },
      ],
      { day, tenant, segment },
    ).version;

  it('are picked by the last rule that fits: by day, segment and tenant', () => {
    const picked = [
      chosen('2026-02-28', 'main'),
      chosen('2026-03-01', 'main'),
      chosen('2026-04-01', 'main', 'b2b'),
      chosen('2026-03-31', 'main', 'b2b'),
      chosen('2026-05-01', 'main', 'b2c'),
      chosen('2026-05-01', 'slow', 'b2b'),
    ];
    expect(picked).toEqual([1, 2, 3, 2, 2, 1]);
  });

  it('without rules the newest is; rules need to know what begins', () => {
    expect(versionFor(versions, [], undefined).version).toBe(3);
    expect(() => versionFor(versions, [{ version: 1 }], undefined)).toThrow('Rules pick');
  });

  it('must fit together, with their rules and moves', () => {
    const move = { from: 1, to: 2, states: { open: 'done' } };
    expect(versionFaults(versions, [{ version: 1 }], [move])).toEqual([]);
    expect(
      versionFaults(
        [...versions, defineLifecycle({ ...lifecycle(3), id: 'other' })],
        [{ version: 9, tenant: 'b' }],
        [
          { from: 1, to: 7, states: {} },
          { from: 1, to: 2, states: { lost: 'gone' } },
        ],
      ),
    ).toEqual([
      'its lifecycles have the ids order, other',
      'two of its lifecycles have one version',
      'a rule picks version 9, which is not there',
      'its first rule must fit every document',
      'a move leads from 1 to 7, which are not both there',
      'version 1 has no state lost',
      'version 2 has no state gone',
    ]);
  });
});
