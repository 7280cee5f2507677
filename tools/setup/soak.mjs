// The long campaigns: every failpoint, the story of `npm run evolve` in both modes, each domain
// deleted and alone, 200 tenants, a killed import of the whole sample, then scenarios and laws with
// one seed after another: `npm run soak -- --minutes 60`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, toolEnvironment } from './build.mjs';
import { localNode, modules, root } from './checkout.mjs';
import { findNatsServer } from './nats-server.mjs';
import { fail, say } from './say.mjs';

const defaultMinutes = 30;
const failpoints = ['tools/proofs/src/kill'];
const story = ['tools/evolve/src/story.int-spec.ts'];
const large = [
  'tools/proofs/src/served/deletion.int-spec.ts',
  'tools/proofs/src/served/many-tenants.int-spec.ts',
  'apps/cli/src/retail-import.int-spec.ts',
  'tools/tidy/src/isolation.spec.ts',
];
/** What draws from a seed. */
const seeded = [
  'tools/proofs/src/scenarios',
  'adapters/postgres/src/interleavings.int-spec.ts',
  'libs/',
  'protocols/contract/src/schema/codec.property.spec.ts',
];

/** Runs tests under an environment; gives how many passed, or ends the campaign. */
function run(title, paths, env) {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-soak-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const vitest = [join(modules, 'vitest/vitest.mjs'), 'run', ...reporters, ...paths];
  try {
    const { status } = spawnSync(localNode, vitest, { cwd: root, env, stdio: 'inherit' });
    if (status !== 0) fail(`${title} failed, see above.`);
    return JSON.parse(readFileSync(report, 'utf8')).numPassedTests;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the campaigns; resolves with the exit code. */
export async function soak(args) {
  const at = args.indexOf('--minutes');
  const minutes = at < 0 ? defaultMinutes : Number(args[at + 1]);
  if (!(minutes > 0)) fail('--minutes takes a number above zero.');
  await build();
  const { server, reason } = findNatsServer(say);
  if (!server) fail(reason);
  const env = { ...toolEnvironment(), NATS_SERVER: server };
  const until = Date.now() + minutes * 60_000;
  const killed = run('every failpoint', failpoints, { ...env, M_SOAK: '1' });
  const told = run('the story in both modes', story, { ...env, M_SOAK: '1' });
  const largest = run('each domain deleted and alone, 200 tenants and a killed import', large, {
    ...env,
    M_SOAK: '1',
  });
  const seeds = [];
  let passed = 0;
  while (Date.now() < until) {
    const seed = String(Math.floor(Math.random() * 1e9));
    say(`seed ${seed}`);
    passed += run(`seed ${seed}`, seeded, { ...env, M_SOAK: '1', SEED: seed });
    seeds.push(seed);
  }
  const counts =
    `${killed} failpoints, ${told} tests of the story, ${largest} of deletions, tenants and ` +
    `imports, and ${passed} seeded tests`;
  console.log(`${counts} passed, seeds: ${seeds.join(' ')}`);
  return 0;
}
