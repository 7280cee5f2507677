/** Makes a rule out of data: its expressions are JSONata, read at boot, and see the facts that the
 * domain gives and nothing else. What they name has to be there. */
import type { Rule, Ruled, RuleOutcome } from '@morrow/contract';
import {
  checkExpression,
  evaluateExpression,
  parseExpression,
  wireShapeOf,
  type Expression,
  type Readable,
  type Shape,
} from '@morrow/expression';
import type { Json, JsonObject } from '@morrow/kernel';
import type { RuleForm } from './pack.schemas.ts';

interface Fault {
  /** Keys below the rule. */
  readonly path: readonly string[];
  readonly sentence: string;
}
/** The rule, or what is wrong with its expressions. */
export type Compiled =
  { readonly rule: Rule; readonly faults?: undefined } | { readonly faults: readonly Fault[] };

/** Fields that hold text, each of them maybe absent. */
const textsOf = (names: readonly string[]): Shape => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
});

/** What the expressions of a rule may name. */
function readableOf(reads: Ruled['reads']): Readable {
  const facts = Object.entries(reads).map(
    ([name, fact]) => [name, '_zod' in fact ? wireShapeOf(fact) : textsOf(fact)] as const,
  );
  const root: Shape = { type: 'object', properties: Object.fromEntries(facts) };
  const explain = (trail: readonly string[], name: string) =>
    trail.length ? undefined : `A rule reads ${Object.keys(reads).join(' and ')}, and no ${name}.`;
  return { root, explain };
}

/** Compiles a rule about an event; of one that nobody decides about, what it names
 * is not checked. */
export function compileRule(
  { name, when, holds, sentence = '', set = {} }: RuleForm,
  ruled: Ruled | undefined,
): Compiled {
  const faults: Fault[] = [];
  const readable = ruled && readableOf(ruled.reads);
  const compiled = (text: string, ...path: readonly string[]): Expression | undefined => {
    const expression = parseExpression(text);
    if (typeof expression === 'string') {
      faults.push({ path, sentence: expression });
      return undefined;
    }
    if (readable)
      for (const { sentence } of checkExpression(text, [], readable).findings)
        faults.push({ path, sentence });
    return expression;
  };
  const [about, must] = [when && compiled(when, 'when'), holds && compiled(holds, 'holds')];
  const values = Object.entries(set).map(
    ([field, text]) => [field, compiled(text, 'set', field)] as const,
  );
  if (faults.length) return { faults };
  const apply = async (facts: JsonObject): Promise<RuleOutcome> => {
    if (about && !(await claimOf(about, facts, 'when'))) return { set: {} };
    if (must && !(await claimOf(must, facts, 'holds'))) return { refused: sentence };
    const given: Record<string, Json> = {};
    for (const [field, expression] of values)
      if (expression) given[field] = await valueOf(expression, facts, `set.${field}`);
    return { set: given };
  };
  const told = async (facts: JsonObject): Promise<RuleOutcome> => {
    try {
      return await apply(facts);
    } catch (error) {
      if (error instanceof NoValue) return { refused: error.message };
      throw error;
    }
  };
  return { rule: { name, apply: told } };
}

class NoValue extends Error {}

async function valueOf(expression: Expression, facts: JsonObject, place: string): Promise<Json> {
  const outcome = await evaluateExpression(expression, facts);
  if (!outcome.isOk) throw new NoValue(`${place}: ${outcome.sentence}`);
  if (outcome.value === undefined) throw new NoValue(`${place}: the expression gives nothing.`);
  return outcome.value;
}

/** A claim that reads something absent does not hold. */
async function claimOf(expression: Expression, facts: JsonObject, place: string): Promise<boolean> {
  const outcome = await evaluateExpression(expression, facts);
  if (!outcome.isOk) throw new NoValue(`${place}: ${outcome.sentence}`);
  const { value = false } = outcome;
  if (typeof value !== 'boolean')
    throw new NoValue(`${place}: the expression gives neither true nor false.`);
  return value;
}
