/** A process is ready while the bus answers its ping, and says how many messages it did not
 * take. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectNats, messageKeyFrom, messageSeal } from '@morrow/adapter-nats';
import { boot } from '@morrow/business/parts/boot';
import { authorizationOf, brokerUsers } from '@morrow/business/parts/broker-config';
import { openHttp } from '@morrow/business/parts/http-shell';
import { readPlacement, readSettings } from '@morrow/business/parts/settings';
import { findNatsServer, startNats, testPostgres } from '@morrow/dev-services';
import { expect, it, onTestFinished } from 'vitest';

const found = await findNatsServer();
const postgres = await testPostgres();

/** A data folder with one tenant of its own. */
function newGround() {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-readiness-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'tenants.json'), JSON.stringify([`r${process.pid}`]));
  const host = encodeURIComponent(postgres.host);
  const DATABASE_URL = `postgres://${postgres.user}@localhost:${postgres.port}/?host=${host}`;
  return { folder, env: { M_DATA: folder, PORT: '0', LOG_LEVEL: 'error', DATABASE_URL } };
}
const masters = { M_MODE: 'enterprise', M_MODULES: 'masters' };

it.skipIf('missing' in found)(
  'a process is ready while NATS answers, with the credentials of a fleet',
  async () => {
    const { folder, env } = newGround();
    const placement = { ...readPlacement('enterprise') };
    const processes = [{ name: 'masters', modules: ['masters'] }];
    const [user] = await brokerUsers({ ...placement, processes }, folder);
    const options = {
      directory: join(folder, 'nats'),
      authorization: authorizationOf(user ? [user] : []),
    };
    const nats = await startNats(options);
    const access = { NATS_URL: nats.url, M_NATS_CREDENTIALS: user?.credentialsFile };
    const running = await boot(readSettings({ ...env, ...masters, ...access }), {});
    onTestFinished(() => running.stop());
    expect(await running.problems()).toEqual([]);

    await nats.kill();
    expect(await running.problems()).toEqual(['NATS does not answer.']);

    const again = await startNats({ ...options, port: Number(new URL(nats.url).port) });
    onTestFinished(() => again.stop());
    await expect.poll(() => running.problems(), { timeout: 20_000 }).toEqual([]);
  },
);

it.skipIf('missing' in found)('a stranger makes no process unready, and is counted', async () => {
  const { folder, env } = newGround();
  const nats = await startNats({ directory: join(folder, 'nats') });
  onTestFinished(() => nats.stop());
  const access = { NATS_URL: nats.url, M_NATS_TRUSTED: 'yes' };
  const running = await boot(readSettings({ ...env, ...masters, ...access }), {});
  onTestFinished(() => running.stop());
  const shell = await openHttp(running);
  onTestFinished(() => shell.close());
  const seal = messageSeal([messageKeyFrom(Buffer.from('of another installation'))]);
  const stranger = await connectNats({ url: nats.url, name: 'stranger', seal });
  for (const text of ['[null]', '', '{"input":{},"context":{"tenant":"x","leftMs":9}}'])
    stranger.connection.publish(`r${process.pid}.items.v1.list`, text, { reply: 'x.reply' });
  await stranger.close();
  expect(await running.problems()).toEqual([]);
  const answer = await fetch(new URL('/health/ready', shell.url));
  expect({ status: answer.status, body: await answer.json() }).toMatchObject({
    status: 200,
    body: { status: 'ready', dropped: { unsealed: 3, stale: 0, malformed: 0 } },
  });
});
