// One spelling for each directory, and short names made from it.
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** Absolute path without links; what does not exist yet is kept as written. */
export function canonicalPath(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    const parent = dirname(absolute);
    return parent === absolute ? absolute : join(canonicalPath(parent), basename(absolute));
  }
}

/** 16 hexadecimal digits that stand for a directory in the names of sockets and folders. */
export const directoryKey = (directory: string): string =>
  createHash('sha256').update(directory).digest('hex').slice(0, 16);
