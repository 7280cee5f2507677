/** Holds a value against the form of a workflow, and says what is wrong with it to people. */
import { placeOf, type Finding, type Path } from '@morrow/expression';
import type { z } from 'zod';
import { problemOf, tooDeep, type PositionOf, type Problem } from './problem.ts';
import {
  stepKinds,
  stepsMax,
  WorkflowSchema,
  type WorkflowDefinition,
} from './workflow.schemas.ts';

/** What keeps a value from being a definition of this form; empty where it is one. */
export function formFindings(value: unknown): Finding[] {
  const many = tooManySteps(value);
  if (many) return [many];
  const result = parsed(value);
  if (!result) return [{ path: [], sentence: tooDeep }];
  if (result.success) return [];
  const kinds = kindFindings(value);
  const ofKinds = new Set(kinds.map(({ path }) => placeOf(path)));
  const isOther = ({ path }: Finding) => !ofKinds.has(placeOf(path.slice(0, 2)));
  const others = result.error.issues.flatMap((issue) => findingsOf(issue, value)).filter(isOther);
  return [...kinds, ...others];
}

/** Said alone: nothing about single steps is looked at where there are too many. */
function tooManySteps(value: unknown): Finding | undefined {
  const steps = valueAt(value, ['steps']);
  if (!isMap(steps) || Object.keys(steps).length <= stepsMax) return undefined;
  return { path: ['steps'], sentence: `A workflow has at most ${stepsMax} steps.` };
}

/** Undefined for what is nested so deeply that it cannot be looked through. */
function parsed(value: unknown) {
  try {
    return WorkflowSchema.safeParse(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Steps that are of no kind or of several: nothing else about them is worth saying. */
function kindFindings(value: unknown): Finding[] {
  const steps = valueAt(value, ['steps']);
  return Object.entries(isMap(steps) ? steps : {}).flatMap(([name, step]) => {
    const kinds = stepKinds.filter((kind) => isMap(step) && Object.hasOwn(step, kind));
    if (kinds.length === 1 || !isMap(step)) return [];
    const found = kinds.join(' and ') || 'none';
    const sentence = `A step has exactly one of ${stepKinds.join(', ')}; this one has ${found}.`;
    return [{ path: ['steps', name], sentence }];
  });
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The definition, or its problems. */
export function definitionOf(
  value: unknown,
  positionOf?: PositionOf,
):
  | { readonly definition: WorkflowDefinition }
  | { readonly definition?: undefined; readonly problems: readonly Problem[] } {
  const findings = formFindings(value);
  if (findings.length)
    return { problems: findings.map((finding) => problemOf(finding, positionOf)) };
  return { definition: WorkflowSchema.parse(value) };
}

type Issue = z.core.$ZodIssue;

function findingsOf(issue: Issue, root: unknown, base: Path = []): Finding[] {
  const path = [...base, ...(issue.path as Path)];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        sentence: `The form has no field ${key} here.`,
      }));
    case 'invalid_union':
      return unionFindings(issue, path, root);
    case 'invalid_key':
      return issue.issues.map(({ message }) => ({ path, sentence: message }));
    default:
      return [{ path, sentence: sentenceOf(issue, valueAt(root, path)) }];
  }
}

/** Of the choices of a union the one that fits best speaks. */
function unionFindings(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: Path,
  root: unknown,
): Finding[] {
  const choices = issue.errors.map((issues) =>
    issues.flatMap((inner) => findingsOf(inner, root, path)),
  );
  // A choice of another type, or with other keys, is not the one that was meant.
  const misfit = (findings: readonly Finding[]) =>
    findings.reduce((sum, { path: inner }) => sum + 100 / 10 ** (inner.length - path.length), 0);
  return choices.sort((a, b) => misfit(a) - misfit(b))[0] ?? [];
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part)
        ? (value as Record<string | number, unknown>)[part]
        : undefined,
    root,
  );
}

const words: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
  null: 'null',
  undefined: 'nothing',
};
const wordOf = (type: string) => words[type] ?? type;
const typeOf = (value: unknown) =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

function sentenceOf(issue: Issue, value: unknown): string {
  if (value === undefined) return 'This field is missing.';
  switch (issue.code) {
    case 'invalid_type':
      return `This should be ${wordOf(issue.expected)}, and it is ${wordOf(typeOf(value))}.`;
    case 'invalid_value':
      return `This is one of ${issue.values.map(String).join(', ')}.`;
    case 'too_small':
      return issue.origin === 'string'
        ? 'This text is empty.'
        : `This is ${issue.minimum} or more.`;
    case 'too_big':
      return issue.origin === 'string'
        ? `This text has more than ${issue.maximum} characters.`
        : `This is ${issue.maximum} or less.`;
    default:
      return issue.message;
  }
}
