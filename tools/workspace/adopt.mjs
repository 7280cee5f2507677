// Takes new packages of the workspace in: writes what follows from them and links them in
// node_modules. `--check` only asks, before there are new ones, whether all is installed; where it
// was, `--installed` notes afterwards that it still is, so that nothing waits for npm.
// Plain JavaScript, no packages, like the set-up that it shares its folders with.
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { localNode, modules, root } from '../setup/checkout.mjs';
import { isInstalled, noteInstalled, packageFolders } from '../setup/install.mjs';

/** Links a package under its name, as `npm install` would. Leaves alone what is there. */
function link(folder) {
  const { name } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const place = join(modules, name);
  if (lstatSync(place, { throwIfNoEntry: false })) return;
  mkdirSync(dirname(place), { recursive: true });
  const target = relative(dirname(place), join(root, folder));
  symlinkSync(target, place, process.platform === 'win32' ? 'junction' : 'dir');
}

if (process.argv.includes('--check')) process.exit(isInstalled() ? 0 : 1);
await import('./sync.mjs');
packageFolders().forEach(link);
const catalog = join(root, 'tools/catalog/src/main.ts');
if (existsSync(catalog))
  execFileSync(localNode, ['--conditions=@morrow/source', catalog], { stdio: 'inherit' });
if (process.argv.includes('--installed')) noteInstalled();
