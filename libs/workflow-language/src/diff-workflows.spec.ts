// Two versions of a workflow, told apart.
import { expect, it } from 'vitest';
import { definitionHash, diffWorkflows } from './diff-workflows.ts';
import { definitionAt, fulfilOrderPath } from './shop-world.ts';

const before = definitionAt(fulfilOrderPath);
const { cancel, ship, ...others } = before.steps;

it('nothing changed between a workflow and itself, in whatever order it is written', () => {
  const { steps, ...head } = before;
  const turned = { steps: Object.fromEntries(Object.entries(steps).reverse()), ...head };
  expect(diffWorkflows(before, turned)).toEqual([]);
  expect(definitionHash(turned)).toBe(definitionHash(before));
});

it('changes are named by their place', () => {
  const after = {
    ...before,
    version: 2,
    segment: 'wholesale',
    deadline: undefined,
    steps: {
      ...others,
      ship: { ...ship!, after: ['reserve'], retry: { times: 3, wait: 'PT1S', most: 'PT10M' } },
      review: { sleep: 'PT1S' },
      thank: { sleep: 'PT1S' },
    },
  };
  expect(definitionHash(after)).not.toBe(definitionHash(before));
  expect(diffWorkflows(before, after)).toEqual([
    { kind: 'changed', place: 'version', sentence: 'version was 1 and is 2.' },
    { kind: 'removed', place: 'deadline', sentence: 'deadline was P30D and is gone.' },
    { kind: 'added', place: 'segment', sentence: 'segment is now wholesale.' },
    {
      kind: 'changed',
      place: 'steps.review',
      sentence: 'The step review was approval and is sleep.',
    },
    {
      kind: 'changed',
      place: 'steps.ship.after',
      sentence: 'steps.ship.after was ["reserve","review"] and is ["reserve"].',
    },
    {
      kind: 'changed',
      place: 'steps.ship.retry.times',
      sentence: 'steps.ship.retry.times was 8 and is 3.',
    },
    {
      kind: 'removed',
      place: 'steps.ship.retry.factor',
      sentence: 'steps.ship.retry.factor was 3 and is gone.',
    },
    { kind: 'removed', place: 'steps.cancel', sentence: 'The step cancel is gone.' },
    { kind: 'added', place: 'steps.thank', sentence: 'The step thank is new.' },
  ]);
  expect(cancel).toBeDefined();
});
