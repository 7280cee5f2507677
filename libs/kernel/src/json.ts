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

/** FNV-1a, 64 bits, over the code points of the canonical text, in 16 hex digits: tells versions of
 * data apart; it is no guard against forgery. */
export const contentHash = (value: unknown): string => textHash(canonicalJson(value));

/** The same of a text as it stands. The prime is 2⁴⁰ + 435: four limbs of 16 bits multiply by it in
 * small integers, for which big integers take ten times as long. */
export function textHash(text: string): string {
  let [a, b, c, d] = [0x2325, 0x8422, 0x9ce4, 0xcbf2];
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at) ?? 0;
    if (code > 0xffff) at++;
    a ^= code & 0xffff;
    b ^= code >>> 16;
    const low = a * 435;
    const next = b * 435 + (low >>> 16);
    const third = c * 435 + (a << 8) + (next >>> 16);
    d = (d * 435 + (b << 8) + (third >>> 16)) & 0xffff;
    c = third & 0xffff;
    b = next & 0xffff;
    a = low & 0xffff;
  }
  return [d, c, b, a].map((limb) => limb.toString(16).padStart(4, '0')).join('');
}
