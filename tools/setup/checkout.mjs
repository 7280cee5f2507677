// Where the checkout is, its packages, and the Node 24 that everything but the set-up runs on.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const modules = join(root, 'node_modules');
/** Node 24, installed from the lock file. */
export const localNode = join(modules, '.bin/node');
