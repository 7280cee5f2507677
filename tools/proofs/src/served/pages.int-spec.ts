/** Our pages: whole without a script, nothing from another host, links that lead somewhere. */
import { guideFiles } from '@morrow/business/parts/guide-page';
import { afterAll, describe, expect, it } from 'vitest';
import { served } from '../worlds/served.features.ts';

const ground = await served(afterAll);
const { ask } = ground;
const pageAt = async (path: string) => {
  const answer = await ask(path);
  return { answer, page: await answer.text() };
};
const matches = (page: string, pattern: RegExp) =>
  [...page.matchAll(pattern)].map(([, found = '']) => found);
const paths = [
  '/',
  '/api',
  '/guide',
  '/guide/docs',
  ...guideFiles()
    .slice(1)
    .map((file) => `/guide/${file}`),
];

describe.each(paths)('the page %s', (path) => {
  it('loads nothing from another host, and may not', async () => {
    const { answer, page } = await pageAt(path);
    expect(answer.status).toBe(200);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/unsafe-eval|https?:|script-src[^;]*unsafe/);
    const loaded = matches(page, /<(?:script|link|img|iframe)[^>]*(?:src|href)="([^"]+)"/g);
    expect(loaded.filter((address) => !/^(\/|data:)/.test(address))).toEqual([]);
    expect(page).not.toMatch(/<script(?![^>]* src=)|<[^>]+ style=|<[^>]+ on[a-z]+=/);
  });

  it('can be read by a machine that reads it aloud', async () => {
    const { page } = await pageAt(path);
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    for (const part of [/<main id="content">/g, /<nav aria-label="Main">/g, /<h1[ >]/g])
      expect(page.match(part)).toHaveLength(1);
    expect(page.match(/<title>[^<]{4,}<\/title>/)).not.toBeNull();
    expect(page.match(/<th>|<th class/g)).toBeNull();
    const ids = matches(page, / id="([^"]+)"/g);
    expect(ids).toEqual([...new Set(ids)]);
  });

  it('has no link that leads nowhere', async () => {
    const { page } = await pageAt(path);
    const links = matches(page, /<a [^>]*?href="([^"]+)"/g);
    expect(links.length).toBeGreaterThan(3);
    for (const link of new Set(links)) {
      if (/^https?:/.test(link)) continue;
      const [address = '', anchor] = link.split('#');
      const target = address ? await pageAt(address) : { page, answer: { status: 200 } };
      expect([link, target.answer.status]).toEqual([link, 200]);
      if (anchor) expect([link, target.page.includes(` id="${anchor}"`)]).toEqual([link, true]);
    }
  });
});

it('a page of the guide that is not there is a problem, also one outside of it', async () => {
  for (const path of ['/guide/nothing.md', '/guide/..%2f..%2fetc%2fpasswd', '/guide/package.json'])
    expect([path, (await ask(path)).status]).toEqual([path, 404]);
});

it('the first page of an empty installation says what to type', async () => {
  const { page } = await pageAt('/');
  for (const shown of [
    `npx --no morrow import retail sample --tenant ${ground.tenant}`,
    'Nothing has been imported yet.',
    'The books are empty.',
    'this process',
  ])
    expect(page).toContain(shown);
});

describe('the overview', () => {
  it('shows the tenant that the address or the header names', async () => {
    const { url, tenant } = ground;
    const shown = `tenant <b>${tenant}</b>`;
    const byAddress = await fetch(new URL(`/?tenant=${tenant}`, url));
    expect([byAddress.status, (await byAddress.text()).includes(shown)]).toEqual([200, true]);
    expect((await pageAt('/')).page).toContain(shown);
  });

  it('says that there is no such tenant; only pages take the tenant from the address', async () => {
    const { url, tenant } = ground;
    const unknown = await fetch(new URL('/?tenant=nobody', url));
    expect([unknown.status, await unknown.text()]).toEqual([
      404,
      expect.stringContaining('There is no tenant nobody here.'),
    ]);
    const asked = await fetch(new URL(`/api/masters-keeping/about?tenant=${tenant}`, url));
    expect(asked.status).toBeGreaterThanOrEqual(400);
  });
});
