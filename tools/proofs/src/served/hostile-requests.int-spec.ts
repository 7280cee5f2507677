/** The really started server as a hostile page or program of the same machine meets it: foreign
 * hosts and origins, requests that no framework reads, bodies that are slow, deep or no text. */
import { connect } from 'node:net';
import { boot } from '@morrow/business/parts/boot';
import { openHttp } from '@morrow/business/parts/http-shell';
import { readSettings } from '@morrow/business/parts/settings';
import { afterAll, describe, expect, it } from 'vitest';
import { asking, newGround, served } from '../worlds/served.features.ts';

const { url, ask, tenant } = await served(afterAll);
const { port, host } = new URL(url);
const listPath = '/api/parties/list';

/** What the server answers to bytes as they are; the connection is closed by it or by us. */
const raw = (bytes: string | Buffer, to = Number(port)): Promise<string> =>
  new Promise((done) => {
    let answer = '';
    const socket = connect({ host: '127.0.0.1', port: to });
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => done(answer));
    socket.write(bytes);
  });
/** A request with these lines of its head; the connection ends with the answer. */
const withHead = (head: readonly string[], body = '') =>
  raw(
    [...head, 'Connection: close', `Content-Length: ${Buffer.byteLength(body)}`, '', body].join(
      '\r\n',
    ),
  );
const statusOf = (answer: string) => Number(answer.split(' ')[1]);
const get = (path: string, ...lines: readonly string[]) =>
  withHead([`GET ${path} HTTP/1.1`, ...lines]);
const post = (...lines: readonly string[]) =>
  withHead(
    [
      `POST ${listPath} HTTP/1.1`,
      'Content-Type: application/json',
      `X-Tenant: ${tenant}`,
      ...lines,
    ],
    '{"limit":1}',
  );

/** Every refusal is a problem, and carries the headers of every answer. */
function expectProblem(answer: string, status: number) {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect([statusOf(answer), head]).toEqual([status, expect.any(String)]);
  expect(head.toLowerCase()).toContain('content-type: application/problem+json');
  expect(head.toLowerCase()).toContain("content-security-policy: default-src 'self'");
  expect(head.toLowerCase()).toContain('x-content-type-options: nosniff');
  const json = /\{.*\}/s.exec(body)?.[0] ?? '';
  expect(JSON.parse(json)).toMatchObject({ status, detail: expect.stringMatching(/\.$/) });
}

describe('a host', () => {
  it.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'])(
    '%s with its port is served',
    async (name) => {
      expect(statusOf(await post(`Host: ${name}:${port}`))).toBe(200);
    },
  );

  const paths = [
    '/',
    '/api',
    '/api/openapi.json',
    listPath,
    '/health/live',
    '/style.css',
    '/nowhere',
  ];
  it.each(paths)('that is not ours is refused at %s', async (path) => {
    for (const name of [
      `evil.example:${port}`,
      'localhost',
      '127.0.0.1:1',
      `localhost.:${port}`,
      '',
    ])
      expectProblem(await get(path, `Host: ${name}`), 421);
  });

  it('is named once, and by its header alone', async () => {
    expectProblem(await get('/', `Host: ${host}`, 'Host: evil.example'), 400);
    expectProblem(await get('/'), 400);
    expectProblem(await get('http://evil.example/', `Host: ${host}`), 400);
  });

  it('of a proxy is served where the settings name it', async () => {
    const ground = await newGround();
    const settings = readSettings({ ...ground.env, M_PUBLIC_HOSTS: 'erp.example.com' });
    const running = await boot(settings, {});
    const shell = await openHttp(running);
    const own = Number(new URL(shell.url).port);
    const asked = (name: string, origin: string) =>
      raw(
        [
          `POST ${listPath} HTTP/1.1`,
          ...[`Host: ${name}`, `Origin: ${origin}`, `X-Tenant: ${ground.tenant}`],
          ...['Content-Type: application/json', 'Content-Length: 11', 'Connection: close'],
          ...['', '{"limit":1}'],
        ].join('\r\n'),
        own,
      );
    expect(statusOf(await asked('erp.example.com', 'https://erp.example.com'))).toBe(200);
    expect(statusOf(await asked('evil.example.com', 'https://erp.example.com'))).toBe(421);
    expect(statusOf(await asked('erp.example.com', 'https://evil.example.com'))).toBe(403);
    await shell.close();
    await running.stop();
  });

  it('in the settings is a name', () => {
    expect(() => readSettings({ M_PUBLIC_HOSTS: 'https://erp.example.com/' })).toThrow(
      /^M_PUBLIC_HOSTS names https/,
    );
  });
});

describe('a page of another site', () => {
  it.each([
    'Origin: https://evil.example',
    'Origin: null',
    'Origin: http://localhost:1',
    'Origin: file://',
    'Sec-Fetch-Site: cross-site',
    'Sec-Fetch-Site: same-site',
  ])('changes nothing: %s', async (line) => {
    expectProblem(await post(`Host: ${host}`, line), 403);
    for (const path of ['/api/imports/retail', '/health/live', '/nowhere'])
      for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
        expectProblem(await withHead([`${method} ${path} HTTP/1.1`, `Host: ${host}`, line]), 403);
  });

  it('of our own does', async () => {
    const lines = [`Host: ${host}`, `Origin: ${url}`, 'Sec-Fetch-Site: same-origin'];
    expect(statusOf(await post(...lines))).toBe(200);
    expect(statusOf(await post(`Host: ${host}`, `Origin: http://localhost:${port}`))).toBe(200);
  });

  it('may link to a page of ours', async () => {
    const line = 'Sec-Fetch-Site: cross-site';
    expect(statusOf(await get('/guide', `Host: ${host}`, line))).toBe(200);
  });
});

