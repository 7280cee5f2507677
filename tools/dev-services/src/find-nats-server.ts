// Finds the nats-server program for tests, or fetches it from the Debian archive without root.
import { execFile } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

export type FoundNatsServer =
  | { readonly program: string }
  /** Why there is none, to print where tests are skipped. */
  | { readonly missing: string };

const run = promisify(execFile);
const fetchWithinMs = 60_000;

/**
 * Looks at $NATS_SERVER, the PATH, the system folders and our cache, then asks apt. Set
 * NATS_SKIP_REASON where somebody has looked before.
 */
export async function findNatsServer(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<FoundNatsServer> {
  const named = env['NATS_SERVER'];
  if (named)
    return isProgram(named)
      ? { program: named }
      : { missing: `NATS_SERVER names ${named}, which cannot be run` };
  const cached = join(env['HOME'] ?? homedir(), '.cache/morrow/nats-server/usr/sbin/nats-server');
  const folders = [...(env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const found = [...folders.map((folder) => join(folder, 'nats-server')), cached].find(isProgram);
  if (found) return { program: found };
  const reason = env['NATS_SKIP_REASON'];
  return reason ? { missing: reason } : fetchInto(cached);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

async function fetchInto(cached: string): Promise<FoundNatsServer> {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get'))
    return { missing: 'nats-server is not installed; put it on the PATH or set NATS_SERVER' };
  mkdirSync(dirname(cached), { recursive: true });
  const folder = await mkdtemp(`${cached}.`);
  try {
    await download(folder);
    const archive = readdirSync(folder).find((name) => name.endsWith('.deb')) ?? 'nothing.deb';
    await run('dpkg-deb', ['-x', join(folder, archive), join(folder, 'files')]);
    const places = ['usr/sbin', 'usr/bin'].map((it) => join(folder, 'files', it, 'nats-server'));
    renameSync(places.find(isProgram) ?? join(folder, 'nats-server'), cached);
    return { program: cached };
  } catch {
    return { missing: 'nats-server is neither installed nor to be had from the package archive' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** With the system's package lists, else with lists of our own: images often have none. */
async function download(folder: string): Promise<void> {
  const options = { cwd: folder, timeout: fetchWithinMs };
  const own = ['-o', 'APT::Sandbox::User=root'];
  try {
    await run('apt-get', [...own, 'download', 'nats-server'], options);
  } catch {
    mkdirSync(join(folder, 'lists/partial'), { recursive: true });
    mkdirSync(join(folder, 'cache/archives/partial'), { recursive: true });
    own.push('-o', `Dir::State::lists=${folder}/lists`, '-o', `Dir::Cache=${folder}/cache`);
    await run('apt-get', [...own, '-o', 'Acquire::Languages=none', 'update'], options);
    await run('apt-get', [...own, 'download', 'nats-server'], options);
  }
}
