/** Codes that people and files identify things by, and bytes as text, both bounded. */
import { z } from 'zod';

const codePattern = /^[A-Za-z0-9_.,:;|+*/#@&()' -]+$/;

/** One to so many characters of printable ASCII without quotes and backslashes. */
export const Code = (charactersMax: number): z.ZodString =>
  z
    .string()
    .max(charactersMax)
    .regex(codePattern, "Letters, digits, spaces and .,:;|+*/#@&()'_- only");

/** Bytes as base64url text (RFC 4648 §5) of at most so many characters. */
export const Base64 = (charactersMax: number): z.ZodBase64URL => z.base64url().max(charactersMax);
