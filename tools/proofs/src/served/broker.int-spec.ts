/** A nats-server with the users of a fleet, attacked by whoever else is on the machine, and by a
 * process that was taken over. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  callSubject,
  connectNats,
  messageKeyFrom,
  messageSeal,
  queueOf,
} from '@morrow/adapter-nats';
import {
  authorizationOf,
  brokerConfiguration,
  brokerUsers,
} from '@morrow/business/parts/broker-config';
import { linkTo } from '@morrow/business/parts/broker-link';
import { inboxPrefixOf } from '@morrow/business/parts/broker-permissions';
import { newLogger } from '@morrow/business/parts/logger';
import { readPlacement, readSettings } from '@morrow/business/parts/settings';
import { findNatsServer, startNats } from '@morrow/dev-services';
import { Orders } from '@morrow/protocol-orders';
import { describe, expect, it, onTestFinished } from 'vitest';

const found = await findNatsServer();
const reason = 'missing' in found ? ` (skipped: ${found.missing})` : '';
const seal = messageSeal([messageKeyFrom(Buffer.from('a secret of this installation'))]);
const calls = callSubject('main', Orders);
const place = calls.replace('*', 'place');
const placement = readPlacement('enterprise');
const logger = newLogger('error', 'test');

/** A server with the users of the enterprise, and the connection of each process by its name. */
async function guarded() {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-broker-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const users = await brokerUsers(placement, folder);
  const directory = join(folder, 'nats');
  const server = await startNats({ directory, authorization: authorizationOf(users) });
  onTestFinished(() => server.stop());
  const linked = async (name: string) => {
    const user = users.find(({ process }) => process === name);
    const modules = placement.processes.find((each) => each.name === name)?.modules ?? [];
    const problems: string[] = [];
    const credentials = user && readFileSync(user.credentialsFile, 'utf8');
    const link = await connectNats({
      ...{ url: server.url, name, seal, credentials, inboxPrefix: inboxPrefixOf(modules) },
      onProblem: (sentence) => problems.push(sentence),
    });
    onTestFinished(() => link.close());
    /** Resolves when the server has forbidden this, and nothing else. */
    const forbids = (...sentences: readonly string[]) =>
      expect
        .poll(() => problems.filter((sentence) => sentence.includes('permit')))
        .toEqual(sentences.map((what) => `NATS does not permit this process the ${what}.`));
    return { link, forbids };
  };
  return { folder, users, server, linked };
}
const settingsFor = (folder: string, changes: NodeJS.ProcessEnv) =>
  readSettings({ M_DATA: folder, M_MODE: 'enterprise', M_MODULES: 'orders', ...changes });

describe.skipIf('missing' in found)(`the broker of a fleet${reason}`, () => {
  it('admits nobody without credentials, or with those of another installation', async () => {
    const { folder, server } = await guarded();
    const stranger = mkdtempSync(join(tmpdir(), 'morrow-broker-'));
    onTestFinished(() => rmSync(stranger, { recursive: true, force: true }));
    const [other] = await brokerUsers(placement, stranger);
    const NATS_URL = server.url;
    const settings = [
      settingsFor(folder, { NATS_URL, M_NATS_TRUSTED: 'yes' }),
      settingsFor(folder, { NATS_URL, M_NATS_CREDENTIALS: other?.credentialsFile }),
    ];
    for (const each of settings)
      await expect(linkTo(each, logger)).rejects.toThrow(
        `NATS refuses the credentials of orders: ${NATS_URL}.`,
      );
  });

  it('keeps seeds where their owner alone reads them, and none in its configuration', async () => {
    const { folder, users } = await guarded();
    expect(statSync(join(folder, 'nats')).mode & 0o777).toBe(0o700);
    const config = readFileSync(join(folder, 'nats', 'nats.conf'), 'utf8');
    for (const { credentialsFile, nkey } of users) {
      expect(statSync(credentialsFile).mode & 0o777).toBe(0o600);
      expect(config).toContain(nkey);
      expect(config).not.toContain(readFileSync(credentialsFile, 'utf8').trim());
    }
  });

  it('makes the keys once', async () => {
    const { folder, users } = await guarded();
    expect(await brokerUsers(placement, folder)).toEqual(users);
  });

  it.each([
    ['call that it does not need', 'main.ledger.v1.post'],
    ['events of another', 'main.wms.events'],
    ['answer to nothing', '_INBOX_wms.x.1'],
    ['question to the server itself', '$SYS.REQ.SERVER.PING'],
  ])('lets a process publish no %s', async (_, subject) => {
    const { linked } = await guarded();
    const { link, forbids } = await linked('orders');
    link.publish('call', subject, '{}', '');
    await forbids(`publish on ${subject}`);
  });

  it.each(['>', '*.*.*.*', 'main.ledger.v1.*', 'main.finance.events', '_INBOX_wms.>', '_INBOX.>'])(
    'lets a process hear nothing on %s',
    async (subject) => {
      const { linked } = await guarded();
      const { link, forbids } = await linked('orders');
      link.subscribe('call', subject, () => expect.fail('heard'));
      await forbids(`subscription on ${subject}`);
    },
  );

  it('lets nobody else into a queue group, nor its process hear calls any other way', async () => {
    const { linked } = await guarded();
    const { link, forbids } = await linked('orders');
    const take = () => expect.fail('heard');
    link.subscribe('call', 'main.ledger.v1.*', take, 'finance.v1');
    link.subscribe('call', calls, take);
    link.subscribe('call', calls, take, queueOf(Orders));
    await forbids('subscription on main.ledger.v1.*', `subscription on ${calls}`);
  });

  it('ends a call that is not permitted at once, with its reason', async () => {
    const { linked } = await guarded();
    const { link } = await linked('finance');
    const call = { text: '{"input":{},"context":{}', claim: undefined };
    const asked = link.call(place, call, Date.now() + 20_000);
    await expect(asked).rejects.toThrow(`this process may not call ${place}.`);
  });

  it('lets a process answer what it was asked, and see that the server answers', async () => {
    const { linked } = await guarded();
    const [gateway, orders] = await Promise.all([linked('gateway'), linked('orders')]);
    orders.link.subscribe(
      'call',
      calls,
      (_body, _subject, reply) => orders.link.publish('answer', reply, '[[0,{"ok":7}]]'),
      queueOf(Orders),
    );
    await orders.link.connection.flush();
    const call = { text: '{"input":{},"context":{}', claim: undefined };
    const answer = await gateway.link.call(place, call, Date.now() + 20_000);
    expect(answer).toEqual({ ok: 7 });
    expect(await orders.link.ping(5_000)).toBe(true);
    await Promise.all([gateway.forbids(), orders.forbids()]);
  });
});

