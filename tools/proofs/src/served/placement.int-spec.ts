/** A process loads the files of the domains that it hosts, and of no other. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { domains } from '@morrow/business/parts/module-catalog';
import { kebabCase } from '@morrow/contract';
import { testNats, testPostgres } from '@morrow/dev-services';
import { afterAll, expect, it } from 'vitest';
import { backendProgram, fromSource } from '../worlds/programs.ts';

const nats = await testNats();
const postgres = await testPostgres();
const folder = mkdtempSync(join(tmpdir(), 'morrow-placement-'));
/** For processes that start while other tests run. */
const fleetMs = 180_000;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes down the address of every module that is loaded. */
const recorder = join(folder, 'recorder.mjs');
writeFileSync(
  recorder,
  `import { registerHooks } from 'node:module';
   import { appendFileSync } from 'node:fs';
   registerHooks({ load(url, context, next) {
     appendFileSync(process.env.LOADED, url + '\\n');
     return next(url, context);
   } });`,
);

/** Domains of which each process of a fleet has loaded a file by the time that all are ready. */
async function loadedInFleet(natsUrl: string): Promise<Record<string, readonly string[]>> {
  const home = mkdtempSync(join(folder, 'home-'));
  writeFileSync(join(home, 'tenants.json'), JSON.stringify([`p${process.pid}`]));
  const host = encodeURIComponent(postgres.host);
  const loaded = (domain: string) => join(home, `${domain}.txt`);
  const run = async (domain: string) => {
    const env = {
      ...process.env,
      M_DATA: home,
      M_FLEET: '1',
      M_MODE: 'enterprise',
      M_MODULES: domain,
      NATS_URL: natsUrl,
      M_NATS_TRUSTED: 'yes',
      DATABASE_URL: `postgres://${postgres.user}@localhost:${postgres.port}/?host=${host}`,
      PORT: '0',
      LOG_LEVEL: 'error',
      LOADED: loaded(domain),
    };
    const child = spawn(process.execPath, fromSource(backendProgram, `--import=${recorder}`), {
      env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const ended = new Promise<void>((done) => child.once('exit', () => done()));
    await Promise.race([new Promise((ready) => child.once('message', ready)), ended]);
    return async () => {
      child.kill('SIGTERM');
      await ended;
    };
  };
  for (const stop of await Promise.all(domains.map(run))) await stop();
  return Object.fromEntries(
    domains.map((domain) => {
      const addresses = readFileSync(loaded(domain), 'utf8');
      return [domain, domains.filter((other) => addresses.includes(`/libs/${kebabCase(other)}/`))];
    }),
  );
}

it.skipIf('missing' in nats)(
  'a process of a fleet loads its own domain and no other',
  async () => {
    if ('missing' in nats) return;
    const own = Object.fromEntries(domains.map((domain) => [domain, [domain]]));
    expect(await loadedInFleet(nats.url)).toEqual(own);
  },
  fleetMs,
);
