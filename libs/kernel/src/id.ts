/** Identifiers: UUID version 7, branded by noun, ordered by the time they were made (RFC 9562
 * §5.7). */
import { invariant } from './invariant.ts';

/** An identifier of one kind of thing: `Id<'order'>` is not an `Id<'item'>`. */
export type Id<Noun extends string> = string & { readonly __id: Noun };

/** Where new identifiers come from; a test gives a counted one. */
export interface Ids {
  next(): string;
}

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Builds a UUIDv7 from milliseconds since 1970 and 10 random bytes. */
export function uuidv7(atMs: number, random: Uint8Array): string {
  invariant(random.length >= 10, 'A UUIDv7 takes ten random bytes');
  const time = atMs.toString(16).padStart(12, '0');
  const byte = (at: number) => hex[random[at] ?? 0] ?? '00';
  const version = hex[((random[0] ?? 0) & 0x0f) | 0x70] ?? '70';
  const variant = hex[((random[2] ?? 0) & 0x3f) | 0x80] ?? '80';
  const head = `${time.slice(0, 8)}-${time.slice(8)}-${version}${byte(1)}-${variant}${byte(3)}`;
  return `${head}-${byte(4)}${byte(5)}${byte(6)}${byte(7)}${byte(8)}${byte(9)}`;
}

/** The moment at which a UUIDv7 was made. */
export const madeAt = (id: string): Date =>
  new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Whether the text is a UUID in its canonical lower-case form. */
export const isUuid = (text: string): boolean => uuid.test(text);
