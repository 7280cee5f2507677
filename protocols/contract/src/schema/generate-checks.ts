/** Generates the checks of a schema: common ones as source, others as calls of zod. */
import { z } from 'zod';
import type { Emitter } from './emitter.ts';
import { isWellFormedCheck, rewriteOf, utf8BytesMax, utf8Length } from './text.ts';
import {
  checkDefinitionOf,
  checksOf,
  definitionOf,
  type Check,
  type Schema,
} from './schema-node.ts';
import { zodCheck } from './zod-trip.ts';

/** Formats whose only test is their pattern. */
const patternFormats = new Set(['regex', 'datetime', 'date', 'uuid', 'email']);

/** The condition under which the check refuses, or undefined for a check that only zod knows. */
function refusal(emitter: Emitter, kind: string, check: Check, x: string): string | undefined {
  const rule = checkDefinitionOf(check);
  if (rule.when && rule.check !== 'max_length' && rule.check !== 'min_length') return undefined;
  if (isWellFormedCheck(check)) return `!${x}.isWellFormed() || ${x}.indexOf('\\0') >= 0`;
  const bytesMax = utf8BytesMax(check);
  if (bytesMax !== undefined)
    return `${x}.length * 3 > ${bytesMax} && ${emitter.hoist(utf8Length)}(${x}) > ${bytesMax}`;
  const points = () => `${emitter.hoist(z.core.util.codePointLength)}(${x})`;
  switch (rule.check) {
    case 'string_format': {
      if (!('pattern' in rule) || !rule.pattern || 'fn' in rule) return undefined;
      if (rule.pattern.global || rule.pattern.sticky) return undefined;
      return patternFormats.has(rule.format)
        ? `!${emitter.hoist(rule.pattern)}.test(${x})`
        : undefined;
    }
    case 'max_length': {
      const isOver = `${x}.length > ${rule.maximum}`;
      return kind === 'string' ? `${isOver} && ${points()} > ${rule.maximum}` : isOver;
    }
    case 'min_length': {
      const isUnder = `${x}.length < ${rule.minimum}`;
      if (kind !== 'string') return isUnder;
      const isDoubtful = `${x}.length < ${2 * rule.minimum}`;
      return `${isUnder} || ${isDoubtful} && ${points()} < ${rule.minimum}`;
    }
    case 'number_format':
      return rule.format === 'safeint' ? `!Number.isSafeInteger(${x})` : undefined;
    case 'greater_than':
      return bounded(emitter, x, rule.inclusive ? '<' : '<=', rule.value);
    case 'less_than':
      return bounded(emitter, x, rule.inclusive ? '>' : '>=', rule.value);
    default:
      return undefined;
  }
}

function bounded(emitter: Emitter, x: string, operator: string, limit: z.core.util.Numeric) {
  if (limit instanceof Date) return `${x}.getTime() ${operator} ${limit.getTime()}`;
  return `${x} ${operator} ${emitter.hoist(limit)}`;
}

/** Checks of a value that has no parts. One that rewrites the value sends it to zod, unless it only
 * brings a text into its canonical form: that is the same in both directions. */
export function leafChecks(emitter: Emitter, schema: Schema, x: string): string {
  const { type } = definitionOf(schema);
  let kept = x;
  let canonical = x;
  for (const check of checksOf(schema)) {
    const rewrite = kept === canonical ? rewriteOf(check) : undefined;
    const condition = rewrite ? undefined : refusal(emitter, type, check, kept);
    if (rewrite) kept = canonical = emitter.bind(`${emitter.hoist(rewrite)}(${kept})`);
    else if (condition) emitter.reject(condition);
    else kept = emitter.attempt(`${emitter.hoist(zodCheck)}(${emitter.hoist(check)}, ${kept})`);
  }
  if (kept === canonical) return kept;
  return emitter.attempt(`${kept} === ${canonical} ? ${kept} : ${emitter.zodCall(schema, x)}`);
}

/** Checks of a value that was rebuilt from `x` as `out`. They see values, never wire forms: what
 * they see is `x` when it is encoded, `out` when it is decoded, and both in a copy. */
export function compositeChecks(emitter: Emitter, schema: Schema, x: string, out: string): string {
  const { type } = definitionOf(schema);
  const { mode } = emitter;
  const views = mode === 'copy' ? [x, out] : [mode === 'encode' ? x : out];
  const rewritten: string[] = [];
  for (const check of checksOf(schema)) {
    const condition = refusal(emitter, type, check, views[0] ?? out);
    if (condition) {
      emitter.reject(condition);
      continue;
    }
    for (const view of views) {
      const call = `${emitter.hoist(zodCheck)}(${emitter.hoist(check)}, ${view})`;
      rewritten.push(`${emitter.attempt(call)} !== ${view}`);
    }
  }
  if (!rewritten.length) return out;
  const isRewritten = rewritten.join(' || ');
  return emitter.attempt(`${isRewritten} ? ${emitter.zodCall(schema, x)} : ${out}`);
}

/** Refuses a list that is too long before any of its items is read. */
export function lengthLimit(emitter: Emitter, schema: Schema, x: string): void {
  for (const check of checksOf(schema)) {
    const rule = checkDefinitionOf(check);
    if (rule.check === 'max_length') emitter.reject(`${x}.length > ${rule.maximum}`);
  }
}

/** Whether every check is one that is generated, and so can neither rewrite nor look elsewhere. */
export function hasOnlyPlainChecks(emitter: Emitter, schema: Schema): boolean {
  const { type } = definitionOf(schema);
  return checksOf(schema).every((check) => refusal(emitter, type, check, 'x') !== undefined);
}
