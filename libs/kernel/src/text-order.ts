/** The order of texts by code point: that of PostgreSQL's C collation, the same in every process.
 * JavaScript's `<` differs where a character beyond U+FFFF meets one from U+E000 to U+FFFF. */

const surrogateMin = 0xd800;

/** The place of a UTF-16 unit among code points: surrogates stand for what comes last. */
const rank = (unit: number): number => {
  if (unit < surrogateMin) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
};

/** Below zero where the first text comes first, zero for equal texts. */
export function textOrder(one: string, other: string): number {
  const shared = Math.min(one.length, other.length);
  for (let at = 0; at < shared; at++) {
    const a = one.charCodeAt(at);
    const b = other.charCodeAt(at);
    if (a !== b) return rank(a) - rank(b);
  }
  return one.length - other.length;
}
