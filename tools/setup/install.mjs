// Installs the packages when they are not those of the lock file, Node 24 among them.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localNode, modules, root } from './checkout.mjs';
import { fail, reportProgress, say, since } from './say.mjs';
import { holdLock, noteChild } from './setup-lock.mjs';

const stampFile = join(modules, '.setup-stamp');

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/** Folders of all packages of the workspace. */
export function packageFolders() {
  const { workspaces } = JSON.parse(read(join(root, 'package.json')));
  return workspaces
    .map((pattern) => pattern.replace('/*', ''))
    .filter((group) => existsSync(join(root, group)))
    .flatMap((group) =>
      readdirSync(join(root, group))
        .sort()
        .map((name) => `${group}/${name}`),
    )
    .filter((folder) => existsSync(join(root, folder, 'package.json')));
}

function wanted() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`);
  const manifests = packageFolders().map((folder) => `${folder}/package.json`);
  for (const file of ['package.json', 'package-lock.json', ...manifests])
    hash.update(file).update(read(join(root, file)));
  return hash.digest('hex');
}
/** What is installed, as one word. */
export const installed = () => read(stampFile);
/** Whether what is installed is what the package files want. */
export const isInstalled = () => installed() === wanted() && existsSync(localNode);
/** Notes that it is, for who has just made it so. */
export const noteInstalled = () => writeFileSync(stampFile, wanted());

const reasons = [
  [/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET/, 'The npm registry cannot be reached. Check the network and `npm config get registry`.'],
  [/SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|certificate/i, 'The certificate of the npm registry is not trusted. Run `npm config set cafile FILE`, or set NODE_EXTRA_CA_CERTS.'],
  [/ENOSPC/, 'The disk is full. The packages need about half a gigabyte.'],
  [/EACCES|EPERM|EROFS/, 'npm may not write here. Check who owns the checkout and ~/.npm.'],
  [/EUSAGE|in sync/, 'package-lock.json does not match package.json. Run `npm install` and commit the lock file.'],
]; // prettier-ignore

/** npm that started us, by its own Node; its settings for the outer call are taken out. */
function runNpm(args) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^npm_(package_|lifecycle_|config_(local_prefix|workspace|workspaces|global|dry_run))/i.test(
          name,
        ),
    ),
  );
  const cli = process.env.npm_execpath;
  const [command, argv] = cli
    ? [process.env.npm_node_execpath ?? process.execPath, [cli, ...args]]
    : ['npm', args];
  const child = spawn(command, argv, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid) noteChild(child.pid);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (output += chunk));
  child.on('error', (error) => (output += error));
  return new Promise((done) => child.on('close', (code) => done({ code, output })));
}

/** Packages at the top of a folder such as node_modules, those of a scope each. */
function packagesIn(folder) {
  if (!existsSync(folder)) return 0;
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  const inScope = (name) => (name.startsWith('@') ? readdirSync(join(folder, name)).length : 1);
  return names.reduce((sum, name) => sum + inScope(name), 0);
}
/** How far npm is: it removes what is there, downloads, and unpacks. */
function installProgress(total) {
  let unpacked = 0;
  try {
    unpacked = packagesIn(modules);
  } catch {
    // npm has just moved a folder away
  }
  return unpacked
    ? `installing packages: ${unpacked} of about ${total} folders are there`
    : 'npm is downloading packages';
}
/** Packages at the top of node_modules that the lock file lists. */
const wantedPackages = () =>
  Object.keys(JSON.parse(read(join(root, 'package-lock.json'))).packages).filter((path) =>
    /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path),
  ).length;

/** Makes node_modules what the lock file says; does nothing where it is. */
export async function install() {
  if (isInstalled()) return;
  holdLock();
  if (isInstalled()) return;
  const start = Date.now();
  say('installing packages; the first time this takes a minute or two');
  const total = wantedPackages();
  const stopReporting = reportProgress(start, () => installProgress(total));
  const { code, output } = await runNpm([
    'ci', '--include=dev', '--include=optional', '--ignore-scripts=false', '--no-audit', '--no-fund', '--loglevel=warn',
  ]); // prettier-ignore
  stopReporting();
  const log = join(root, '.setup-install.log');
  writeFileSync(log, output);
  if (code !== 0) {
    const known = reasons.find(([pattern]) => pattern.test(output))?.[1] ?? 'npm ci failed.';
    const lines = output.split('\n').filter((line) => /npm (error|ERR!)/.test(line));
    fail([`${known} (log: ${log})`, ...lines.slice(0, 4)].join('\n  '));
  }
  if (!existsSync(localNode))
    fail(
      'npm did not put Node 24 into node_modules, because its install script was blocked. ' +
        'See allow-scripts in `npm config ls`.',
    );
  noteInstalled();
  say(`packages installed in ${since(start)}`);
}
