/** Tells which patterns match neither NUL nor a lone surrogate, and how wide JSON is. */

/** Anchored at both ends, and made of listed characters only: no dot, no negation, no escape that
 * reaches beyond ASCII. Says no in doubt. */
export function isPlainPattern(pattern: RegExp): boolean {
  const { source, flags } = pattern;
  if (/[ms]/.test(flags) || !source.startsWith('^') || !source.endsWith('$')) return false;
  if (hasTopLevelAlternative(source)) return false;
  const bare = source.replace(/\\[-./+*?()[\]{}|^$\\]/g, '_');
  if (/\\[^dwbsntr]/.test(bare) || bare.includes('[^')) return false;
  const outsideClasses = bare.replace(/\[[^\]]*\]/g, '_');
  return !outsideClasses.includes('.') && isAscii(source);
}

/** Bytes of JSON that one character of a plain pattern takes at most: 2 where it may need a
 * backslash, 6 where white space takes in characters beyond ASCII or without a short escape. */
export const bytesPerCharacter = (pattern: RegExp): number =>
  /\\s/.test(pattern.source) || /[ui]/.test(pattern.flags) ? 6 : 2;

const isAscii = (source: string) => [...source].every((char) => char >= ' ' && char <= '~');

/** `^a|b$` anchors each branch at one end only. */
function hasTopLevelAlternative(source: string): boolean {
  let depth = 0;
  for (const char of source.replace(/\\./g, '').replace(/\[[^\]]*\]/g, '')) {
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if (char === '|' && depth === 0) return true;
  }
  return false;
}
