/** Finds a file that somebody names on the command line. */
import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkout } from './session.ts';

/** December 2010, for whoever has nothing else. */
const sample = resolve(checkout, 'deploy/samples/online-retail-2010-12.csv.gz');

/** Where a file lies that can be read, `sample` being the one that comes along; else one sentence
 * says why not. */
export function readablePath(file: string): string {
  const path = file === 'sample' ? sample : resolve(file);
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new Error(`There is no file ${path}.`);
  if (found.isDirectory()) throw new Error(`${path} is a folder: name a file in it.`);
  if (!found.isFile()) throw new Error(`${path} is read twice: save it as a file first.`);
  try {
    accessSync(path, constants.R_OK);
  } catch {
    throw new Error(`${path} may not be read by this user: check who owns it.`);
  }
  return path;
}
