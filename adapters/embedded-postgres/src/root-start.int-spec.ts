// What happens when root starts Morrow: PostgreSQL runs as somebody else, wherever the data is.
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { chooseHome } from './data-home.ts';
import { installedNative, nativeBinaries } from './native-binaries.ts';
import { startPostgres } from './start-postgres.ts';
import { mayEnter, namespaceUser, ownUser, runsAsRoot, unprivilegedAccount } from './who-runs.ts';

const isRoot = runsAsRoot();
const inNamespace = isRoot ? namespaceUser() : undefined;
const why = isRoot ? '' : ' (skipped: the tests do not run as root)';
const noNamespaces = { namespaceUser: () => undefined };

describe.skipIf(isRoot)(
  `an ordinary user${isRoot ? ' (skipped: the tests run as root)' : ''}`,
  () => {
    it('runs PostgreSQL itself', () => {
      const directory = join(openFolder(), 'postgres');
      expect(chooseHome(directory)).toEqual({ directory, user: ownUser() });
    });
  },
);

describe.skipIf(!isRoot)(`root${why}`, () => {
  it('lets an account without rights serve a folder that it can reach', () => {
    const directory = join(openFolder(), 'postgres');
    expect(chooseHome(directory)).toEqual({ directory, user: unprivilegedAccount() });
  });

  it('keeps to the owner of data that exists', () => {
    const directory = join(openFolder(), 'postgres');
    const { user } = chooseHome(directory);
    mkdirSync(directory);
    chownSync(directory, 1, 1);
    expect(chooseHome(directory).user).toMatchObject({ spawnAs: { uid: 1 } });
    expect(user.spawnAs?.uid).not.toBe(1);
  });

  it('goes to the system folder where its account cannot enter, and finds the data again', () => {
    const fallbackRoot = join(openFolder(), 'system');
    const directory = join(closedFolder(), 'postgres');
    const rules = { ...noNamespaces, fallbackRoot };
    const home = chooseHome(directory, rules);
    expect(dirname(dirname(home.directory))).toBe(fallbackRoot);
    expect(home.note).toBe(
      `The user that runs PostgreSQL for root cannot enter ${dirname(directory)}: ` +
        `the data is in ${home.directory}.`,
    );
    expect(chooseHome(directory, rules)).toEqual(home);
  });

  it('says what to do with data of its own where there are no user namespaces', () => {
    const directory = join(closedFolder(), 'postgres');
    mkdirSync(directory);
    writeFileSync(join(directory, 'PG_VERSION'), '18\n');
    expect(() => chooseHome(directory, { ...noNamespaces, fallbackRoot: '/nowhere' })).toThrow(
      `The data in ${directory} is owned by root, as whom PostgreSQL refuses to run: ` +
        'give it to another user (chown -R), then start again.',
    );
  });

  it('copies the binaries where its account can run them', () => {
    const account = unprivilegedAccount() ?? ownUser();
    const closed = join(closedFolder(), 'package');
    cpSync(join(installedNative(), '..'), closed, { recursive: true, verbatimSymlinks: true });
    const cache = join(openFolder(), 'cache');
    const { postgres, initdb } = nativeBinaries(account, {
      native: join(closed, 'native'),
      cache,
    });
    expect(postgres.startsWith(cache)).toBe(true);
    expect([mayEnter(account, postgres), mayEnter(account, initdb)]).toEqual([true, true]);
  });
});

describe.skipIf(!inNamespace)('root, with user namespaces', () => {
  it('serves a folder below one that is closed to all others, as its own files', async () => {
    const directory = join(closedFolder(), 'postgres');
    const server = await startPostgres({
      directory,
      noSync: true,
      settings: { shared_buffers: '16MB' },
    });
    onTestFinished(() => server.stop());
    expect(statSync(directory).uid).toBe(0);
    await server.stop();
    expect(existsSync(join(directory, 'postmaster.pid'))).toBe(false);
  });
});

function closedFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-root-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));
  return folder;
}

function openFolder(): string {
  const folder = closedFolder();
  chmodSync(folder, 0o755);
  return folder;
}
