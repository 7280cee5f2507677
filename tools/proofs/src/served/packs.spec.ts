/** Packs: what one may hold, and everything that is wrong with several, told at once. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { loadManifests } from '@morrow/business/parts/module-catalog';
import { packsIn } from '@morrow/business/parts/pack-folders';
import { readSettings } from '@morrow/business/parts/settings';
import { extendDomain } from '@morrow/extension';
import { pinOf, versionFor, type JsonObject } from '@morrow/kernel';
import { expect, it, onTestFinished } from 'vitest';

/** A directory with a pack in each folder, named by its key. */
function directoryOf(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'morrow-packs-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(directory, name), { recursive: true });
    writeFileSync(join(directory, name, 'pack.yaml'), text);
  }
  return directory;
}
const pack = (name: string, order: object) =>
  JSON.stringify({ name, summary: 'S', documents: { 'orders.salesOrder': order } });
const flow = (version: number, more: object = {}) => ({
  id: 'salesOrder',
  version,
  states: ['created', 'shipped'],
  transitions: [
    { on: 'orderPlaced', from: [], to: 'created' },
    { on: 'orderShipped', from: ['created'], to: 'shipped' },
  ],
  ...more,
});
const rule = {
  name: 'few@1',
  on: 'orderPlaced',
  holds: '$count(order.lines) < 9',
  sentence: 'Few.',
};

