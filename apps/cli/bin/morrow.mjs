#!/usr/bin/env node
// The command line's door: sets the checkout up where it is not, then runs the built program on the
// project's own Node.
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../../..');
const setUp = spawnSync(process.execPath, [join(root, 'tools/setup/ensure.mjs'), 'cli'], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
if (setUp.status !== 0) process.exit(setUp.status ?? 1);
const run = spawnSync(
  join(root, 'node_modules/.bin/node'),
  [join(here, '../dist/main.js'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    // the second start takes half as long
    env: { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled'), ...process.env },
  },
);
process.exit(run.status ?? 1);
