/** Builds the definition of a workflow in TypeScript; names, inputs and paths are typed by the
 * protocols. */
import { wireShapeOf, type Shape } from '@morrow/expression';
import { invariant, type Json, type JsonObject } from '@morrow/kernel';
import {
  source,
  type AnyProtocol,
  type ApprovalFields,
  type Approved,
  type AwaitFields,
  type CallableOf,
  type CallFields,
  type EventDataOf,
  type EventNameOf,
  type EventPaths,
  type Expr,
  type Filled,
  type FreeTemplate,
  type InputOf,
  type OutputOf,
  type PathTo,
  type Scope,
  type SharedFields,
  type SleepFields,
  type StepPaths,
} from './builder-types.ts';
import { definitionOf } from './definition-form.ts';
import { approvalOutput } from './readable-scope.ts';
import { workflowForm, type Compensation, type WorkflowDefinition } from './workflow.schemas.ts';

const isExpr = (value: unknown): value is Expr<unknown> =>
  typeof value === 'object' && value !== null && source in value;

/** An expression around others, ``expr`${trigger.data.total} = "0"` ``; plain values become
 * literals. Without a type it fits everywhere: `validateWorkflow` judges it. */
export function expr<T = never>(
  texts: TemplateStringsArray,
  ...held: readonly (Expr<unknown> | string | number | boolean | null)[]
): Expr<T> {
  const parts = held.map((value) => (isExpr(value) ? value[source] : JSON.stringify(value)));
  return { [source]: texts.map((text, at) => text + (parts[at] ?? '')).join('') };
}

/** The call that undoes a step. */
export const undo = <P extends AnyProtocol, K extends CallableOf<P>>(
  protocol: P,
  operation: K,
  input: Filled<InputOf<P, K>>,
): Compensation => ({
  call: `${protocol.spec.name}.${operation}`,
  input: templateOf(input) as JsonObject & Record<string, never>,
});

/** A template of the builder as one of the form. */
function templateOf(value: unknown): Json {
  if (isExpr(value)) return `=${value[source]}`;
  if (typeof value === 'string') return value.startsWith('=') ? `=${value}` : value;
  if (Array.isArray(value)) return value.map(templateOf);
  if (typeof value !== 'object' || value === null) return value as Json;
  const fields = Object.entries(value).filter(([, held]) => held !== undefined);
  return Object.fromEntries(fields.map(([key, held]) => [key, templateOf(held)]));
}

/** A path with one property for each field that the shape has. */
function pathTo(text: string, shape: Shape): PathTo<unknown> {
  const path = { [source]: text };
  for (const [name, field] of Object.entries(shape.properties ?? {}))
    Object.defineProperty(path, name, {
      enumerable: true,
      get: () => pathTo(`${text}.${name}`, field),
    });
  return path;
}
const fieldsOf = (...names: string[]): Readonly<Record<string, Shape>> =>
  Object.fromEntries(names.map((name) => [name, {}]));
const eventAt = <Data>(text: string, data: Shape): EventPaths<Data> => {
  const properties = { ...fieldsOf('type', 'streamId', 'at', 'actor'), data };
  return pathTo(text, { properties }) as EventPaths<Data>;
};
const outputAt = (name: string, output: Shape) =>
  pathTo(`steps.${name}`, { properties: { ...fieldsOf('state'), output } });

const shared = ({ after, when, label, show }: SharedFields<Steps>) => ({
  ...(after && { after: [...after] }),
  ...(when && { when: when[source] }),
  ...(label && { label: label[source] }),
  ...(show && { show: show[source] }),
});
const given = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, held]) => held !== undefined)) as T;

interface Head {
  readonly summary: string;
  readonly segment?: string;
  readonly deadline?: string;
}
interface TriggerFields {
  readonly when?: Expr<boolean>;
  readonly key?: Expr<string>;
}

/** Begins a workflow; `on` names the event that starts it. */
export const workflow = (name: string, version: number, head: Head) => ({
  on<P extends AnyProtocol, K extends EventNameOf<P>>(
    protocol: P,
    event: K,
    fields: (scope: {
      readonly trigger: EventPaths<EventDataOf<P, K>>;
    }) => TriggerFields = () => ({}),
  ): WorkflowBuilder<EventDataOf<P, K>, unknown> {
    const spec = protocol.spec.events[event];
    invariant(spec, `${protocol.spec.name} has no event ${event}`);
    const trigger = eventAt<EventDataOf<P, K>>('trigger', wireShapeOf(spec.data));
    const { when, key } = fields({ trigger });
    const begun = {
      ...{ form: workflowForm, name, version, ...head },
      trigger: {
        event: `${protocol.spec.name}.${event}`,
        ...(when && { when: when[source] }),
        ...(key && { key: key[source] }),
      },
    };
    const instance = pathTo('instance', { properties: fieldsOf('id', 'startedAt') });
    const scope = { trigger, instance, steps: {} } as Scope<EventDataOf<P, K>, unknown>;
    return builderOf(begun, {}, scope);
  },
});

