/** Says everything that is wrong with a workflow, before it runs, against the protocols present. */
import type { OperationSpec } from '@morrow/contract';
import {
  checkExpression,
  checkTemplate,
  checkTyped,
  neverTrue,
  wireShapeOf,
  type Finding,
  type Path,
  type Readable,
} from '@morrow/expression';
import { correlationOf, noCorrelation } from './correlation.ts';
import { ancestorsOf, graphFindings } from './check-graph.ts';
import { durationMs } from './iso-duration.ts';
import { formFindings } from './definition-form.ts';
import { problemOf, type PositionOf, type Problem } from './problem.ts';
import {
  eventSpecOf,
  operationSpecOf,
  readableAt,
  type Catalog,
  type Standing,
} from './readable-scope.ts';
import type {
  AwaitStep,
  CallStep,
  StepDefinition,
  WorkflowDefinition,
} from './workflow.schemas.ts';

/** One definition among the protocols that are present. */
interface Subject {
  readonly definition: WorkflowDefinition;
  readonly catalog: Catalog;
}

/** The problems of a definition, in the order of the file; empty where it may be published.
 * `positionOf` is that of `readWorkflow`, for lines and columns. */
export function validateWorkflow(
  definition: WorkflowDefinition,
  catalog: Catalog,
  positionOf?: PositionOf,
): Problem[] {
  const tell = (findings: readonly Finding[]) =>
    findings.map((finding) => problemOf(finding, positionOf));
  const ofForm = formFindings(definition);
  if (ofForm.length) return tell(ofForm);
  const subject = { definition, catalog };
  return tell([
    ...triggerFindings(subject),
    ...graphFindings(definition.steps),
    ...Object.keys(definition.steps).flatMap((name) => stepFindings(subject, name)),
    ...(definition.output === undefined
      ? []
      : checkTemplate(definition.output, {}, ['output'], readable(subject, 'output'))),
  ]);
}

const readable = ({ definition, catalog }: Subject, standing: Standing) =>
  readableAt(definition, catalog, standing);

function triggerFindings(subject: Subject): Finding[] {
  const { event, when, key } = subject.definition.trigger;
  const scope = readable(subject, 'trigger');
  return [
    ...unknownEvent(subject.catalog, event, ['trigger', 'event']),
    ...conditionFindings(when, ['trigger', 'when'], scope),
    ...checkTyped(key, 'text', ['trigger', 'key'], scope),
  ];
}

/** A condition gives true or false, and may be true. */
function conditionFindings(text: string | undefined, path: Path, scope: Readable): Finding[] {
  const findings = checkTyped(text, 'true or false', path, scope);
  const never = text && !findings.length && neverTrue(text, scope);
  return never ? [{ path, sentence: never }] : findings;
}

function stepFindings(subject: Subject, name: string): Finding[] {
  const step = subject.definition.steps[name];
  if (!step) return [];
  const path = ['steps', name];
  const scope = readable(subject, { step: name });
  return [
    ...conditionFindings(step.when, [...path, 'when'], scope),
    ...checkTyped(step.label, 'text', [...path, 'label'], scope),
    ...(step.show ? checkExpression(step.show, [...path, 'show'], scope).findings : []),
    ...kindFindings(subject, name, step),
  ];
}

function kindFindings(subject: Subject, name: string, step: StepDefinition): Finding[] {
  const path = ['steps', name];
  const scope = readable(subject, { step: name });
  if ('call' in step) return callFindings(subject, name, step);
  if ('await' in step) return awaitFindings(subject, name, step);
  if ('sleep' in step)
    return typeof step.sleep === 'string'
      ? []
      : checkTyped(step.sleep.until, 'text', [...path, 'sleep', 'until'], scope);
  const { title, timeout, onTimeout } = step.approval;
  return [
    ...checkTemplate(title, { type: 'string' }, [...path, 'approval', 'title'], scope),
    ...timeoutFindings(timeout, onTimeout, [...path, 'approval', 'onTimeout']),
  ];
}

function awaitFindings(subject: Subject, name: string, { await: awaited }: AwaitStep): Finding[] {
  const { event, when, timeout, onTimeout } = awaited;
  const path = ['steps', name, 'await'];
  const scope = readable(subject, { step: name, event });
  return [
    ...unknownEvent(subject.catalog, event, [...path, 'event']),
    ...awaitConditionFindings(when, [...path, 'when'], scope),
    ...timeoutFindings(timeout, onTimeout, [...path, 'onTimeout']),
  ];
}

