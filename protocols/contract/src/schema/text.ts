/** Text that JSON and PostgreSQL both keep: well-formed Unicode without NUL, of a stated length. */
import { z } from 'zod';
import type { Check } from './schema-node.ts';

/** Marks the check, so that another copy of this file in a second bundle recognises it too. */
const mark = 'well-formed text';

/** No lone surrogate, which UTF-8 cannot hold, and no NUL, which PostgreSQL refuses. */
export const isWellFormedText = (text: string): boolean =>
  text.isWellFormed() && !text.includes('\0');

export const wellFormed = z.refine<string>(isWellFormedText, {
  error: 'Text must be well-formed Unicode without NUL',
  params: { mark },
});

export const isWellFormedCheck = (check: Check): boolean => {
  const { def } = check._zod;
  const params = 'params' in def ? def.params : undefined;
  return typeof params === 'object' && params !== null && 'mark' in params && params.mark === mark;
};

/** Text of at most so many code points, whatever their bytes. */
export const Text = (codePointsMax: number): z.ZodString =>
  z.string().max(codePointsMax).check(wellFormed);
