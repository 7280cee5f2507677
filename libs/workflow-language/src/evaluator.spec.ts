// What the fields of a definition give, and what their errors name.
import { describe, expect, it } from 'vitest';
import { definitionOf, evaluatorOf, type WorkflowDefinition, type WorkflowScope } from './index.ts';

const event = (type: string, data: Record<string, string>) => ({
  type,
  data,
  streamId: 's1',
  at: '2010-12-01T08:26:00.000Z',
  actor: 'person:ada',
});
const scope: WorkflowScope = {
  trigger: event('orders.orderPlaced', { number: '536365', total: '13912' }),
  steps: { reserve: { state: 'done', output: { reservationId: 'r1' } } },
  instance: { id: 'i1', startedAt: '2010-12-01T08:26:00.000Z' },
};
/** A workflow of the steps given; a field of the trigger too. */
function workflow(steps: object, more: object = {}): WorkflowDefinition {
  const trigger = { event: 'orders.orderPlaced' };
  const read = definitionOf({
    ...{ form: 'morrow.workflow/1', name: 'fulfil', version: 3, summary: 'Fulfils', trigger },
    ...{ steps, ...more },
  });
  if (!read.definition) throw new Error(JSON.stringify(read.problems));
  return read.definition;
}
const of = (step: object, more?: object) => evaluatorOf(workflow({ a: step }, more));
const value = <T>(given: T) => ({ isOk: true, value: given });
const error = (field: string, sentence: string, step?: string) => ({
  isOk: false,
  error: { workflow: 'fulfil@3', ...(step && { step }), field, sentence },
});

describe('a field', () => {
  const bare = of({ sleep: 'PT1S' });
  it('that is absent has its meaning', async () => {
    expect(await bare.starts(scope)).toEqual(value(true));
    expect(await bare.key(scope)).toEqual(value('s1'));
    expect(await bare.runs('a', scope)).toEqual(value(true));
    expect(await bare.label('a', scope)).toEqual(value('a'));
    expect(await bare.show('a', scope)).toEqual(value(null));
    expect(await bare.output(scope)).toEqual(value(null));
  });

  it('of another kind of step, or of no step, is an error', async () => {
    const noField = 'The workflow has no such field.';
    expect(await bare.title('a', scope)).toEqual(error('approval.title', noField, 'a'));
    const noStep = 'The workflow has no such step.';
    expect(await bare.runs('b', scope)).toEqual(error('when', noStep, 'b'));
    expect(await bare.runs('constructor', scope)).toEqual(error('when', noStep, 'constructor'));
  });

  it('is evaluated over the trigger, earlier steps and the instance', async () => {
    const trigger = { event: 'a.b', when: 'trigger.data.total != "0"', key: 'trigger.data.number' };
    const given = of(
      {
        sleep: { until: '$fromMillis($toMillis(trigger.at) + 1000)' },
        label: '"No " & instance.id',
      },
      { trigger, output: { id: '=steps.reserve.output.reservationId', plain: '==x', none: '=no' } },
    );
    expect(await given.starts(scope)).toEqual(value(true));
    expect(await given.key(scope)).toEqual(value('536365'));
    expect(await given.until('a', scope)).toEqual(value(Date.parse('2010-12-01T08:26:01Z')));
    expect(await given.label('a', scope)).toEqual(value('No i1'));
    expect(await given.output(scope)).toEqual(value({ id: 'r1', plain: '=x' }));
  });

  it('of a call is its input in wire form, and that of its compensation', async () => {
    const id = '=steps.reserve.output.reservationId';
    const given = of({
      call: 'stock.reserve',
      input: { number: '=trigger.data.number', lines: [{ item: 'A', quantity: '2' }, '=1 + 1'] },
      compensate: { call: 'stock.release', input: { reservationId: id } },
    });
    expect(await given.input('a', scope)).toEqual(
      value({ number: '536365', lines: [{ item: 'A', quantity: '2' }, 2] }),
    );
    expect(await given.compensation('a', scope)).toEqual(value({ reservationId: 'r1' }));
  });

  it('of an await reads the event that came', async () => {
    const when = 'event.data.number = trigger.data.number';
    const given = of({ await: { event: 'stock.stockReserved', when } });
    const came = (number: string) => event('stock.stockReserved', { number });
    expect(await given.accepts('a', came('536365'), scope)).toEqual(value(true));
    expect(await given.accepts('a', came('536366'), scope)).toEqual(value(false));
  });

  it('of an approval is text or an expression', async () => {
    const titled = (title: string) => of({ approval: { role: 'sales', title } }).title('a', scope);
    expect(await titled('Ship it?')).toEqual(value('Ship it?'));
    expect(await titled('="Ship " & trigger.data.number & "?"')).toEqual(value('Ship 536365?'));
  });
});

describe('an error', () => {
  it('names the file, the workflow, the step and the field', async () => {
    const definition = workflow({
      a: { call: 'a.b', input: { lines: [{ at: '=$error("no")' }] } },
    });
    const given = evaluatorOf(definition, { file: 'fulfil.yaml' });
    expect(await given.input('a', scope)).toEqual({
      isOk: false,
      error: {
        file: 'fulfil.yaml',
        workflow: 'fulfil@3',
        step: 'a',
        field: 'input.lines[0].at',
        sentence: 'The expression gives no value: no.',
      },
    });
  });

  it.each([
    [{ when: 'trigger.data.number' }, 'true or false, and it gives "536365".'],
    [{ when: 'trigger.data.nothing' }, 'true or false, and it gives nothing.'],
    [{ key: '1' }, 'text, and it gives 1.'],
    [{ key: '""' }, 'text, and it gives "".'],
  ])('says which type was wanted: %j', async (trigger, sentence) => {
    const given = of({ sleep: 'PT1S' }, { trigger: { event: 'a.b', ...trigger } });
    const field = 'when' in trigger ? 'trigger.when' : 'trigger.key';
    const outcome = await ('when' in trigger ? given.starts(scope) : given.key(scope));
    expect(outcome).toEqual(error(field, `The expression should give ${sentence}`));
  });

  it('stands where a list would have a hole, or a moment is none', async () => {
    const hole = await of({ call: 'a.b', input: { list: ['=nothing'] } }).input('a', scope);
    expect(hole).toMatchObject({ error: { field: 'input.list[0]' } });
    const moment = await of({ sleep: { until: '"tomorrow"' } }).until('a', scope);
    expect(moment).toMatchObject({ error: { field: 'sleep.until' } });
  });

  it('of an expression that is none stands in the field', async () => {
    expect(await of({ sleep: 'PT1S', when: '(' }).runs('a', scope)).toMatchObject({
      error: { field: 'when', sentence: expect.stringMatching(/^This is no expression/) },
    });
  });
});