type With<Steps, N extends string, Output> = Steps & Readonly<Record<N, StepPaths<Output>>>;

/** Adds steps; each callback reads the trigger and the steps added before. */
export interface WorkflowBuilder<Trigger, Steps> {
  call<N extends string, P extends AnyProtocol, K extends CallableOf<P>>(
    step: N,
    protocol: P,
    operation: K,
    fields: (
      scope: Scope<Trigger, Steps> & { readonly own: StepPaths<OutputOf<P, K>> },
    ) => CallFields<Steps, InputOf<P, K>>,
  ): WorkflowBuilder<Trigger, With<Steps, N, OutputOf<P, K>>>;
  await<N extends string, P extends AnyProtocol, K extends EventNameOf<P>>(
    step: N,
    protocol: P,
    event: K,
    fields: (
      scope: Scope<Trigger, Steps> & { readonly event: EventPaths<EventDataOf<P, K>> },
    ) => AwaitFields<Steps>,
  ): WorkflowBuilder<Trigger, With<Steps, N, EventDataOf<P, K>>>;
  sleep<N extends string>(
    step: N,
    fields: (scope: Scope<Trigger, Steps>) => SleepFields<Steps>,
  ): WorkflowBuilder<Trigger, With<Steps, N, null>>;
  approval<N extends string>(
    step: N,
    fields: (scope: Scope<Trigger, Steps>) => ApprovalFields<Steps>,
  ): WorkflowBuilder<Trigger, With<Steps, N, Approved>>;
  output(template: (scope: Scope<Trigger, Steps>) => FreeTemplate): {
    readonly definition: WorkflowDefinition;
  };
  readonly definition: WorkflowDefinition;
}

type Begun = Readonly<Record<string, unknown>>;
type Steps = Readonly<Record<string, unknown>>;

function builderOf<Trigger, Known>(
  begun: Begun,
  steps: Steps,
  scope: Scope<Trigger, Known>,
): WorkflowBuilder<Trigger, Known> {
  const add = (name: string, step: object, output: Shape) => {
    invariant(!Object.hasOwn(steps, name), `there is a step ${name} already`);
    const known = { ...scope.steps, [name]: outputAt(name, output) };
    return builderOf(begun, { ...steps, [name]: step }, { ...scope, steps: known }) as never;
  };
  return {
    call: (name, protocol, operation, fields) => {
      const spec = protocol.spec.operations[operation];
      invariant(spec, `${protocol.spec.name} has no operation ${operation}`);
      const output = wireShapeOf(spec.output);
      const own = outputAt(name, output) as never;
      const { input, retry, compensate, ...rest } = fields({ ...scope, own });
      const call = `${protocol.spec.name}.${operation}`;
      const step = given({ call, input: templateOf(input), retry, compensate });
      return add(name, { ...shared(rest), ...step }, output);
    },
    await: (name, protocol, event, fields) => {
      const spec = protocol.spec.events[event];
      invariant(spec, `${protocol.spec.name} has no event ${event}`);
      const data = wireShapeOf(spec.data);
      const { accepts, timeout, onTimeout, ...rest } = fields({
        ...scope,
        event: eventAt('event', data),
      });
      const awaited = { event: `${protocol.spec.name}.${event}`, when: accepts[source] };
      const step = { await: given({ ...awaited, timeout, onTimeout }) };
      return add(name, { ...shared(rest), ...step }, data);
    },
    sleep: (name, fields) => {
      const { sleep, ...rest } = fields(scope);
      const until = isExpr(sleep) ? { until: sleep[source] } : sleep;
      return add(name, { ...shared(rest), sleep: until }, {});
    },
    approval: (name, fields) => {
      const { role, title, timeout, onTimeout, ...rest } = fields(scope);
      const approval = given({ role, title: templateOf(title), timeout, onTimeout });
      return add(name, { ...shared(rest), approval }, approvalOutput);
    },
    output: (template) =>
      builderOf({ ...begun, output: templateOf(template(scope)) }, steps, scope),
    get definition() {
      const read = definitionOf({ ...begun, steps });
      if (read.definition) return read.definition;
      const told = read.problems.map(({ place, sentence }) => `${place}: ${sentence}`);
      return invariant(false, told.join(' ')) as never;
    },
  };
}
