/** Bounds of a text schema: whether PostgreSQL can store it, and its length in JSON. */
import { jsonBytesMax } from './json-text.ts';
import { bytesPerCharacter, isPlainPattern } from './plain-pattern.ts';
import { checkDefinitionOf, checksOf, type Schema } from './schema-node.ts';
import { isCodePattern } from './code.ts';
import { isWellFormedCheck, rewriteOf, utf8BytesMax } from './text.ts';

/** Longest text of the formats that have one, in characters, all of them printable ASCII. */
const formatLengths: Readonly<Record<string, number>> = {
  uuid: 36,
  guid: 36,
  date: 10,
  ulid: 26,
  ksuid: 27,
  xid: 20,
  ipv4: 15,
  ipv6: 45,
  e164: 16,
  iban: 34,
};
/** Formats made of printable ASCII without quotes and backslashes, of any length. */
const plainFormats = new Set(['datetime', 'time', 'duration', 'base64url', 'cuid2', 'nanoid']);

/** A code point in JSON: six bytes for an escaped control character, four or fewer otherwise. */
const escapedBytes = 6;

interface StringBounds {
  /** Neither NUL nor a lone surrogate passes. */
  readonly isStorable: boolean;
  /** Bytes in JSON, quotes included; Infinity where nothing limits the length. */
  readonly bytesMax: number;
}

export function stringBounds(schema: Schema): StringBounds {
  let isStorable = false;
  let length = Infinity;
  let width = escapedBytes;
  let bytes = Infinity;
  let utf8 = Infinity;
  let isUnescaped = false;
  for (const check of checksOf(schema)) {
    const rule = checkDefinitionOf(check);
    if (isWellFormedCheck(check)) isStorable = true;
    bytes = Math.min(bytes, jsonBytesMax(check) ?? Infinity);
    utf8 = Math.min(utf8, utf8BytesMax(check) ?? Infinity);
    if (rule.check === 'max_length') length = Math.min(length, rule.maximum);
    if (rule.check === 'length_equals') length = Math.min(length, rule.length);
    // its canonical form comes before the checks that bound a text, or keeps its length
    if (rewriteOf(check)) continue;
    if (rule.check === 'overwrite') return { isStorable: false, bytesMax: Infinity };
    if (rule.check !== 'string_format') continue;
    const known = formatLengths[rule.format];
    const isPlainFormat = known !== undefined || plainFormats.has(rule.format);
    if (isPlainFormat && !('fn' in rule)) {
      isStorable = true;
      length = Math.min(length, known ?? Infinity);
      width = 1;
    } else if (rule.pattern && isCodePattern(rule.pattern)) {
      isStorable = true;
      width = Math.min(width, 4);
      isUnescaped = true;
    } else if (rule.pattern && isPlainPattern(rule.pattern)) {
      isStorable = true;
      width = Math.min(width, bytesPerCharacter(rule.pattern));
    }
  }
  const inUtf8 = utf8 * (isUnescaped ? 1 : escapedBytes);
  return { isStorable, bytesMax: Math.min(bytes, 2 + inUtf8, 2 + length * width) };
}
