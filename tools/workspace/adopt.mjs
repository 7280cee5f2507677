// Takes new packages of the workspace in: writes what follows from them, links them in node_modules
// and notes that nothing from npm has changed, so that no test waits for an installation.
// Plain JavaScript, no packages, like the set-up that it shares its folders with.
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { modules, root } from '../setup/checkout.mjs';
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

const wasInstalled = isInstalled();
await import('./sync.mjs');
packageFolders().forEach(link);
if (wasInstalled && existsSync(modules)) noteInstalled();
