/** Evaluates one expression within limits of steps, depth, time and size; the outcome is JSON. */
import { messageBytesMax } from '@morrow/contract';
import type { Json } from '@morrow/kernel';
import type { Expression } from './expression.ts';
import { valueAt } from './plain-path.ts';

/** What an expression gave, undefined for nothing; or the sentence that says why it gave none. */
export type Outcome =
  | { readonly isOk: true; readonly value: Json | undefined }
  | { readonly isOk: false; readonly sentence: string };

const stepsMax = 100_000;
/** What an expression may make beside what it was given: one for each value and character. */
const weightMax = 1_000_000;
/** Items of all lists and objects that it makes on the way. */
const itemsMax = 2_000_000;

/** Counts what one evaluation does. Bound under a name that no expression can write. */
class Budget {
  static readonly variable = 'budget of the evaluation';
  readonly #weights = new WeakMap<object, number>();
  readonly #weightMax: number;
  #steps = 0;
  #items = 0;

  constructor(scope: object) {
    this.#weightMax = Number.MAX_SAFE_INTEGER;
    this.#weightMax = this.#weigh(scope) + weightMax;
    this.#items = 0;
  }

  step(): void {
    this.#steps++;
    if (this.#steps > stepsMax) throw new Exhausted(`it takes more than ${stepsMax} steps`);
  }

  made(value: unknown): void {
    this.#weigh(value);
    if (this.#items > itemsMax) throw new Exhausted(`it makes more than ${itemsMax} items`);
  }

  #weigh(value: unknown): number {
    if (typeof value === 'string') return this.#within(value.length + 1);
    if (typeof value !== 'object' || value === null || isFunction(value)) return 1;
    const known = this.#weights.get(value);
    if (known !== undefined) return known;
    const held: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
    this.#items += held.length;
    let weight = 1;
    for (const each of held) weight = this.#within(weight + this.#weigh(each));
    this.#weights.set(value, weight);
    return weight;
  }

  #within(weight: number): number {
    if (weight > this.#weightMax) throw new Exhausted(`it makes more than ${weightMax} characters`);
    return weight;
  }
}

class Exhausted extends Error {}

/** Functions and lambdas of JSONata are objects with one of these marks. */
const isFunction = (value: object): boolean =>
  '_jsonata_lambda' in value || '_jsonata_function' in value || typeof value === 'function';

interface Frame {
  lookup(name: string): unknown;
}
const budgetOf = (frame: Frame) => frame.lookup(Budget.variable) as Budget;
const prepared = new WeakSet<Expression>();

/** Puts the counters in, and in place of two functions that may read the clock two that cannot. */
function prepare(expression: Expression): void {
  if (prepared.has(expression)) return;
  prepared.add(expression);
  const { compiled } = expression;
  const on = (moment: string, told: (...values: readonly unknown[]) => void) => {
    compiled.assign(Symbol.for(`jsonata.__evaluate_${moment}`) as unknown as string, told);
  };
  on('entry', (_node, _input, frame) => {
    budgetOf(frame as Frame).step();
  });
  on('exit', (_node, _input, frame, result) => {
    budgetOf(frame as Frame).made(result);
  });
  const given =
    <T>(how: (value: T) => unknown) =>
    (value?: T) =>
      value === undefined ? undefined : how(value);
  compiled.registerFunction('toMillis', given(millisOf), '<s-:n>');
  compiled.registerFunction('fromMillis', given(instantOf), '<n-:s>');
}

const instantOf = (ms: number): string => new Date(ms).toISOString();
const isoInstant = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

function millisOf(text: string): number {
  const ms = isoInstant.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(ms)) throw new Error(`${text.slice(0, 40)} is no instant with its offset`);
  return ms;
}

/** Never throws: what goes wrong is told in a sentence. The scope is not changed. */
export async function evaluateExpression(expression: Expression, scope: object): Promise<Outcome> {
  prepare(expression);
  try {
    const found = expression.path && valueAt(expression.path, scope);
    if (found !== undefined) return { isOk: true, value: new JsonCopy().of(found) };
    // JSONata writes a mark into whatever is called, even where that is no function.
    const own = structuredClone(scope);
    const bindings = { [Budget.variable]: new Budget(own) };
    const result: unknown = await expression.compiled.evaluate(own, bindings);
    return { isOk: true, value: result === undefined ? undefined : new JsonCopy().of(result) };
  } catch (error) {
    return { isOk: false, sentence: `The expression gives no value: ${reasonOf(error)}.` };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return 'it makes too much or goes too deep';
  const { code, message } = error as { code?: string; message?: string };
  switch (code) {
    case 'D1011':
      return 'it calls itself too deeply';
    case 'D1012':
      return 'it takes too long';
    case 'D2014':
    case 'D2015':
      return 'it makes a list that is too long';
    default:
      return (message ?? 'it failed').slice(0, 200).replace(/\.$/, '');
  }
}

/** Copies what JSON has, refuses the rest, and counts what it copies. */
class JsonCopy {
  #size = 0;

  of(value: unknown): Json {
    this.#size += typeof value === 'string' ? value.length + 2 : 2;
    if (this.#size > messageBytesMax) throw new Exhausted(`it gives more than a message may hold`);
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (typeof value !== 'object' || isFunction(value))
      throw new Exhausted(`it gives ${typeof value === 'number' ? 'no number' : 'a function'}`);
    if (Array.isArray(value)) return Array.from(value, (item) => this.of(item));
    return this.#object(value);
  }

  #object(value: object): Json {
    const copy: Record<string, Json> = {};
    for (const [key, held] of Object.entries(value)) {
      if (key === '__proto__') throw new Exhausted('no field may be called __proto__');
      this.#size += key.length;
      if (held !== undefined) copy[key] = this.of(held);
    }
    return copy;
  }
}
