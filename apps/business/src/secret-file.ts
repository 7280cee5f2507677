/** Secrets that a data directory holds: made once, by whichever process comes first, and read by
 * its owner alone. */
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

const isTaken = (error: unknown) => (error as { code?: string }).code === 'EEXIST';
const isGone = (error: unknown) => (error as { code?: string }).code === 'ENOENT';

/** The text of a file, trimmed. Where there is none it is made whole under another name and then
 * linked, so that processes that start together read the same. */
export function secretFile(directory: string, name: string, make: () => string): string {
  const file = join(directory, name);
  const read = () => readFileSync(file, 'utf8').trim();
  try {
    return read();
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  mkdirSync(directory, { recursive: true });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, `${make().trim()}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!isTaken(error)) throw error;
  } finally {
    rmSync(draft);
  }
  return read();
}
