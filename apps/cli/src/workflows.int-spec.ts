/** Workflows from the command line: a file is checked and published, compared, listed and taken out
 * of use; files that will not do are refused by their place. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { testPostgres } from '@morrow/dev-services';
import { afterAll, describe, expect, it } from 'vitest';
import { openShop } from './shop.features.ts';

const tenant = `flows${process.pid}`;
const shop = await openShop(await testPostgres(), [tenant]);
afterAll(() => shop.close());
const workflow = (...args: readonly string[]) => shop.morrow(tenant, 'workflow', ...args);

const example = resolve(import.meta.dirname, '../../../deploy/workflows/fulfil-order.yaml');
const text = readFileSync(example, 'utf8');
const fileOf = (name: string, content: string | Buffer) => {
  const file = join(shop.folder, name);
  writeFileSync(file, content);
  return file;
};
const says = (out: string) => ({ code: 0, out, problem: '' });

it('a workflow goes from a file into use and out of it', async () => {
  const valid = says(`${example} is valid and can be published.\n`);
  expect(await workflow('lint', example)).toEqual(valid);
  const first = await workflow('publish', example);
  expect(first.out).toMatch(/^fulfilOrder@1 is published, [0-9a-f]+\n$/);
  expect(await workflow('publish', example)).toEqual(first);
  const changed = fileOf(
    'second.yaml',
    text.replace('version: 1', 'version: 2').replace('P30D', 'P20D'),
  );
  const second = await workflow('publish', changed);
  const change = '  deadline was P30D and is P20D.\n';
  expect(second.out).toMatch(/^fulfilOrder@2 is published/);
  expect(second.out).toContain(`Compared with version 1:\n${change}`);
  const between = `fulfilOrder: from version 1 to 2\n${change}`;
  expect(await workflow('diff', 'fulfilOrder', '1', '2')).toEqual(says(between));
  expect(await workflow('pause', 'fulfilOrder@2')).toEqual(says('fulfilOrder@2 is paused.\n'));
  expect(await workflow('resume', 'fulfilOrder@2')).toEqual(says('fulfilOrder@2 is published.\n'));
  expect(await workflow('retire', 'fulfilOrder@1')).toEqual(says('fulfilOrder@1 is retired.\n'));
  const listed = JSON.parse((await workflow('list', '--json')).out) as Record<string, unknown>[];
  expect(listed.map(({ version, state, missing }) => [version, state, missing])).toEqual([
    [1, 'retired', []],
    [2, 'published', []],
  ]);
  expect((await workflow('list')).out).toMatch(/│ fulfilOrder@1 │ +│ retired +│/);
  const shown = await workflow('show', 'fulfilOrder@1');
  expect(shown.out).toMatch(
    /^# fulfilOrder@1 is retired, .*\n# Published at .* for all customers\n/,
  );
  expect(shown.out.endsWith(text)).toBe(true);
  expect((await workflow('show', 'fulfilOrder')).out).toMatch(/^# fulfilOrder@2 /);
});

it('what was decided already is refused in a sentence', async () => {
  await workflow('publish', example);
  await workflow('retire', 'fulfilOrder@1');
  const other = fileOf('other.yaml', text.replace('P30D', 'P40D'));
  for (const [asked, sentence] of [
    [
      ['publish', other],
      'fulfilOrder@1 was published with other content. Give this file a new version.',
    ],
    [['resume', 'fulfilOrder@1'], 'fulfilOrder@1 is retired for good. Publish a new version.'],
    [['show', 'nobody'], 'No workflow nobody was published.'],
  ] as const)
    expect(await workflow(...asked)).toEqual({ code: 1, out: '', problem: sentence });
});

describe('a file is refused by its place', () => {
  const ship = text.replace('call: orders.ship', 'call: orders.send');
  const line = ship.slice(0, ship.indexOf('orders.send')).split('\n').length;
  const number = text.replace('orderId: =trigger.data.orderId', 'orderId: =$length("x")');
  const place = `${number.slice(0, number.indexOf('=$length')).split('\n').length}:7`;
  const picture = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  it.each([
    ['that is not YAML', 'a.yaml', 'form: [\n', '2:1: This is no YAML that can be read: '],
    [
      'of an unknown form',
      'b.yaml',
      'form: morrow.workflow/9\n',
      '1:1 form: The form is morrow.wo',
    ],
    ['that is a picture', 'c.png', picture, '1:1: The file is not UTF-8 text: '],
    ['of an unknown operation', 'd.yaml', ship, `${line}:5 steps.ship.call: `],
    [
      'with an expression of the wrong type',
      'n.yaml',
      number,
      `${place} steps.ship.input.orderId: This gives a number`,
    ],
    ['that is empty', 'e.yaml', '', '1:1: This should be a map, and it is null.'],
    ['above 128 KiB', 'f.yaml', `# ${'x'.repeat(140_000)}`, '1:1: The file has 140002 bytes; '],
  ])('%s', async (_what, name, content, problem) => {
    const file = fileOf(name, content);
    const linted = await workflow('lint', file);
    expect(linted).toMatchObject({ code: 1, problem: '' });
    expect(linted.out.startsWith(`${file}:${problem}`), linted.out).toBe(true);
    if (name === 'd.yaml') expect(await workflow('publish', file)).toEqual(linted);
  });

  it('of 10 MB, or that is not there, in one sentence', async () => {
    const huge = fileOf('g.yaml', Buffer.alloc(10_000_000, 'x'));
    const size = 'The file has 10000000 bytes; a published workflow has at most 131072.';
    const none = join(shop.folder, 'none.yaml');
    for (const [file, sentence] of [
      [huge, `${huge}:1:1: ${size}`],
      [none, `There is no file ${none}.`],
      [shop.folder, `${shop.folder} is a folder: name a file in it.`],
    ] as const)
      expect(await workflow('lint', file)).toEqual({ code: 1, out: '', problem: sentence });
  });

  it('that is named in another way than name@version', async () => {
    for (const mark of ['fulfilOrder@x', 'fulfilOrder'])
      expect(await workflow('pause', mark)).toMatchObject({ code: 2, out: '' });
  });
});
