// Which instances an event concerns: what one equality of the await compares, on both sides.
import { describe, expect, it } from 'vitest';
import { correlationOf } from './correlation.ts';
import { scopeOf } from './draft.ts';
import { eventOf, machineWith, worldOf } from './instance-world.ts';

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

describe('a key', () => {
  const steps = (when: string) => ({ pay: { await: { event: 'a.paid', when } } });
  const given = async (when: string, eventData: object, triggerData: object) => {
    const machine = machineWith(steps(when));
    const [question] = machine.questions;
    const world = await worldOf(machine, triggerData as never);
    const ofEvent = await question!.keyOf(eventOf('a.paid', eventData as never));
    return [ofEvent, world.fields.steps['pay']!.key] as const;
  };

  it.each([
    ['event.data.a = trigger.data.b', { a: '1' }, { b: '1' }],
    ['event.data.a = trigger.data.b', { a: { y: 1, x: 2 } }, { b: { x: 2, y: 1 } }],
    ['event.data.a = "order:" & trigger.data.b', { a: 'order:7' }, { b: 7 }],
    ['event.data.a = trigger.data.b', { a: 'x'.repeat(500) }, { b: 'x'.repeat(500) }],
  ])('is the same on both sides where %s', async (when, eventData, triggerData) => {
    const [ofEvent, ofInstance] = await given(when, eventData, triggerData);
    expect(ofEvent).toBe(ofInstance);
    expect(ofEvent!.length).toBeLessThan(300);
  });

  it('differs between values, and between text and number', async () => {
    const when = 'event.data.a = trigger.data.b';
    for (const [a, b] of [
      ['1', '2'],
      ['1', 1],
      [`${'x'.repeat(500)}1`, `${'x'.repeat(500)}2`],
    ] as const) {
      const [ofEvent, ofInstance] = await given(when, { a }, { b });
      expect(ofEvent).not.toBe(ofInstance);
    }
  });

  it('is none where the event has no such field', async () => {
    const [ofEvent] = await given('event.data.a = trigger.data.b', {}, { b: 1 });
    expect(ofEvent).toBeUndefined();
  });

  it('belongs to the question: the same of all that ask the same of an event', () => {
    const nameOf = (when: string) => machineWith(steps(when)).questions[0]!.name;
    const asked = nameOf('event.data.a = trigger.data.b');
    expect(nameOf('event.data.sum > 1 and trigger.data.c = event.data.a')).toBe(asked);
    expect(nameOf('event.data.b = trigger.data.b')).not.toBe(asked);
  });

  it('may be what an earlier step has given', async () => {
    const call = { call: 'a.invoice', input: {} };
    const when = 'event.data.invoice = steps.bill.output.id';
    const machine = machineWith({
      bill: call,
      pay: { await: { event: 'a.paid', when }, after: ['bill'] },
    });
    const world = await worldOf(machine);
    await world.tell({
      kind: 'answered',
      step: 'bill',
      isUndo: false,
      epoch: 0,
      output: { id: 'b1' },
    });
    const [question] = machine.questions;
    const key = await question!.keyOf(eventOf('a.paid', { invoice: 'b1' }));
    expect(world.fields.steps['pay']!.key).toBe(key);
    expect(await question!.keyFor(scopeOf('i1', world.fields))).toEqual({ key });
  });
});
