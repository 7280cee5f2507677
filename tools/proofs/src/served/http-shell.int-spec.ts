/** The shell over a real database: health, what it refuses, and a request that outlasts a stop. */
import { request } from 'node:http';
import { domains } from '@morrow/business/parts/module-catalog';
import { describe, expect, it } from 'vitest';
import { served, servedApart } from '../worlds/served.features.ts';

const json = { 'content-type': 'application/json' };
const problem = (status: number, title: string, detail: string) => ({
  type: 'about:blank',
  title,
  status,
  detail,
});
const diskFull =
  'The disk that holds the data directory is full: free some space and start again; ' +
  'nothing that was acknowledged is lost.';

describe('health', () => {
  it('is ready while the own databases answer and the relays run', async () => {
    const { ask } = await served();
    const [live, ready] = [await ask('/health/live'), await ask('/health/ready')];
    expect([live.status, await live.json()]).toEqual([200, { status: 'live', version: '0.1.0' }]);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', modules: domains },
    ]);
  });

  it('says what is missing, and is ready again when it is back', async () => {
    const { ask, statement } = await served();
    await statement('alter table wms.outbox rename to elsewhere');
    const away = await ask('/health/ready');
    expect([away.status, away.headers.get('content-type')]).toEqual([
      503,
      'application/problem+json; charset=utf-8',
    ]);
    expect(await away.json()).toEqual(
      problem(503, 'not ready', 'The database of wms does not answer.'),
    );
    expect((await ask('/health/live')).status).toBe(200);
    await statement('alter table wms.elsewhere rename to outbox');
    await expect.poll(async () => (await ask('/health/ready')).status).toBe(200);
  });

  it('knows of a relay that cannot number', async () => {
    const { ask, statement } = await served();
    await statement('alter function finance.publish_events rename to elsewhere');
    await expect
      .poll(async () => (await ask('/health/ready')).json(), { timeout: 20_000 })
      .toEqual(problem(503, 'not ready', 'The relay of finance does not run.'));
    await statement('alter function finance.elsewhere rename to publish_events');
    await expect
      .poll(async () => (await ask('/health/ready')).status, { timeout: 20_000 })
      .toBe(200);
  });
});

describe('a request', () => {
  const routes = [
    ['/', 'GET, HEAD'],
    ['/style.css', 'GET, HEAD'],
    ['/guide', 'GET, HEAD'],
    ['/health/live', 'GET, HEAD'],
    ['/health/ready', 'GET, HEAD'],
    ['/api', 'GET, HEAD'],
    ['/api/openapi.json', 'GET, HEAD'],
    ['/api/ui/start.js', 'GET, HEAD'],
    ['/api/imports/retail', 'POST'],
    ['/api/orders/place', 'POST'],
    ['/api/orders/get', 'GET, HEAD, POST'],
  ] as const;

  it('by another method is told which there are, on every route; HEAD goes with GET', async () => {
    const { ask } = await served();
    for (const [path, allow] of routes) {
      const answer = await ask(path, { method: 'DELETE' });
      expect([path, answer.status, answer.headers.get('allow')]).toEqual([path, 405, allow]);
      const detail = `DELETE is not for ${path}: use ${allow}.`;
      expect(await answer.json()).toEqual(problem(405, 'method not allowed', detail));
      const [get, head] = [await ask(path), await ask(path, { method: 'HEAD' })];
      expect([path, head.status]).toEqual([path, get.status]);
      expect(await head.text()).toBe('');
    }
  });

  it('for what is not there is told so, with the headers of every answer', async () => {
    const { ask } = await served();
    const answer = await ask('/nowhere?x=1');
    expect([answer.status, await answer.json()]).toEqual([
      404,
      problem(404, 'not found', 'There is nothing at /nowhere.'),
    ]);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('with a key is nobody: none is accepted here', async () => {
    const { ask } = await served();
    const answer = await ask('/api/parties/list?limit=1', {
      headers: { authorization: 'Morrow-Key 00' },
    });
    const detail =
      'This server accepts no key over HTTP. ' +
      'The command line connects through the socket in M_DATA.';
    expect(await answer.json()).toEqual(problem(401, 'unauthenticated', detail));
  });

  it('meets a full disk as 507, and the next one does not', async () => {
    const { ask, statement } = await served();
    const warehouse = (code: string) =>
      ask('/api/warehouses/open', {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ code, name: 'Main' }),
      });
    expect((await warehouse('one')).status).toBe(200);
    await statement(`
      create function wms.spill() returns trigger language plpgsql security definer as
        $$ begin copy (select repeat('x', 100000)) to '/dev/full'; return new; end $$;
      create trigger spill before insert on wms.event for each row execute function wms.spill()`);
    const full = await warehouse('two');
    expect([full.status, await full.json()]).toEqual([
      507,
      expect.objectContaining({ status: 507, detail: diskFull, fault: 'unavailable' }),
    ]);
    await statement('drop trigger spill on wms.event');
    expect((await warehouse('two')).status).toBe(200);
  });
});

it('a stop waits for the request in flight and then ends with 0', async () => {
  const { url, tenant, child, ended } = await servedApart();
  const headers = { ...json, 'x-tenant': tenant, 'content-length': '13' };
  const call = request(new URL('/api/parties/list', url), { method: 'POST', headers });
  const answered = new Promise<[number | undefined, string]>((done, failed) => {
    call.on('error', failed);
    call.on('response', (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => done([response.statusCode, body]));
    });
  });
  // half of the request is there when the stop comes, and the rest after the door is closed
  await new Promise<void>((sent) => call.write('{"limit"', () => sent()));
  await fetch(new URL('/health/live', url), { headers: { connection: 'close' } });
  child.kill('SIGTERM');
  await expect
    .poll(() => fetch(new URL('/health/live', url)).then(({ status }) => status, () => 'closed'))
    .toBe('closed'); // prettier-ignore
  call.end(': 10}');
  expect(await answered).toEqual([200, expect.stringContaining('"parties":[]')]);
  expect(await ended).toBe(0);
});
