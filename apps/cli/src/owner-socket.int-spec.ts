/** The command line reaches its server by a socket that only the owner can open: no secret travels,
 * not even when another program has taken the port. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testPostgres } from '@morrow/dev-services';
import { socketTransport } from '@morrow/adapter-http';
import { connect } from '@morrow/contract';
import { Workflows } from '@morrow/protocol-workflows';
import { expect, it, onTestFinished } from 'vitest';
import { checkout } from './session.ts';
import { openShop } from './shop.features.ts';

const postgres = await testPostgres();
interface Told {
  readonly url: string;
  readonly socket: string;
  readonly pid: number;
}
const toldIn = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8')) as Told;
const modeOf = (path: string) => statSync(path).mode & 0o777;
const definition = readFileSync(join(checkout, 'deploy/workflows/fulfil-order.yaml'), 'utf8');

it('acts as the owner over the socket, and as the local person over the port', async () => {
  const tenant = `sock${process.pid}`;
  const shop = await openShop(postgres, [tenant]);
  onTestFinished(() => shop.close());
  const { socket, url } = toldIn(shop.folder);
  expect([modeOf(shop.folder), modeOf(socket), modeOf(join(shop.folder, 'server.json'))]).toEqual([
    0o700, 0o600, 0o600,
  ]);
  expect(existsSync(join(shop.folder, 'cli.key'))).toBe(false);
  const publish = (version: number) => ({
    text: Buffer.from(definition.replace(/^version: .*$/m, `version: ${version}`)).toString(
      'base64url',
    ) as never,
  });
  const port = connect(Workflows, socketTransport(socket)(Workflows));
  const trace = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const context = { tenant, actor: 'x', trace, deadlineAt: Date.now() + 30_000, key: 'one' };
  await port.publish(publish(7), context);
  const answer = await fetch(new URL('/api/workflows/publish', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tenant': tenant },
    body: JSON.stringify(publish(8)),
  });
  expect(answer.status).toBe(200);
  const { definitions } = await port.list({ limit: 10 }, context);
  expect(definitions.map(({ version, publishedBy }) => [version, publishedBy])).toEqual([
    [7, 'cli:owner'],
    [8, 'person:local'],
  ]);
});

it('sends nothing to a program that takes the port after a crash', async () => {
  const tenant = `crash${process.pid}`;
  const shop = await openShop(postgres, [tenant]);
  onTestFinished(() => shop.close());
  const { url, pid } = toldIn(shop.folder);
  writeFileSync(join(shop.folder, 'cli.key'), 'secret of an earlier release\n');
  process.kill(pid, 'SIGKILL');
  let heard = 0;
  const thief = createServer((socket) => {
    heard++;
    socket.destroy();
  });
  const listen = () =>
    new Promise<boolean>((done) => {
      thief.once('error', () => done(false));
      thief.listen(Number(new URL(url).port), '127.0.0.1', () => done(true));
    });
  await expect.poll(listen).toBe(true);
  onTestFinished(() => void thief.close());
  const answer = await shop.morrow(tenant, 'report', 'orders', '--format', 'json');
  expect([answer.code, JSON.parse(answer.out), heard]).toEqual([0, [], 0]);
});

it('works from a folder whose path is longer than a socket may have', async () => {
  const tenant = `long${process.pid}`;
  const base = mkdtempSync(join(tmpdir(), 'morrow-long-'));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const folder = join(base, 'x'.repeat(120));
  mkdirSync(folder);
  const shop = await openShop(postgres, [tenant], { folder });
  onTestFinished(() => shop.close());
  const { socket } = toldIn(folder);
  expect(socket.startsWith(folder)).toBe(false);
  expect(modeOf(join(socket, '..'))).toBe(0o700);
  expect((await shop.morrow(tenant, 'report', 'orders', '--format', 'json')).code).toBe(0);
});
