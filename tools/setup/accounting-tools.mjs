// Finds hledger and beancount, for the tests that hand them the journal: on the path, else Debian's
// packages unpacked into the cache; no root needed. Prints JSON: a command by the name of the tool.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'morrow/accounting');
const packages = [
  ...['hledger', 'beancount', 'python3-beancount', 'python3-dateutil', 'python3-six'],
  ...['python3-ply', 'python3-bottle'],
];
const works = (command, args, env = {}) =>
  spawnSync(command, args, { env: { ...process.env, ...env } }).status === 0;

/** Debian's packages without root, in a folder of their own until they are whole. */
function fetchPackages() {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-accounting-'));
  const run = (command, args) =>
    spawnSync(command, args, {
      cwd: folder,
      timeout: 90_000,
      env: { ...process.env, LC_ALL: 'C' },
    });
  try {
    run('apt-get', ['download', '-q', '-o', 'APT::Sandbox::User=root', ...packages]);
    const found = readdirSync(folder).filter((name) => name.endsWith('.deb'));
    if (found.length < packages.length) return;
    const unpacked = `${cache}.${process.pid}`;
    mkdirSync(dirname(cache), { recursive: true });
    for (const deb of found) if (run('dpkg-deb', ['-x', deb, unpacked]).status !== 0) return;
    rmSync(cache, { recursive: true, force: true });
    renameSync(unpacked, cache);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const python = '/usr/bin/python3';
const modules = join(cache, 'usr/lib/python3/dist-packages');
function find() {
  const cached = join(cache, 'usr/bin');
  const hledger = ['hledger', join(cached, 'hledger')].find((file) => works(file, ['--version']));
  const onPath = works('bean-check', ['--version']) && works('python3', ['-c', 'import beancount']);
  const env = { PYTHONPATH: modules };
  const beancount = onPath
    ? { python: 'python3', env: {} }
    : existsSync(modules) && works(python, ['-c', 'import beancount.loader'], env)
      ? { python, env }
      : undefined;
  return { hledger, beancount };
}

let found = find();
if (!found.hledger || !found.beancount) {
  fetchPackages();
  found = find();
}
process.stdout.write(JSON.stringify(found));
