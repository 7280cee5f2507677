// Finds nats-server: named, on the path, in our cache, else Debian's package unpacked into the
// cache; no root needed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'morrow/nats-server');
const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

/** `{ server }` with its path, or `{ reason }`: a sentence that names what would bring it. */
export function findNatsServer(say) {
  if (process.env.NATS_SERVER) return { server: process.env.NATS_SERVER };
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const cached = join(cache, 'usr/sbin/nats-server');
  for (const file of [...folders.map((folder) => join(folder, 'nats-server')), cached])
    if (existsSync(file)) return { server: file };
  if (process.platform !== 'linux' || !has('apt-get') || !has('dpkg-deb'))
    return { reason: 'There is no nats-server on the path: install nats-server 2.9 or newer.' };
  const fetched = fetchPackage(say);
  if (fetched) return { server: cached };
  return {
    reason: 'There is no nats-server and Debian cannot be reached: apt-get install nats-server.',
  };
}

/** Prints the path of the server that is here, for a shell; nothing where there is none. */
if (process.argv[1] === fileURLToPath(import.meta.url))
  process.stdout.write(findNatsServer(() => undefined).server ?? '');

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
      const own = [
        ...asUser,
        ...[`Dir::State::lists=${folder}/lists`, `Dir::Cache=${folder}/cache`, 'Acquire::Languages=none'].flatMap((option) => ['-o', option]),
      ]; // prettier-ignore
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
