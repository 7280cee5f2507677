// Finds nats-server, for whoever starts or tests: named, on the path, in our cache, else Debian's
// package unpacked into the cache; no root needed.
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'morrow/nats-server');
const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** `{ server }` with its path, or `{ reason }`: a sentence that names what would bring it.
 * NATS_SKIP_REASON is the answer where somebody has looked before in vain. */
export function findNatsServer(say) {
  const { NATS_SERVER: named, NATS_SKIP_REASON: before } = process.env;
  if (named)
    return isProgram(named)
      ? { server: named }
      : { reason: `NATS_SERVER names ${named}, which cannot be run.` };
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const cached = join(cache, 'usr/sbin/nats-server');
  for (const file of [...folders.map((folder) => join(folder, 'nats-server')), cached])
    if (isProgram(file)) return { server: file };
  if (before) return { reason: before };
  if (process.platform !== 'linux' || !has('apt-get') || !has('dpkg-deb'))
    return { reason: 'There is no nats-server on the path: install nats-server 2.9 or newer.' };
  const fetched = fetchPackage(say);
  if (fetched) return { server: cached };
  return {
    reason: 'There is no nats-server and Debian cannot be reached: apt-get install nats-server.',
  };
}

/** Prints the path of the server, for a shell; where there is none, the reason as an error. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { server, reason } = findNatsServer(() => undefined);
  if (server) process.stdout.write(server);
  else process.stderr.write(`${reason}\n`);
}

/** Debian's package without root; where the package lists are empty, lists of our own are read. */
function fetchPackage(say) {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-nats-'));
  const run = (command, args) =>
    spawnSync(command, args, {
      cwd: folder,
      timeout: 90_000,
      env: { ...process.env, LC_ALL: 'C' },
    });
  const asUser = ['-q', '-o', 'APT::Sandbox::User=root'];
  try {
    if (run('apt-get', ['download', ...asUser, 'nats-server']).status !== 0) {
      say("reading Debian's package lists");
      for (const name of ['lists/partial', 'cache/archives/partial'])
        mkdirSync(join(folder, name), { recursive: true });
      const folders = [`Dir::State::lists=${folder}/lists`, `Dir::Cache=${folder}/cache`];
      const options = [...folders, 'Acquire::Languages=none'].flatMap((each) => ['-o', each]);
      const own = [...asUser, ...options];
      run('apt-get', ['update', ...own]);
      run('apt-get', ['download', ...own, 'nats-server']);
    }
    const deb = readdirSync(folder).find((name) => name.endsWith('.deb'));
    if (!deb) return false;
    const unpacked = `${cache}.${process.pid}`;
    mkdirSync(dirname(cache), { recursive: true });
    if (run('dpkg-deb', ['-x', deb, unpacked]).status !== 0) return false;
    rmSync(cache, { recursive: true, force: true });
    renameSync(unpacked, cache);
    say(`fetched ${deb}`);
    return true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
