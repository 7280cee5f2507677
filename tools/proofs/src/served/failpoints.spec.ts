/** Failpoints: how a place is named, and when a process dies at it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deathsIn, detailOf, failpointsFrom, placeOf } from '@morrow/business/parts/failpoints';
import type { Transition, Unit } from '@morrow/engines';
import { expect, it, onTestFinished, vi } from 'vitest';

const transition = (...types: readonly string[]): Transition => {
  const events = types.map((type) => ({ protocol: 'till', type, schemaVersion: 1, data: {} }));
  return { documentType: 'till', row: undefined as never, events };
};
const unit = (...transitions: readonly Transition[]): Unit => ({
  ...{ meta: { actor: 'person:ada', trace: '' }, at: '2026-03-01T08:00:00.000Z', transitions },
});
const paid = unit(transition('opened', 'deposited'), transition('deposited'));
const looked = unit(transition());

/** How often the process would have been killed after each of these visits. */
function visited(env: NodeJS.ProcessEnv, visits: Parameters<ReturnType<typeof must>>[]) {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  const point = must(failpointsFrom(env));
  const counts = visits.map((visit) => {
    point(...visit);
    return kill.mock.calls.length;
  });
  kill.mockRestore();
  return counts;
}
const must = (point: ReturnType<typeof failpointsFrom>) => {
  if (!point) throw new TypeError('A failpoint is set');
  return point;
};

it('names what a unit stores: its events, each once, or else its documents', () => {
  expect(detailOf(paid)).toBe('till.deposited+till.opened');
  expect(detailOf(looked)).toBe('till');
  expect(detailOf(unit())).toBe('');
});

it('dies at the third time that a place is met, whatever is stored', () => {
  const at = (when: 'before' | 'after') => ['store.commit', when, [paid]] as const;
  const visits = [at('before'), at('after'), at('before'), at('before')];
  expect(visited({ M_FAILPOINT: 'store.commit:before:3' }, visits as never)).toEqual([0, 0, 0, 1]);
});

it('dies where one of the units stores what is named, and no other', () => {
  const named = { M_FAILPOINT: 'store.commit/till.deposited+till.opened:after:1' };
  const visits = [
    ['store.commit', 'after', [looked]],
    ['follow.till', 'after', [paid]],
    ['store.commit', 'after'],
    ['store.commit', 'after', [looked, paid]],
  ];
  expect(visited(named, visits as never)).toEqual([0, 0, 0, 1]);
});

it('dies where nothing is stored, if that is named', () => {
  const visits = [
    ['follow.till', 'before', [paid]],
    ['follow.till', 'before', []],
  ];
  expect(visited({ M_FAILPOINT: 'follow.till/:before' }, visits as never)).toEqual([0, 1]);
});

it('dies once at each of several places, over all lives', () => {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-failpoints-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'died');
  const env = { M_FAILPOINT: 'timer.claim:after bus.publish:before:2', M_FAILPOINT_DIED: file };
  const published = ['bus.publish', 'before'] as const;
  const claimed = ['timer.claim', 'after'] as const;
  expect(deathsIn(file)).toEqual([]);
  expect(visited(env, [published, published] as never)).toEqual([0, 1]);
  expect(deathsIn(file)).toEqual(['bus.publish:before:2']);
  expect(visited(env, [published, published, claimed] as never)).toEqual([0, 0, 1]);
  expect(visited(env, [published, published, claimed] as never)).toEqual([0, 0, 0]);
  expect(deathsIn(file)).toEqual(['bus.publish:before:2', 'timer.claim:after']);
});

it('is nothing where it is not asked for, and else logs each place with what is stored', () => {
  expect(failpointsFrom({})).toBeUndefined();
  const folder = mkdtempSync(join(tmpdir(), 'morrow-failpoints-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const log = join(folder, 'met.log');
  const point = must(failpointsFrom({ M_FAILPOINT_LOG: log }));
  point('store.commit', 'before', [looked, paid, looked]);
  point('timer.claim', 'after');
  const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean);
  expect(lines).toEqual([
    'store.commit/till,till.deposited+till.opened:before',
    'timer.claim:after',
  ]);
  expect(lines.map(placeOf)).toEqual([
    { label: 'store.commit', details: ['till', 'till.deposited+till.opened'], when: 'before' },
    { label: 'timer.claim', details: [], when: 'after' },
  ]);
});