/** A condition by which the event finds its instance. */
function awaitConditionFindings(text: string, path: Path, scope: Readable): Finding[] {
  const findings = conditionFindings(text, path, scope);
  if (findings.length || correlationOf(text)) return findings;
  return [{ path, sentence: noCorrelation }];
}

const timeoutFindings = (timeout?: string, onTimeout?: string, path: Path = []): Finding[] =>
  onTimeout && !timeout ? [{ path, sentence: 'Without a timeout this never comes to pass.' }] : [];

function callFindings(subject: Subject, name: string, step: CallStep): Finding[] {
  const path = ['steps', name];
  const operation = operationSpecOf(subject.catalog, step.call);
  const scope = readable(subject, { step: name });
  const wanted = operation ? wireShapeOf(operation.input) : {};
  return [
    ...operationFindings(subject.catalog, step.call, [...path, 'call']),
    ...checkTemplate(step.input, wanted, [...path, 'input'], scope),
    ...retryFindings(step, [...path, 'retry']),
    ...compensationFindings(subject, name, step, operation),
  ];
}

function retryFindings({ retry }: CallStep, path: Path): Finding[] {
  if (!retry) return [];
  const { times, wait, factor, most } = retry;
  const isShort = most !== undefined && durationMs(most) < durationMs(wait);
  const isVain = times === 1 && (factor !== undefined || most !== undefined);
  return [
    ...(isShort
      ? [{ path: [...path, 'most'], sentence: `The longest wait, ${most}, is below ${wait}.` }]
      : []),
    ...(isVain
      ? [{ path: [...path, 'times'], sentence: 'With one try nothing is waited for.' }]
      : []),
  ];
}

function compensationFindings(
  subject: Subject,
  name: string,
  { compensate }: CallStep,
  operation: OperationSpec | undefined,
): Finding[] {
  const path = ['steps', name, 'compensate'];
  if (operation?.kind === 'query')
    return compensate ? [{ path, sentence: 'A query changes nothing that could be undone.' }] : [];
  if (!compensate) {
    const failing = operation && laterFailure(subject.definition, name);
    if (!failing) return [];
    const stays = `Where ${failing}, what ${name} did stays`;
    const sentence = `${stays}: name the call that undoes it, or none and why.`;
    return [{ path, sentence }];
  }
  if ('none' in compensate) return [];
  const undoing = operationSpecOf(subject.catalog, compensate.call);
  const scope = readable(subject, { step: name, isCompensation: true });
  const wanted = undoing ? wireShapeOf(undoing.input) : {};
  return [
    ...operationFindings(subject.catalog, compensate.call, [...path, 'call']),
    ...(undoing?.kind === 'query'
      ? [{ path: [...path, 'call'], sentence: `${compensate.call} is a query: it undoes nothing.` }]
      : []),
    ...checkTemplate(compensate.input, wanted, [...path, 'input'], scope),
  ];
}

/** What may fail when the step has ended, as words; undefined where nothing can. */
function laterFailure({ steps, deadline }: WorkflowDefinition, name: string): string | undefined {
  const before = ancestorsOf(steps, name);
  const others = Object.keys(steps).filter((other) => other !== name && !before.has(other));
  const failing = others.find((other) => mayFail(steps[other]));
  if (failing) return `${failing} fails`;
  return deadline && others.length ? 'the deadline passes' : undefined;
}

function mayFail(step: StepDefinition | undefined): boolean {
  if (!step) return false;
  if ('call' in step) return true;
  return 'await' in step && step.await.timeout !== undefined && step.await.onTimeout !== 'continue';
}

function unknownEvent(catalog: Catalog, name: string, path: Path): Finding[] {
  return eventSpecOf(catalog, name)
    ? []
    : [{ path, sentence: unknownMember(catalog, name, 'event') }];
}

function operationFindings(catalog: Catalog, name: string, path: Path): Finding[] {
  const operation = operationSpecOf(catalog, name);
  if (!operation) return [{ path, sentence: unknownMember(catalog, name, 'operation') }];
  if (operation.workflow) return [];
  return [{ path, sentence: `${name} is not marked as one that a workflow may call.` }];
}

function unknownMember(catalog: Catalog, name: string, kind: string): string {
  const [protocol = '', member = ''] = name.split('.');
  const isKnown = catalog.some(({ spec }) => spec.name === protocol);
  return isKnown
    ? `The protocol ${protocol} has no ${kind} ${member}.`
    : `There is no protocol ${protocol}.`;
}
