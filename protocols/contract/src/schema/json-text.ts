/** Any JSON as one text of a message: what a schema cannot say more about, bounded all the same. */
import { z } from 'zod';
import type { Check } from './schema-node.ts';
import { isWellFormedText, wellFormed } from './text.ts';

/** Marks the check, so that another copy of this file in a second bundle recognises it too. */
const mark = 'bytes of JSON';
const encoder = new TextEncoder();

/** Whether it is kept as it is: numbers are finite, texts and names well-formed without NUL, also
 * where an escape writes them. Goes through any depth. */
function isKept(parsed: unknown): boolean {
  const rest = [parsed];
  while (rest.length) {
    const value = rest.pop();
    if (typeof value === 'string' && !isWellFormedText(value)) return false;
    if (typeof value === 'number' && !Number.isFinite(value)) return false;
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value) && !Object.keys(value).every(isWellFormedText)) return false;
    for (const part of Object.values(value)) rest.push(part);
  }
  return true;
}

function isJson(text: string): boolean {
  try {
    return isKept(JSON.parse(text));
  } catch {
    return false;
  }
}

/** The most bytes that a text takes in JSON, where the check is one of `JsonText`. */
export function jsonBytesMax(check: Check): number | undefined {
  const { def } = check._zod;
  const params = ('params' in def ? def.params : undefined) as Record<string, unknown> | undefined;
  return params?.['mark'] === mark ? Number(params['bytesMax']) : undefined;
}

/** A text that is JSON and that, quoted and escaped as a text of a message, takes at most so many
 * bytes. What it says survives PostgreSQL. */
export const JsonText = (bytesMax: number): z.ZodString =>
  z
    .string()
    .max(bytesMax, { abort: true })
    .check(
      wellFormed,
      z.refine<string>((text) => encoder.encode(JSON.stringify(text)).length <= bytesMax, {
        error: `The text takes more than ${bytesMax} bytes in JSON`,
        params: { mark, bytesMax },
        abort: true,
      }),
      z.refine<string>(isJson, { error: 'Not JSON that can be stored unchanged' }),
    )
    .meta({ contentMediaType: 'application/json' });
