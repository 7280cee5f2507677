/** JSON values, their canonical text and a content hash that does not depend on key order. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** JSON with sorted keys: equal values have equal text. Keys that hold undefined are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, held]) => held !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    const fields = entries.map(([key, held]) => `${JSON.stringify(key)}:${canonicalJson(held)}`);
    return `{${fields.join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

const mask = 0xffffffffffffffffn;
/** FNV-1a, 64 bits, over UTF-16 code units of the canonical text, in 16 hex digits: tells versions
 * of data apart; it is no guard against forgery. */
export function contentHash(value: unknown): string {
  let hash = 0xcbf29ce484222325n;
  for (const char of canonicalJson(value)) {
    hash = ((hash ^ BigInt(char.codePointAt(0) ?? 0)) * 0x100000001b3n) & mask;
  }
  return hash.toString(16).padStart(16, '0');
}
