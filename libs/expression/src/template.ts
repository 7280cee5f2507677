/** Templates: JSON in which a text that begins with `=` is an expression. */
import type { Json, JsonObject } from '@morrow/kernel';
import { evaluateExpression } from './evaluate-expression.ts';
import { parseExpression, type Expression } from './expression.ts';
import type { Path } from './finding.ts';

/** The expression in a text of a template; undefined where the text stands for itself. */
export const expressionIn = (text: string): string | undefined =>
  text.startsWith('=') && !text.startsWith('==') ? text.slice(1) : undefined;

/** A text of a template that is no expression, without the `=` that says so. */
export const plainText = (text: string): string => (text.startsWith('==') ? text.slice(1) : text);

/** Carries the sentence and its path out of a template. */
export class Unevaluated extends Error {
  readonly path: Path;
  constructor(path: Path, sentence: string) {
    super(sentence);
    this.path = path;
  }
}

/** The value of an expression, undefined for nothing; throws `Unevaluated`. */
export type Evaluate = (text: string, path: Path, scope: object) => Promise<Json | undefined>;

export const wrongType = (path: Path, wanted: string, value: Json | undefined) => {
  const found = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60);
  return new Unevaluated(path, `The expression should give ${wanted}, and it gives ${found}.`);
};

/** A template with its expressions replaced by what they give. A field whose expression gives
 * nothing is left out; in a list that is an error. */
export async function fill(
  template: Json,
  path: Path,
  scope: object,
  evaluate: Evaluate,
): Promise<Json | undefined> {
  if (typeof template === 'string') {
    const expression = expressionIn(template);
    return expression === undefined ? plainText(template) : evaluate(expression, path, scope);
  }
  if (typeof template !== 'object' || template === null) return template;
  if (Array.isArray(template)) {
    const list: Json[] = [];
    for (const [at, item] of (template as readonly Json[]).entries()) {
      const value = await fill(item, [...path, at], scope, evaluate);
      if (value === undefined) throw wrongType([...path, at], 'an item', value);
      list.push(value);
    }
    return list;
  }
  const object: Record<string, Json> = {};
  for (const [key, held] of Object.entries(template as JsonObject)) {
    const value = await fill(held, [...path, key], scope, evaluate);
    if (value !== undefined) object[key] = value;
  }
  return object;
}

/** Each expression is parsed when it is first asked. */
export function cachedEvaluation(): Evaluate {
  const parsed = new Map<string, Expression | string>();
  return async (text, path, scope) => {
    const expression = parsed.get(text) ?? parseExpression(text);
    parsed.set(text, expression);
    if (typeof expression === 'string') throw new Unevaluated(path, expression);
    const outcome = await evaluateExpression(expression, scope);
    if (!outcome.isOk) throw new Unevaluated(path, outcome.sentence);
    return outcome.value;
  };
}