async function orders(...directories: readonly string[]) {
  const read = packsIn(directories.join(delimiter));
  const [manifest] = await loadManifests(['orders'], readSettings({}).placement);
  if (!manifest) throw new TypeError('Orders are there');
  const faults = [...read.faults];
  const extended = extendDomain(manifest, read.packs, faults);
  const type = extended.manifest.documents.find(({ name }) => name === 'salesOrder');
  const short = faults.map((fault) =>
    fault.replaceAll(/\S*morrow-packs-[^/]*\//g, '').replaceAll(/\.yaml:\d+:\d+/g, ''),
  );
  return { ...extended, type, faults: short, packs: read.packs.map(({ name }) => name) };
}

it('are read from several directories', async () => {
  const first = directoryOf({ z: pack('a', {}), y: pack('c', {}) });
  const { packs, faults } = await orders(first, directoryOf({ x: pack('b', {}) }));
  expect({ packs, faults }).toEqual({ packs: ['a', 'b', 'c'], faults: [] });
  expect(packsIn(undefined)).toEqual({ packs: [], faults: [] });
});

it('add lifecycles beside that of the domain, which stays the first choice', async () => {
  const begins = [{ version: 3, segment: 'b2b' }];
  const { type, faults } = await orders(
    directoryOf({
      a: pack('a', { lifecycles: [flow(3)], begins }),
      b: pack('b', { lifecycles: [flow(2)] }),
    }),
  );
  expect(faults).toEqual([]);
  const { lifecycles = [], begins: rules = [] } = type ?? {};
  expect(lifecycles.map(({ version }) => version)).toEqual([1, 2, 3]);
  const chosen = (segment?: string) =>
    versionFor(lifecycles, rules, { day: '2026-01-01', tenant: 'main', segment }).version;
  expect([chosen(), chosen('b2b'), chosen('b2c')]).toEqual([1, 3, 1]);
  const [own] = (await orders()).type?.lifecycles ?? [];
  expect(lifecycles[0] && pinOf(lifecycles[0])).toEqual(own && pinOf(own));
});

it('are refused with all their faults, each with its file and place', async () => {
  const directory = directoryOf({
    a: pack('a', { lifecycles: [flow(2), flow(4, { states: ['created', 'shipped', 'lost'] })] }),
    b: pack('b', { lifecycles: [flow(2)], begins: [{ version: 7 }], rules: [rule] }),
    c: pack('c', { rules: [rule, { name: 'free@1', on: 'orderPlaced', set: { total: '0' } }] }),
    d: pack('d', { rules: [{ ...rule, name: 'late@1', on: 'orderShipped' }] }),
    e: pack('e', { rules: [{ ...rule, name: 'clock@1', holds: '$now() > ""' }] }),
    f: pack('f', { rules: [{ name: 'bare@1', on: 'orderPlaced' }] }),
    g: 'name: [',
    h: JSON.stringify({ name: 'h', summary: 'S', documents: { 'orders.invoice': {} }, extra: 1 }),
    i: JSON.stringify({ name: 'i', summary: 'S', documents: { 'orders.invoice': {} } }),
    j: pack('i', {}),
    k: pack('k', {
      lifecycles: [flow(5, { transitions: [{ on: 'orderEaten', from: [], to: 'created' }] })],
    }),
  });
  expect((await orders(directory, '/nowhere')).faults).toMatchSnapshot();
});

it('have rules that name what is there: a slip is told with its place, however deep', async () => {
  const lines = '[order.lines.$merge([$, { "price": $string($number(prize) / 2) }])]';
  const slips = [
    { ...rule, when: 'costumer.segment = "b2b"' },
    { ...rule, when: 'customer.segments = "b2b"' },
    { ...rule, holds: '$sum(order.lines.qty) > 1' },
    { on: 'orderPlaced', when: 'order.lines[quantty = "1"]', set: { lines } },
  ].map((slip, index) => ({ ...slip, name: `slip${index}@1` }));
  const { faults } = await orders(directoryOf({ a: pack('a', { rules: [rule, ...slips] }) }));
  expect(faults.map((fault) => fault.replace(/^a.pack documents.orders.salesOrder./, ''))).toEqual([
    'rules[1].when: A rule reads order and customer, and no costumer.',
    'rules[2].when: customer has no field segments.',
    'rules[3].holds: order.lines has no field qty.',
    'rules[4].when: order.lines has no field quantty.',
    'rules[4].set.lines: order.lines has no field prize.',
  ]);
});

it('keep a process from starting, with the faults of its settings', () => {
  const M_PACKS = directoryOf({ a: pack('a', { lifecycles: [{}] }) });
  expect(() => readSettings({ M_PACKS, PORT: 'x' })).toThrow(
    /pack.yaml:1:\d+ documents.orders.salesOrder.lifecycles\[0\].id: .*PORT is x/s,
  );
});

it('keep a process from starting with a domain that there is none of', () => {
  const M_PACKS = directoryOf({ a: '{ name: a, summary: S, modules: [notices, zebra] }' });
  expect(() => readSettings({ M_PACKS })).toThrow(
    /pack.yaml:1:\d+ modules\[1\]: there is no module zebra: choose among masters, .*, notices/,
  );
});

it('add domains to those that the gateway hosts', () => {
  const M_PACKS = directoryOf({
    a: JSON.stringify({ name: 'a', summary: 'S', modules: ['notices', 'orders'] }),
  });
  const { modules, placement } = readSettings({
    M_PACKS,
    NATS_URL: 'nats://x',
    M_NATS_TRUSTED: 'yes',
    M_MODE: 'enterprise',
  });
  expect(modules).toEqual([
    ...readSettings({ NATS_URL: 'x', M_NATS_TRUSTED: 'yes', M_MODE: 'enterprise' }).modules,
    'notices',
  ]);
  expect(placement.processes.flatMap((each) => each.modules).sort()).toContain('notices');
});

it('have rules that see what is asked and the customer, and never throw', async () => {
  const rules = [
    rule,
    {
      name: 'half@1',
      on: 'orderPlaced',
      when: 'customer.segment = "b2b"',
      set: { lines: '[order.lines]' },
    },
    { name: 'odd@1', on: 'orderPlaced', when: 'order.number', set: { lines: '[]' } },
    { name: 'none@1', on: 'orderPlaced', set: { warehouse: 'customer.country' } },
    { name: 'wild@1', on: 'orderPlaced', holds: '$error("no")', sentence: 'Not reached' },
  ];
  const { rules: rulesOf } = await orders(directoryOf({ a: pack('a', { rules }) }));
  const facts = { order: { number: '7', lines: [{ item: 'A' }] }, customer: { segment: 'b2b' } };
  const outcomes: Record<string, unknown> = {};
  for (const { name, apply } of rulesOf('salesOrder', 'orderPlaced'))
    outcomes[name] = await apply(facts as JsonObject);
  expect(outcomes).toMatchSnapshot();
  expect(rulesOf('salesOrder', 'orderShipped')).toEqual([]);
});
