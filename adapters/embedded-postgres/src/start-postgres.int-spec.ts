// The rules of the supervisor, against the real binaries and as whoever runs the tests.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { afterAll, expect, it, onTestFinished, vi } from 'vitest';
import { isAlive } from './postmaster-file.ts';
import { startPostgres, type EmbeddedPostgres } from './start-postgres.ts';

const settings = { shared_buffers: '16MB', fsync: 'off' };

it('creates the data on the first start and finds it again on the second', async () => {
  const directory = freshDirectory();
  const first = await serve(directory);
  await query(first, 'create table kept as select 42 as answer');
  await first.stop();
  expect(existsSync(join(directory, 'postmaster.pid'))).toBe(false);
  const second = await serve(directory);
  expect(await query(second, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

it('speaks UTF-8 with checksums, to its own user only, over the socket only', async () => {
  const facts = await query(
    await serve(freshDirectory()),
    `select current_setting('server_encoding') as encoding,
            current_setting('data_checksums') as checksums,
            current_setting('listen_addresses') as addresses,
            current_setting('max_connections') as connections,
            current_setting('synchronous_commit') as commits,
            upper('äß') as upper, current_user as name`,
  );
  expect(facts).toEqual([
    {
      encoding: 'UTF8',
      checksums: 'on',
      addresses: '',
      connections: '200',
      commits: 'on',
      upper: 'Äß',
      name: 'morrow',
    },
  ]);
});

it('starts once when two start at the same moment', async () => {
  const directory = freshDirectory();
  const [one, other] = await Promise.all([serve(directory), serve(directory)]);
  expect(one.pid).toBe(other.pid);
  expect([one.ownedByUs, other.ownedByUs].toSorted()).toEqual([false, true]);
});

it('leaves a server running that another process owns', async () => {
  const directory = await filledDirectory();
  const owner = await serve(directory);
  const guest = await serve(directory);
  await guest.stop();
  expect(await query(owner, 'select 1 as one')).toEqual([{ one: 1 }]);
});

it('goes down when the process that started it is killed', async () => {
  const directory = await filledDirectory();
  const { starter, pid } = await startElsewhere(directory);
  starter.kill('SIGKILL');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 15_000 });
  expect(existsSync(join(directory, 'postmaster.pid'))).toBe(false);
});

it('serves the data right after the process that started it was killed', async () => {
  const directory = await filledDirectory();
  const { starter } = await startElsewhere(directory);
  starter.kill('SIGKILL');
  const again = await serve(directory);
  await vi.waitFor(
    async () => expect(await query(again, 'select 1 as one')).toEqual([{ one: 1 }]),
    { timeout: 15_000 },
  );
});

it('starts again when the postmaster is killed', async () => {
  const server = await serve(await filledDirectory());
  await query(server, 'create table kept as select 42 as answer');
  const former = server.pid;
  const restarted = new Promise<number>((resolve) => server.onRestart(({ pid }) => resolve(pid)));
  process.kill(former, 'SIGKILL');
  const pid = await restarted;
  expect(pid).not.toBe(former);
  expect(server).toMatchObject({ pid, ownedByUs: true });
  expect(await query(server, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

it('takes over when the owner of a shared server stops it', async () => {
  const directory = await filledDirectory();
  const owner = await serve(directory);
  const guest = await serve(directory);
  const restarted = new Promise((resolve) => guest.onRestart(resolve));
  await owner.stop();
  await restarted;
  expect(guest.ownedByUs).toBe(true);
  expect(await query(guest, 'select 1 as one')).toEqual([{ one: 1 }]);
});

it('removes what an interrupted first start left', async () => {
  const directory = freshDirectory();
  const leftover = `${directory}.init-4242`;
  mkdirSync(join(leftover, 'base'), { recursive: true });
  writeFileSync(join(leftover, 'PG_VERSION'), '18\n');
  await serve(directory);
  expect(existsSync(leftover)).toBe(false);
});

it('starts although a stranger now has the number of a killed postmaster', async () => {
  const directory = await filledDirectory();
  const first = await serve(directory);
  const file = join(directory, 'postmaster.pid');
  const [, ...rest] = readFileSync(file, 'utf8').split('\n');
  await first.stop();
  const { uid, gid } = statSync(directory);
  writeFileSync(file, [process.ppid, ...rest].join('\n'), { mode: 0o600 });
  chownSync(file, uid, gid);
  expect(await query(await serve(directory), 'select 1 as one')).toEqual([{ one: 1 }]);
});

it('starts although a full disk left an empty pid file', async () => {
  const directory = await filledDirectory();
  await (await serve(directory)).stop();
  writeFileSync(join(directory, 'postmaster.pid'), '');
  expect(await query(await serve(directory), 'select 1 as one')).toEqual([{ one: 1 }]);
});

it('serves below a path with spaces, commas and quotes', async () => {
  const server = await serve(await filledDirectory(`it's "my", data`));
  expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
});

it('serves below a path that is too long for a socket', async () => {
  const server = await serve(await filledDirectory(join('long'.repeat(30), 'postgres')));
  expect(server.socketDirectory).toMatch(/^\/tmp\/morrow-/);
  expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
});

it('refuses the data of another major version in one sentence', async () => {
  const directory = await filledDirectory();
  await (await serve(directory)).stop();
  writeFileSync(join(directory, 'PG_VERSION'), '17\n');
  await expect(serve(directory)).rejects.toMatchObject({
    tag: 'PostgresProblem',
    message:
      `The data in ${directory} was written by PostgreSQL 17 and this release brings ` +
      'PostgreSQL 18: start the former release and export, then import here.',
  });
});

it('refuses a directory that holds something else', async () => {
  const directory = freshDirectory();
  mkdirSync(directory);
  writeFileSync(join(directory, 'letter.txt'), 'Dear all');
  await expect(serve(directory)).rejects.toMatchObject({
    message: `${directory} is not empty and holds no PostgreSQL data: name another directory.`,
  });
});

it('says in one sentence that a setting is wrong', async () => {
  const attempt = serve(freshDirectory(), { work_mem: 'plenty' });
  await expect(attempt).rejects.toMatchObject({
    message: 'One of the settings given to PostgreSQL is not valid.',
  });
});

/** A data directory as a first start leaves it. */
async function filledDirectory(name?: string): Promise<string> {
  const directory = freshDirectory(name);
  mkdirSync(dirname(directory), { recursive: true });
  execFileSync('cp', ['-a', await template, directory]);
  return directory;
}
const template = (async () => {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-pg-'));
  chmodSync(folder, 0o755);
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));
  const directory = join(folder, 'postgres');
  await (await startPostgres({ directory, settings })).stop();
  return directory;
})();

/** A data directory that does not exist yet, gone with its surroundings after the test. */
function freshDirectory(name = 'postgres'): string {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-pg-'));
  chmodSync(folder, 0o755);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));
  return join(folder, name);
}

async function serve(directory: string, more: Record<string, string> = {}) {
  const server = await startPostgres({
    directory,
    noSync: true,
    settings: { ...settings, ...more },
  });
  onTestFinished(async () => {
    const { socketDirectory } = server;
    await server.stop();
    if (socketDirectory !== directory) rmSync(socketDirectory, { recursive: true, force: true });
  });
  return server;
}

async function query(server: EmbeddedPostgres, statement: string): Promise<unknown[]> {
  const { socketDirectory: host, port, user } = server;
  const client = new Client({ host, port, user, database: 'postgres' });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Starts PostgreSQL from a process of its own, which then idles. */
async function startElsewhere(directory: string): Promise<{ starter: ChildProcess; pid: number }> {
  const supervisor = new URL('start-postgres.ts', import.meta.url).href;
  const options = JSON.stringify({ directory, noSync: true, settings });
  const script = `
    const { startPostgres } = await import(${JSON.stringify(supervisor)});
    const { pid } = await startPostgres(${options});
    console.log(pid);
    setInterval(() => undefined, 60_000);`;
  const starter = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void starter.kill('SIGKILL'));
  const pid = await new Promise<number>((resolve) =>
    starter.stdout.once('data', (text: Buffer) => resolve(Number(text.toString()))),
  );
  return { starter, pid };
}
