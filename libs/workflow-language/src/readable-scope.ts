/** The shape of what expressions read in each place: the trigger, earlier steps, an event. */
import type { EventSpec, OperationSpec, Protocol, ProtocolSpec } from '@morrow/contract';
import { wireShapeOf, type Readable, type Shape } from '@morrow/expression';
import { ancestorsOf } from './check-graph.ts';
import type { StepDefinition, WorkflowDefinition } from './workflow.schemas.ts';

/** The protocols that are present. */
export type Catalog = readonly Pick<Protocol<ProtocolSpec>, 'spec'>[];

const text: Shape = { type: 'string' };
const map = (properties: Readonly<Record<string, Shape>>): Shape => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
});

/** What an approval gives: who decided, and how. `by` is absent where the timeout decided. */
export const approvalOutput: Shape = {
  ...map({
    decision: { type: 'string', enum: ['approved', 'rejected'] },
    at: text,
    by: text,
    note: text,
  }),
  required: ['decision', 'at'],
};

/** `stock.reserve` as its protocol and what it names there; undefined where there is none. */
export function operationSpecOf(catalog: Catalog, name: string): OperationSpec | undefined {
  return memberOf(catalog, name, 'operations');
}
export const eventSpecOf = (catalog: Catalog, name: string): EventSpec | undefined =>
  memberOf(catalog, name, 'events');

function memberOf<K extends 'operations' | 'events'>(
  catalog: Catalog,
  name: string,
  kind: K,
): Protocol['spec'][K][string] | undefined {
  const [protocol, member = ''] = name.split('.');
  const members = catalog.find(({ spec }) => spec.name === protocol)?.spec[kind];
  if (!members || !Object.hasOwn(members, member)) return undefined;
  return members[member] as Protocol['spec'][K][string] | undefined;
}

const eventShape = (catalog: Catalog, name: string): Shape => {
  const event = eventSpecOf(catalog, name);
  const data = event ? wireShapeOf(event.data) : {};
  return map({ type: { const: name }, data, streamId: text, at: text, actor: text });
};

/** What a step gives to those after it. A sleep gives null, an await the data of its event. */
function outputShape(catalog: Catalog, step: StepDefinition): Shape {
  if ('approval' in step) return approvalOutput;
  if ('sleep' in step) return { type: 'null' };
  if ('await' in step) {
    const event = eventSpecOf(catalog, step.await.event);
    return event ? wireShapeOf(event.data) : {};
  }
  const operation = operationSpecOf(catalog, step.call);
  return operation ? wireShapeOf(operation.output) : {};
}

/** How a step may end, as those after it see it. */
function statesOf(step: StepDefinition): readonly string[] {
  const timesOut = 'await' in step && step.await.timeout && step.await.onTimeout === 'continue';
  return ['done', ...(step.when ? ['skipped'] : []), ...(timesOut ? ['timedOut'] : [])];
}

/** Where an expression stands: at a step, at its compensation, in the trigger, or in the output. */
export type Standing =
  | { readonly step: string; readonly isCompensation?: boolean; readonly event?: string }
  | 'trigger'
  | 'output';

/** What an expression may read where it stands. */
export function readableAt(
  definition: WorkflowDefinition,
  catalog: Catalog,
  standing: Standing,
): Readable {
  const { steps, trigger } = definition;
  const names = visibleSteps(steps, standing);
  const visible = Object.fromEntries(
    [...names].map((name) => {
      const step = steps[name];
      if (!step) return [name, {}];
      const state: Shape = { type: 'string', enum: statesOf(step) };
      return [name, map({ state, output: outputShape(catalog, step) })];
    }),
  );
  const event = typeof standing === 'object' ? standing.event : undefined;
  const root = map({
    trigger: eventShape(catalog, trigger.event),
    steps: map(visible),
    instance: map({ id: text, startedAt: text }),
    ...(event && { event: eventShape(catalog, event) }),
  });
  return {
    root,
    explain: (trail, name) => explanation(definition, standing, trail, name),
    guard: typeof standing === 'object' ? steps[standing.step]?.when : undefined,
  };
}

function visibleSteps(steps: WorkflowDefinition['steps'], standing: Standing): Set<string> {
  if (standing === 'trigger') return new Set();
  if (standing === 'output') return new Set(Object.keys(steps));
  const before = new Set(ancestorsOf(steps, standing.step));
  if (standing.isCompensation) before.add(standing.step);
  return before;
}

function explanation(
  { steps }: WorkflowDefinition,
  standing: Standing,
  trail: readonly string[],
  name: string,
): string | undefined {
  if (trail.length === 0)
    return `An expression reads trigger, steps and instance here, and no ${name}.`;
  if (trail.length > 1 || trail[0] !== 'steps') return undefined;
  if (!Object.hasOwn(steps, name)) return `There is no step ${name}.`;
  if (typeof standing !== 'object') return 'No step has ended when the trigger is read.';
  return name === standing.step
    ? `${name} reads its own output, which is not there yet.`
    : `${name} is not before ${standing.step}: name it under after.`;
}
