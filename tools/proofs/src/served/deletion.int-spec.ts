/** A domain can go: without its folder the rest keeps its types, and the domains that do not need
 * it play their scenarios as before. Lint holds every import to the table of dependencies in the
 * gate; here each domain goes in turn, in `npm run soak`. */
import { execFile } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { allDomains, loadManifests, neededBy } from '@morrow/business/parts/module-catalog';
import { checkout, readPlacement, type Placement } from '@morrow/business/parts/settings';
import { kebabCase } from '@morrow/contract';
import { testPostgres } from '@morrow/dev-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Left } from '../scenarios/play-what-is-left.ts';
import { fromSource } from '../worlds/programs.ts';

const groups = ['apps', 'libs', 'protocols', 'adapters', 'tools'];
const isSoak = process.env['M_SOAK'] === '1';
const modes = ['indie', 'enterprise'] as const;
const manifests = await loadManifests(allDomains, readPlacement('indie'));
const postgres = await testPostgres();
let trees = 0;
/** Bounds a hang: a compiler and all scenarios run here beside other tests. */
const atMost = 300_000;
const home = realpathSync(mkdtempSync(join(tmpdir(), 'morrow-without-')));
afterAll(() => rmSync(home, { recursive: true }));

/** The domains that still find all that they require and listen to without the one given. */
function leftWithout(gone: string): readonly string[] {
  let left = manifests.filter(({ name }) => name !== gone);
  for (let size = -1; size !== left.length;) {
    size = left.length;
    const names = new Set(left.map(({ name }) => name));
    left = left.filter((manifest) =>
      [...neededBy(manifest)].every(({ spec }) => names.has(spec.domain)),
    );
  }
  return left.map(({ name }) => name);
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

/** A copy of the checkout, with what comes from npm beside it. */
function copied(): string {
  const tree = mkdtempSync(join(home, 'tree-'));
  const isSource = (path: string) => !/\/(dist|node_modules)$/.test(path);
  for (const folder of [...groups, 'deploy/placements'])
    cpSync(join(checkout, folder), join(tree, folder), { recursive: true, filter: isSource });
  for (const file of ['package.json', 'package-lock.json', 'tsconfig.base.json'])
    cpSync(join(checkout, file), join(tree, file));
  const modules = join(checkout, 'node_modules');
  for (const name of readdirSync(modules).filter((entry) => !/^(\.|@morrow$)/.test(entry)))
    link(join(modules, name), join(tree, 'node_modules', name));
  return tree;
}

/** Takes the folder of a domain away, and all that follows from its being there. */
async function without(gone: string, left: readonly string[]): Promise<string> {
  const tree = copied();
  if (gone) rmSync(join(tree, 'libs', kebabCase(gone)), { recursive: true });
  for (const mode of modes) {
    const file = join(tree, `deploy/placements/${mode}.json`);
    const placement = JSON.parse(readFileSync(file, 'utf8')) as Placement;
    const processes = placement.processes
      .map((each) => ({ ...each, modules: each.modules.filter((name) => left.includes(name)) }))
      .filter(({ modules, isGateway }) => modules.length > 0 || isGateway);
    const plugins = placement.plugins?.filter((name) => left.includes(name));
    writeFileSync(file, JSON.stringify({ ...placement, processes, plugins }));
  }
  await run(tree, 'tools/workspace/sync.mjs');
  for (const group of groups)
    for (const name of readdirSync(join(tree, group))) {
      const manifest = join(tree, group, name, 'package.json');
      if (!existsSync(manifest)) continue;
      const text = readFileSync(manifest, 'utf8');
      const place = join(tree, 'node_modules', (JSON.parse(text) as { name: string }).name);
      link(join(tree, group, name), place);
      const own = join(checkout, group, name, 'node_modules');
      if (existsSync(own)) link(own, join(tree, group, name, 'node_modules'));
    }
  return tree;
}

const execute = promisify(execFile);
const run = (tree: string, ...args: readonly string[]) =>
  execute(process.execPath, args, { cwd: tree, maxBuffer: 1e8 });

/** What the compiler says about every package that is left, or about those given. */
async function typeFaults(tree: string, packages = groups.map((group) => `${group}/*`)) {
  const settings = {
    extends: './tsconfig.base.json',
    compilerOptions: { composite: false, incremental: false, declarationMap: false, noEmit: true },
    include: packages.map((path) => `${path}/src`),
  };
  writeFileSync(join(tree, 'tsconfig.json'), JSON.stringify(settings));
  const compiler = join(checkout, 'node_modules/@typescript/native/bin/tsc');
  return run(tree, compiler, '-p', '.').then(
    ({ stdout }) => stdout,
    (error: { readonly stdout?: string }) => error.stdout ?? String(error),
  );
}

async function played(tree: string): Promise<Left> {
  const data = join(tree, '.data');
  const tenant = `w${process.pid}x${trees++}`;
  mkdirSync(data);
  writeFileSync(join(data, 'tenants.json'), JSON.stringify([tenant]));
  const host = encodeURIComponent(postgres.host);
  const env = {
    ...process.env,
    ...{ M_DATA: data, M_MODE: 'indie', TENANT: tenant, LOG_LEVEL: 'error', PORT: '0' },
    DATABASE_URL: `postgres://${postgres.user}@localhost:${postgres.port}/?host=${host}`,
  };
  const play = join(tree, 'tools/proofs/src/scenarios/play-what-is-left.ts');
  const { stdout } = await execute(process.execPath, fromSource(play), {
    cwd: tree,
    env,
    maxBuffer: 1e8,
  });
  return JSON.parse(stdout) as Left;
}

describe.runIf(isSoak)('without a domain', { timeout: atMost }, () => {
  let whole: Left;
  /** By the domains that are left: those of which nobody loads a file make no difference. */
  const plays = new Map<string, Promise<Left>>();
  beforeAll(async () => {
    whole = await played(await without('', allDomains));
    expect(whole).toMatchObject({ needing: {}, faults: [] });
  }, atMost);

  it.each(allDomains)('%s, the rest builds and plays what does not need it', async (gone) => {
    const left = leftWithout(gone);
    const tree = await without(gone, left);
    expect(await typeFaults(tree)).toBe('');
    if (!left.length) return;
    const play = plays.get(left.join()) ?? played(tree);
    plays.set(left.join(), play);
    const { answers, needing, faults } = await play;
    expect(faults).toEqual([]);
    const sentences = Object.keys(answers);
    expect([...sentences, ...Object.keys(needing)].sort()).toEqual(
      Object.keys(whole.answers).sort(),
    );
    const own = manifests.filter(({ name }) => left.includes(name)).flatMap((m) => m.provides);
    expect(Object.values(needing).filter((name) => own.some((p) => p.spec.name === name))).toEqual(
      [],
    );
    expect(sentences).not.toEqual([]);
    for (const sentence of sentences)
      expect([sentence, answers[sentence]]).toEqual([sentence, whole.answers[sentence]]);
  });

  it('a package that names it is seen', async () => {
    const [gone = '', other = ''] = allDomains;
    const tree = await without(gone, leftWithout(gone));
    const line = `export type { manifest as gone } from '@morrow/${gone}';\n`;
    appendFileSync(join(tree, 'libs', other, 'src/index.ts'), line);
    expect(await typeFaults(tree, [`libs/${other}`])).toContain(
      `Cannot find module '@morrow/${gone}'`,
    );
  });
});
