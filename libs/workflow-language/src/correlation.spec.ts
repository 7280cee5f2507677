// Which equality of a condition compares the event with the instance.
import { describe, expect, it } from 'vitest';
import { correlationOf } from './correlation.ts';

const parts = (condition: string) => {
  const found = correlationOf(condition);
  return found && [found.ofEvent.text.trim(), found.ofInstance.text.trim()];
};

describe('a condition', () => {
  it.each([
    ['event.data.order = trigger.data.order', 'event.data.order', 'trigger.data.order'],
    ['trigger.data.order = event.data.order', 'event.data.order', 'trigger.data.order'],
    ['event.a = trigger.a and event.b = trigger.b', 'event.a', 'trigger.a'],
    ['event.sum > 1 and event.a = trigger.a', 'event.a', 'trigger.a'],
    ['(event.sum > 1 and (event.a = instance.id))', 'event.a', 'instance.id'],
    ['event.a = "x" and event.b = trigger.b', 'event.b', 'trigger.b'],
    ['event.a = trigger.b & event.c and event.d = trigger.d', 'event.d', 'trigger.d'],
    ['event.a = "order:" & trigger.a', 'event.a', '"order:" & trigger.a'],
    ['$substring(event.a, 1) = steps.b.output.c', '$substring(event.a, 1)', 'steps.b.output.c'],
    ['event.lines[0].item = trigger.item', 'event.lines[0].item', 'trigger.item'],
    ['event.text = "a = b and c" and event.a = trigger.a', 'event.a', 'trigger.a'],
  ])('%s compares the event with the instance', (condition, ofEvent, ofInstance) => {
    expect(parts(condition)).toEqual([ofEvent, ofInstance]);
  });

  it.each([
    ['true'],
    ['event.sum > 1'],
    ['event.a = "x"'],
    ['event.a = event.b'],
    ['trigger.a = trigger.b'],
    ['event.a = trigger.a or event.b = trigger.b'],
    ['$not(event.a = trigger.a)'],
    ['event.a != trigger.a'],
    ['event.lines[item = trigger.item].sum = trigger.sum'],
    ['event.a = $'],
    ['event.a = ('],
  ])('%s finds nobody', (condition) => {
    expect(parts(condition)).toBeUndefined();
  });
});
