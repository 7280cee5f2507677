/** Checks single fields: that expressions parse and read what is there, that templates fit. */
import type { Json, JsonObject } from '@morrow/kernel';
import { expressionIn, plainText } from './template.ts';
import { readOf, type Read } from './expression-reads.ts';
import { parseExpression } from './expression.ts';
import { faultOf, type Finding, type Path } from './finding.ts';
import { kindsOf, literalFault, misfitOf, type Kind, type Shape } from './wire-shape.ts';

/** What the expressions of one field may read. */
export interface Readable {
  readonly root: Shape;
  /** Why a field is not there; undefined for the plain sentence. */
  readonly explain: (trail: readonly string[], name: string) => string | undefined;
  /** The condition of the step: what it reads may be guarded by it. */
  readonly guard?: string | undefined;
}

/** What the expression gives, and what is wrong with its text and its paths. */
export function checkExpression(
  text: string,
  path: Path,
  { root, explain }: Readable,
): { readonly read?: Read; readonly findings: Finding[] } {
  const expression = parseExpression(text);
  if (typeof expression === 'string') return { findings: [{ path, sentence: expression }] };
  const findings: Finding[] = [];
  const missing = (trail: readonly string[], name: string) => {
    const from = trail.length ? trail.join('.') : 'What is read here';
    const sentence = explain(trail, name) ?? `${from} has no field ${name}.`;
    if (!findings.some((finding) => finding.sentence === sentence))
      findings.push({ path, sentence });
  };
  const base: Read = { shape: root, isOptional: false, isMany: false, trail: [] };
  return { read: readOf(expression.tree, base, { root: base, missing }), findings };
}

/** An expression whose answer has to be of one type. */
export function checkTyped(
  text: string | undefined,
  kind: Kind,
  path: Path,
  readable: Readable,
): Finding[] {
  if (text === undefined) return [];
  const { read, findings } = checkExpression(text, path, readable);
  const kinds = read && !read.isMany && kindsOf(read.shape);
  if (findings.length || !kinds || kinds.has(kind)) return findings;
  return [{ path, sentence: `This gives ${[...kinds].join(' or ')}, and ${kind} is wanted.` }];
}

/** A template against what is wanted of it; `canBeAbsent` where nothing may stand there too. */
export function checkTemplate(
  template: Json,
  wanted: Shape,
  path: Path,
  readable: Readable,
  canBeAbsent = false,
): Finding[] {
  if (typeof template === 'string') {
    const expression = expressionIn(template);
    if (expression !== undefined) return checkLeaf(expression, wanted, path, readable, canBeAbsent);
    return faultOf(literalFault(plainText(template), wanted), path);
  }
  const choices = wanted.anyOf ?? wanted.oneOf;
  if (choices && typeof template === 'object' && template !== null) {
    const each = choices.map((choice) => checkTemplate(template, choice, path, readable));
    return each.sort((a, b) => a.length - b.length)[0] ?? [];
  }
  const fault = faultOf(literalFault(template, wanted), path);
  if (fault.length || typeof template !== 'object' || template === null) return fault;
  if (Array.isArray(template)) {
    const items = typeof wanted.items === 'object' ? wanted.items : {};
    return (template as readonly Json[]).flatMap((item, at) =>
      checkTemplate(item, items, [...path, at], readable),
    );
  }
  return checkMap(template as JsonObject, wanted, path, readable);
}

function checkMap(template: JsonObject, wanted: Shape, path: Path, readable: Readable): Finding[] {
  const { properties, required = [], additionalProperties } = wanted;
  const absent = required
    .filter((name) => !Object.hasOwn(template, name))
    .map((name) => ({ path: [...path, name], sentence: `The field ${name} is missing.` }));
  const held = Object.entries(template).flatMap(([name, value]): Finding[] => {
    const inner = [...path, name];
    const own = properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
    const other = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    if (!own && !other && properties)
      return [{ path: inner, sentence: `There is no field ${name} to be filled.` }];
    const isOptional = !required.includes(name);
    return checkTemplate(value, own ?? other ?? {}, inner, readable, isOptional);
  });
  return [...absent, ...held];
}

function checkLeaf(
  text: string,
  wanted: Shape,
  path: Path,
  readable: Readable,
  canBeAbsent: boolean,
): Finding[] {
  const { read, findings } = checkExpression(text, path, readable);
  if (!read || findings.length) return findings;
  const plain = read.trail?.join('.');
  const isGuarded = plain !== undefined && readable.guard?.includes(plain);
  if (read.isOptional && !canBeAbsent && plain && !isGuarded)
    return [{ path, sentence: `${plain} may be absent, and this field may not.` }];
  if (!read.isMany) {
    const misfit = misfitOf(read.shape, wanted);
    return misfit ? [{ path, sentence: `This ${misfit}.` }] : [];
  }
  const kinds = kindsOf(wanted);
  if (kinds?.size === 1 && kinds.has('a list')) {
    const sentence = 'This gives one item and no list where there is but one: write [ ] around it.';
    return [{ path, sentence }];
  }
  return [];
}
