/** Codes that people and files identify things by, and bytes as text, both bounded. */
import { z } from 'zod';
import { composed, composedText, utf8Length, utf8Max } from './text.ts';

/** Letters, marks and numbers of any script, and some punctuation. Invisible characters (controls,
 * format and bidi characters, variation selectors, fillers) are not among them, and no code begins
 * with a mark that would join the character before it. */
const codePattern = /^(?!\p{M})(?:(?!\p{DI})[\p{L}\p{M}\p{N}_.,:;|+*/#@&()' -])+$/u;

/** What a person reads of a text that is no code. */
export const codeMessage = "Only letters, digits, spaces and .,:;|+*/#@&()'_- are allowed";

/** Whether the pattern is that of a code, also one of another copy of this file. */
export const isCodePattern = ({ source, flags }: RegExp): boolean =>
  source === codePattern.source && flags === codePattern.flags;

/** One to so many characters of any script without quotes and backslashes, of at most twice as many
 * bytes in UTF-8. Its canonical form is Unicode's NFC: `KÄSE` is one code, however it was typed. */
export const Code = (charactersMax: number): z.ZodString =>
  z
    .string()
    .check(composed)
    .max(charactersMax)
    .regex(codePattern, codeMessage)
    .check(utf8Max(2 * charactersMax));

const other = /(?=\p{DI})[^]|[^\p{L}\p{M}\p{N}_.,:;|+*/#@&()' -]/gu;

/** A code of at most so many characters made of any text: spaces stand for what no code holds, and
 * what is too long is cut. Empty where nothing is left. */
export function codeFrom(text: string, charactersMax: number): string {
  let code = '';
  const kept = composedText(text)
    .replace(other, ' ')
    .replace(/^[\p{M}\s]+/u, '');
  for (const char of [...kept].slice(0, charactersMax)) {
    if (utf8Length(code + char) > 2 * charactersMax) break;
    code += char;
  }
  return code.trim();
}

/** Bytes as base64url text (RFC 4648 §5) of at most so many characters. */
export const Base64 = (charactersMax: number): z.ZodBase64URL => z.base64url().max(charactersMax);
