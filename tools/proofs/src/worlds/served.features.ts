/** A server of its own for a test: booted here, or as a process that may be told to stop. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot } from '@morrow/business/parts/boot';
import { openHttp } from '@morrow/business/parts/http-shell';
import { readSettings } from '@morrow/business/parts/settings';
import { testPostgres } from '@morrow/dev-services';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import { backendProgram, fromSource } from './programs.ts';

let grounds = 0;
/** When what was opened is closed: after the test that opened it, or `afterAll` of a file. */
type AtEnd = (close: () => Promise<void> | void) => void;

/** A data folder with a tenant of its own; `statement` runs SQL in its database, `holding` in a
 * transaction that is open while something else is done. */
export async function newGround(atEnd: AtEnd = onTestFinished) {
  const { host, port, user } = await testPostgres();
  const folder = mkdtempSync(join(tmpdir(), 'morrow-served-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const tenant = `s${process.pid}x${grounds++}`;
  writeFileSync(join(folder, 'tenants.json'), JSON.stringify([tenant]));
  const DATABASE_URL = `postgres://${user}@localhost:${port}/?host=${encodeURIComponent(host)}`;
  const env = { M_DATA: folder, PORT: '0', LOG_LEVEL: 'error', DATABASE_URL };
  const connected = async <T>(run: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client({ host, port, user, database: `morrow_${tenant}` });
    await client.connect();
    return run(client).finally(() => client.end());
  };
  const statement = (text: string) => connected((client) => client.query(text));
  const holding = <T>(text: string, run: () => Promise<T>) =>
    connected(async (client) => {
      await client.query('begin');
      await client.query(text);
      return run();
    });
  return { tenant, folder, env, statement, holding };
}
export type Ground = Awaited<ReturnType<typeof newGround>>;

/** Boots in this process; `ask` is fetch for the tenant of the ground. */
export async function served(atEnd: AtEnd = onTestFinished) {
  const ground = await newGround(atEnd);
  const running = await boot(readSettings(ground.env), {});
  atEnd(() => running.stop());
  const { url, close } = await openHttp(running);
  atEnd(close);
  return { ...ground, url, running, ask: asking(url, ground.tenant) };
}

export const asking =
  (url: string, tenant: string) =>
  (path: string, { headers, ...rest }: RequestInit = {}): Promise<Response> =>
    fetch(new URL(path, url), {
      ...rest,
      headers: { 'x-tenant': tenant, ...(headers as Record<string, string>) },
    });

/** Starts the server as a process; `ended` gives its exit code. */
export async function servedApart() {
  const ground = await newGround();
  const child = spawn(process.execPath, fromSource(backendProgram), {
    env: { ...process.env, ...ground.env, M_FLEET: '1' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const url = await new Promise<string>((ready, failed) => {
    child.on('message', (message: { readonly ready: string }) => ready(message.ready));
    void ended.then((code) => failed(new Error(`the server ended with ${code}`)));
  });
  return { ...ground, url, child, ended };
}
