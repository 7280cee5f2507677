/** The catalog says who listens to an event and what a module needs, and a stale one is refused. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { defineProtocol, onBatch, Text, type ModuleManifest } from '@morrow/contract';
import { workflow } from '@morrow/workflow-language';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { catalogPage, type CatalogFacts } from './index.ts';

const lamp = z.object({ lamp: Text(40), rooms: z.array(z.object({ room: Text(40) })).max(3) });
const Lamps = defineProtocol({
  ...{ name: 'lamps', version: 1, domain: 'lights', summary: 'Lamps' },
  ...{ errors: {}, operations: {} },
  events: {
    lit: { version: 2, summary: 'A lamp was lit', data: lamp.partial({ rooms: true }) },
    lost: { version: 1, summary: 'A lamp was lost', data: z.object({ lamp: Text(40) }) },
  },
});
const module = (name: string, more: Partial<ModuleManifest>): ModuleManifest => ({
  ...{ name, summary: `The ${name}`, provides: [], requires: [], handlers: [], follows: [] },
  ...{ documents: [], keeps: [], start: () => ({ implementations: [], handlers: [] }) },
  ...more,
});
const count = onBatch(Lamps, ['lit'], { name: 'count', summary: 'Counts lamps' }, () => ({
  handle: async () => undefined,
}));
const facts: CatalogFacts = {
  manifests: [
    module('lights', { provides: [Lamps] }),
    module('meter', { handlers: [count], follows: [{ on: Lamps, events: ['lost'] }] }),
    module('audit', { handlers: [{ ...count, name: 'all', on: 'all', summary: 'Notes all' }] }),
  ],
  workflows: [
    {
      path: 'deploy/workflows/dim.yaml',
      definition: workflow('dim', 1, { summary: 'Dims a lamp' })
        .on(Lamps, 'lit')
        .sleep('rest', () => ({ sleep: 'PT1H' }))
        .sleep('more', () => ({ sleep: 'PT1H', after: ['rest'] })).definition,
    },
  ],
};
/** The part of a page below a heading. */
const below = (heading: string, page = catalogPage(facts)) =>
  page.split(`\n${heading}\n`)[1]?.split(/\n#+ /)[0]?.trim();

describe('the catalog', () => {
  it('says of an event what it holds, who publishes it, and who listens', () => {
    expect(below('#### lamps.lit')).toBe(
      [
        'A lamp was lit. Published by [lights](#lights), version 2.',
        '`{ lamp, rooms?: [{ room }] }`',
        '- **[meter](#meter)** reaction `count`: Counts lamps.\n' +
          '- **[audit](#audit)** reaction `all`: Notes all.\n' +
          '- It may start the workflow [dim](#dim).',
      ].join('\n\n'),
    );
    expect(below('#### lamps.lost')).toContain('meter](#meter)** forgets what it remembers');
  });

  it('says of a module what it listens to, and draws it', () => {
    expect(below('### meter')).toContain('reaction `count`: [lamps.lit](#lampslit)');
    expect(below('### audit')).toContain('reaction `all`: every event of every protocol');
    expect(below('## Modules')).toContain('\n  lights -.-> meter\n');
    expect(below('### dim')).toContain('\n  trigger_ --> rest\n  rest --> more\n');
  });

  it('changes with a handler, and with a field of an event', () => {
    const [lights, ...others] = facts.manifests;
    if (!lights) throw new TypeError('There is a module');
    const more = module('lights', { provides: [Lamps], handlers: [count] });
    const page = catalogPage({ ...facts, manifests: [more, ...others] });
    expect(below('#### lamps.lit', page)).toContain('**[lights](#lights)** reaction `count`');
    const { lit } = Lamps.spec.events;
    const data = lit.data.extend({ colour: Text(40) });
    const spec = { ...Lamps.spec, events: { lit: { ...lit, data } } };
    const coloured = module('lights', { provides: [{ ...Lamps, spec }] });
    const changed = catalogPage({ ...facts, manifests: [coloured, ...others] });
    expect(below('#### lamps.lit', changed)).toContain('`{ lamp, rooms?: [{ room }], colour }`');
  });
});

it('is as manifests and protocols are now; a stale page fails the check and is named', () => {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-catalog-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const page = readFileSync(resolve(import.meta.dirname, '../../../docs/catalog.md'), 'utf8');
  const copy = join(folder, 'catalog.md');
  const main = resolve(import.meta.dirname, 'main.ts');
  const check = (text: string) => {
    writeFileSync(copy, text);
    const args = ['--conditions=@morrow/source', main, '--check', copy];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    return [status, stderr] as const;
  };
  expect(check(page)).toEqual([0, '']);
  const [status, said] = check(page.replace('`followSales`', '`followNothing`'));
  expect(status).toBe(1);
  expect(said).toMatch(/^Stale, run `npm run sync`: .*catalog\.md\n$/);
});
