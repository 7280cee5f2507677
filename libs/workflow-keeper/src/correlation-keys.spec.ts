// An event and the instance that awaits it are filed under the same key.
import { describe, expect, it } from 'vitest';
import { scopeOf } from './draft.ts';
import { foreignEvent, machineWith, worldOf } from './instance-world.ts';

describe('a key', () => {
  const steps = (when: string) => ({ pay: { await: { event: 'a.paid', when } } });
  const given = async (when: string, eventData: object, triggerData: object) => {
    const machine = machineWith(steps(when));
    const [question] = machine.questions;
    const world = await worldOf(machine, triggerData as never);
    const ofEvent = await question!.keyOf(foreignEvent('a.paid', eventData as never));
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
    const key = await question!.keyOf(foreignEvent('a.paid', { invoice: 'b1' }));
    expect(world.fields.steps['pay']!.key).toBe(key);
    expect(await question!.keyFor(scopeOf('i1', world.fields))).toEqual({ key });
  });
});