describe.skipIf('missing' in found)('what `broker permissions` prints', () => {
  it('is a configuration that nats-server reads, with the key file of each process', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'morrow-broker-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const printed = await brokerConfiguration({ M_DATA: folder });
    for (const { name } of placement.processes) expect(printed).toContain(`#   ${name}: U`);
    const [, file] = /M_NATS_CREDENTIALS=(.*)/.exec(printed) ?? [];
    const directory = join(folder, 'server');
    const server = await startNats({ directory, authorization: printed });
    onTestFinished(() => server.stop());
    const env = { M_MODULES: 'masters,workflows', NATS_URL: server.url, M_NATS_CREDENTIALS: file };
    const link = await linkTo(settingsFor(folder, env), logger);
    onTestFinished(async () => link?.close());
    expect(await link?.ping(5_000)).toBe(true);
  });

  it('is refused with a sentence for a placement that cannot be read', async () => {
    const asked = brokerConfiguration({ M_DATA: '/nowhere' }, '/nowhere/placement.json');
    await expect(asked).rejects.toThrow('The placement /nowhere/placement.json cannot be read');
  });
});

describe('a NATS server that exists', () => {
  const withUrl = (changes: NodeJS.ProcessEnv) => () =>
    settingsFor('/nowhere', { NATS_URL: 'nats://x', ...changes });
  it('is refused without credentials, unless its network is declared trusted', () => {
    expect(withUrl({})).toThrow(
      'NATS_URL is set without credentials: name the key file of this process in ' +
        'M_NATS_CREDENTIALS, or set M_NATS_TRUSTED=yes if only Morrow can reach that server.',
    );
    expect(withUrl({ M_NATS_TRUSTED: 'no' })).toThrow('NATS_URL is set without credentials');
    expect(withUrl({ M_NATS_TRUSTED: 'maybe' })).toThrow('M_NATS_TRUSTED is maybe');
    expect(withUrl({ M_NATS_TRUSTED: 'yes' })().natsUrl).toBe('nats://x');
    expect(withUrl({ M_NATS_CREDENTIALS: '/key' })().natsCredentials).toBe('/key');
  });

  it('needs one message key where processes have claim keys of their own', () => {
    const keys = { M_NATS_TRUSTED: 'yes', M_CLAIM_KEYS: 'x' };
    expect(withUrl(keys)).toThrow('M_CLAIM_KEYS is set without M_MESSAGE_KEY');
    expect(withUrl({ ...keys, M_MESSAGE_KEY: 'y' })().messageKey).toBe('y');
  });

  it('is not asked with a file that holds no credentials', async () => {
    const none = settingsFor('/nowhere', { NATS_URL: 'x', M_NATS_CREDENTIALS: '/nowhere/key' });
    await expect(linkTo(none, logger)).rejects.toThrow('cannot be read (ENOENT)');
    const file = import.meta.filename;
    const other = settingsFor('/nowhere', { NATS_URL: 'x', M_NATS_CREDENTIALS: file });
    await expect(linkTo(other, logger)).rejects.toThrow('contains no nkey seed');
  });
});