describe('what the framework itself refuses', () => {
  it('is a problem as every other refusal', async () => {
    const own = `Host: ${host}`;
    const typed = (type: string, body: string) =>
      withHead(
        [`POST ${listPath} HTTP/1.1`, own, `X-Tenant: ${tenant}`, `Content-Type: ${type}`],
        body,
      );
    expectProblem(await raw('nonsense\r\n\r\n'), 400);
    expectProblem(await raw('GET / HTTP/9.9\r\n\r\n'), 400);
    expectProblem(await raw(`GET / HTTP/1.1\r\n${own}\r\nbad header\r\n\r\n`), 400);
    expectProblem(await get('/', own, `X-Long: ${'x'.repeat(20_000)}`), 431);
    expectProblem(await get('/', own, 'Expect: something'), 417);
    expectProblem(await get('/%ff', own), 400);
    expectProblem(await get('/%zz', own), 400);
    expectProblem(await get(`${listPath}?limit=1&after=%C3%28`, own), 400);
    expectProblem(await get(`${listPath}?limit=1&after=%00`, own), 400);
    expectProblem(await get(`/guide/${'x'.repeat(3000)}`, own), 404);
    expectProblem(await get('/nowhere', own), 404);
    expectProblem(await withHead(['DELETE / HTTP/1.1', own]), 405);
    expectProblem(await withHead(['PROPFIND / HTTP/1.1', own]), 405);
    expectProblem(await typed('text/plain', '{}'), 415);
    expectProblem(await typed('application/xml', '{}'), 415);
    expectProblem(await typed('application/json; charset=latin1', '{}'), 415);
    expectProblem(await typed('application/json', '{"limit":'), 400);
    expectProblem(await typed('application/json', '{"__proto__":{}}'), 400);
    expectProblem(await typed('application/json', `"${'x'.repeat(1 << 20)}"`), 413);
  });

  it('is a page for a person with a browser, except from the API', async () => {
    const asPerson = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    for (const path of ['/nowhere', '/guide/nothing.md']) {
      const answer = await ask(path, { headers: asPerson });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        404,
        'text/html; charset=utf-8',
      ]);
      expect(await answer.text()).toContain('<h1>Page not found</h1>');
    }
    const api = await ask('/api/nowhere', { headers: asPerson });
    expect([api.status, api.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
  });
});

describe('text that is none', () => {
  const opening = (body: Buffer | string) =>
    ask('/api/warehouses/open', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Uint8Array(Buffer.from(body)),
    });

  it('is refused in a body, and nothing is stored', async () => {
    const latin = Buffer.from('{"code":"LAT","name":"K\xe4se"}', 'latin1');
    const cut = Buffer.from('{"code":"LAT","name":"K').toString('latin1');
    for (const body of [
      latin,
      Buffer.from(`${cut}\xc3"}`, 'latin1'),
      '{"code":"LAT","name":"\\ud83d"}',
    ]) {
      const answer = await opening(body);
      const { detail } = (await answer.json()) as { detail: string };
      expect([answer.status, detail]).toEqual([400, expect.stringMatching(/UTF-8|surrogate/)]);
    }
    expect((await opening('{"code":"LAT","name":"K\u00e4se \\ud83d\\ude00"}')).status).toBe(200);
  });

  it('is refused in a header', async () => {
    const head = `POST ${listPath} HTTP/1.1\r\nHost: ${host}\r\nIdempotency-Key: `;
    const rest = '\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
    expectProblem(await raw(Buffer.from(`${head}\xff${rest}`, 'latin1')), 400);
  });
});

it('a body that is nested too deeply is refused before it is parsed', async () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  for (const depth of [65, 400_000]) {
    const answer = await ask(listPath, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: nested(depth),
    });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({ detail: expect.stringMatching(/^The body is nested deeper than/) }),
    ]);
  }
});

it('what does not arrive in time is answered with 408', async () => {
  const ground = await newGround();
  const running = await boot(readSettings(ground.env), {});
  const limits = { headersMs: 300, requestMs: 5_000, connectionsMax: 50 };
  const shell = await openHttp(running, { server: limits, body: { bodyMs: 300 } });
  const own = new URL(shell.url);
  const slow = (text: string) => raw(text, Number(own.port));
  expectProblem(await slow(`GET / HTTP/1.1\r\nHost: ${own.host}\r\n`), 408);
  const head = [
    'Content-Type: application/json',
    'Content-Length: 100',
    `X-Tenant: ${ground.tenant}`,
  ];
  const started = [`POST ${listPath} HTTP/1.1`, `Host: ${own.host}`, ...head, '', '{'].join('\r\n');
  expectProblem(await slow(started), 408);
  const asked = await asking(shell.url, ground.tenant)('/health/live');
  expect(asked.status).toBe(200);
  await shell.close();
  await running.stop();
});

it('unknown tenants are refused, and none of their names is remembered', async () => {
  for (const name of ['nobody', 'x'.repeat(5_000), '../main', 'main,main']) {
    const answer = await ask(listPath, { headers: { 'x-tenant': name } });
    expect([answer.status, await answer.json()]).toEqual([
      404,
      expect.objectContaining({
        detail: expect.stringMatching(/^There is no tenant .{1,40} here\.$/),
      }),
    ]);
  }
});
