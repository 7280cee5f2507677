/** Makes a rule out of data: its expressions are JSONata, read at boot, and see the facts that the
 * domain gives and nothing else. */
import type { Rule, RuleOutcome } from '@morrow/contract';
import type { Json, JsonObject } from '@morrow/kernel';
import { evaluateExpression, parseExpression, type Expression } from '@morrow/workflow-keeper';
import type { RuleForm } from './pack.schemas.ts';

interface Fault {
  /** Keys below the rule. */
  readonly path: readonly string[];
  readonly sentence: string;
}
/** The rule, or what is wrong with its expressions. */
export type Compiled =
  { readonly rule: Rule; readonly faults?: undefined } | { readonly faults: readonly Fault[] };

export function compileRule({ name, when, holds, sentence = '', set = {} }: RuleForm): Compiled {
  const faults: Fault[] = [];
  const compiled = (text: string, ...path: readonly string[]): Expression | undefined => {
    const expression = parseExpression(text);
    if (typeof expression !== 'string') return expression;
    faults.push({ path, sentence: expression });
    return undefined;
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
