/** Which version of a workflow takes an event: by segment, height and moment, paused or not. */
import { present } from '@morrow/kernel';
import { definitionOf } from '@morrow/workflow-language';
import { expect, it } from 'vitest';
import { machineOf } from '../machine.ts';
import { versionsFor, type Known } from './intake.ts';

type Stand = Pick<Known, 'ownsSince' | 'beginsSince'>;
const since = (day: number) => `2026-03-0${day}T00:00:00.000Z`;
const published = (day: number): Stand => ({ ownsSince: since(day), beginsSince: since(day) });
const paused: Stand = { ownsSince: since(1), beginsSince: undefined };
const resumed = (day: number): Stand => ({ ownsSince: since(1), beginsSince: since(day) });
const retired: Stand = { ownsSince: undefined, beginsSince: undefined };

/** Versions from 1 on, each as it stands and of its segment. */
function takerOf(versions: readonly (readonly [Stand, string?])[], segment?: string) {
  const known = versions.map(([stand, own], index): Known => {
    const { definition } = definitionOf({
      ...{ form: 'morrow.workflow/1', name: 'fulfil', version: index + 1, summary: 'Fulfils' },
      ...{ trigger: { event: 'orders.placed', key: 'trigger.data.order' } },
      ...{ steps: { rest: { sleep: 'P1D' } }, ...(own !== undefined && { segment: own }) },
    });
    return { machine: machineOf(present(definition, 'It is a definition')), ...stand };
  });
  const data = { order: '1', ...(segment !== undefined && { segment }) };
  const head = { type: 'orders.placed', streamId: '1', actor: 'person:ada' };
  const taking = versionsFor(known, { ...head, data, at: '2026-03-05T12:00:00.000Z' });
  return taking.map(({ definition }) => definition.version);
}

it.each([
  ['the highest', [[published(1)], [published(2)]], undefined, [2]],
  ['the one below one that came later', [[published(1)], [published(6)]], undefined, [1]],
  ['the one below one that is retired', [[published(1)], [retired]], undefined, [1]],
  ['nobody where the highest is paused', [[published(1)], [paused]], undefined, []],
  ['nobody where it was paused then', [[published(1)], [resumed(6)]], undefined, []],
  ['the highest that was resumed before', [[published(1)], [resumed(4)]], undefined, [2]],
  ['the highest where one below is paused', [[paused], [published(2)]], undefined, [2]],
  ['that of its segment', [[published(1), 'b2b'], [published(2)]], 'b2b', [1]],
  ['nobody where that is paused', [[paused, 'b2b'], [published(2)]], 'b2b', []],
  ['that of no segment', [[published(1), 'b2b'], [published(1)]], 'b2c', [2]],
] as const)('an event goes to %s', (_whom, versions, segment, taking) => {
  expect(takerOf(versions, segment)).toEqual(taking);
});
