/** Text that JSON and PostgreSQL both keep: well-formed Unicode without NUL, of a stated length. */
import { z } from 'zod';
import type { Check } from './schema-node.ts';

/** Marks the check, so that another copy of this file in a second bundle recognises it too. */
const mark = 'well-formed text';
const bytesMark = 'bytes of UTF-8';

/** No lone surrogate, which UTF-8 cannot hold, and no NUL, which PostgreSQL refuses. */
export const isWellFormedText = (text: string): boolean =>
  text.isWellFormed() && !text.includes('\0');

export const wellFormed = z.refine<string>(isWellFormedText, {
  error: 'Text must be well-formed Unicode without NUL',
  params: { mark },
});

const paramsOf = (check: Check): Readonly<Record<string, unknown>> | undefined => {
  const { def } = check._zod;
  return ('params' in def ? def.params : undefined) as Record<string, unknown> | undefined;
};

export const isWellFormedCheck = (check: Check): boolean => paramsOf(check)?.['mark'] === mark;

/** Every character below this one composes with no other. */
const mayCompose = /[\u0300-\uffff]/;

/** Marks a function that brings a text into its canonical form: applied twice, it changes nothing
 * more, and it admits every text. */
const canonical = Symbol.for('morrow.canonicalForm');
type Rewrite = (text: string) => string;

/** The text in Unicode's NFC, so that equal texts are equal bytes (UAX #15). */
export const composedText: Rewrite = Object.assign(
  (text: string) => (mayCompose.test(text) ? text.normalize('NFC') : text),
  { [canonical]: true },
);

/** A check that brings a text into NFC, in every direction. */
export const composed = z.overwrite<string>(composedText);
/** A check that brings a text of ASCII into lower case, in every direction. */
export const lowered = z.overwrite<string>(
  Object.assign((text: string) => text.toLowerCase(), { [canonical]: true }),
);

const isRewrite = (value: unknown): value is Rewrite =>
  typeof value === 'function' && canonical in value;

/** The canonical form that a check brings a text into, where it is one of ours. */
export function rewriteOf(check: Check): Rewrite | undefined {
  const { def } = check._zod;
  const rewrite = 'tx' in def ? def.tx : undefined;
  return isRewrite(rewrite) ? rewrite : undefined;
}

/** How many bytes the text takes in UTF-8, half characters aside. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}

/** Refuses a text of more bytes in UTF-8. */
export const utf8Max = (bytesMax: number) =>
  z.refine<string>((text) => utf8Length(text) <= bytesMax, {
    error: `The text takes more than ${bytesMax} bytes in UTF-8`,
    params: { mark: bytesMark, bytesMax },
  });

/** The most bytes that the check admits, where it is one of `utf8Max`. */
export function utf8BytesMax(check: Check): number | undefined {
  const params = paramsOf(check);
  return params?.['mark'] === bytesMark ? Number(params['bytesMax']) : undefined;
}

/** Text of at most so many code points in NFC, whatever their bytes. */
export const Text = (codePointsMax: number): z.ZodString =>
  z.string().check(composed).max(codePointsMax).check(wellFormed);
